import dgram from 'node:dgram';
import net from 'node:net';

/** What came, taken apart as RFC 8855 §5 draws it. */
export interface FloorMessage {
  version: number;
  isResponse: boolean;
  primitive: number;
  conference: number;
  transaction: number;
  user: number;
  /** Type and bytes of each attribute behind its two bytes of header. */
  attributes: [type: number, value: Buffer][];
  raw: Buffer;
}

const names: Record<string, number> = {
  FloorRequest: 1,
  FloorRelease: 2,
  FloorQuery: 7,
  Hello: 11,
  FloorRequestStatusAck: 14,
  FloorStatusAck: 15,
  Goodbye: 16,
};

/**
 * Floor participant for tests, written from the RFC apart from the product: it shares no line with it, so that a
 * mistake in one is seen by the other. All that went either way is in `wire`, for another judge.
 */
export class BfcpClient {
  readonly received: FloorMessage[] = [];
  readonly wire: { out: boolean; data: Buffer }[] = [];
  /** Whether notifications are answered. */
  acknowledges = true;
  #transaction = 100;
  #waiters: (() => void)[] = [];
  #stream = Buffer.alloc(0);

  private constructor(
    private readonly write: (data: Buffer) => void,
    private readonly ids: { conference: number; user: number },
    private readonly version: number,
    readonly close: () => void,
  ) {}

  static async udp(
    localPort: number,
    remotePort: number,
    ids: { conference: number; user: number },
  ): Promise<BfcpClient> {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>(resolve => socket.bind(localPort, '127.0.0.1', resolve));
    const client = new BfcpClient(
      data => socket.send(data, remotePort, '127.0.0.1'),
      ids,
      2,
      () => socket.close(),
    );
    socket.on('message', data => client.#take(data));
    return client;
  }

  static async tcp(remotePort: number, ids: { conference: number; user: number }): Promise<BfcpClient> {
    const socket = net.connect(remotePort, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const client = new BfcpClient(
      data => socket.write(data),
      ids,
      1,
      () => socket.destroy(),
    );
    socket.on('data', data => client.#takeStream(data));
    return client;
  }

  hello(): Promise<FloorMessage> {
    return this.ask('Hello', '');
  }

  /** FLOOR-ID is type 2, mandatory: 0x05, length 4. */
  queryFloor(floor: number): Promise<FloorMessage> {
    return this.ask('FloorQuery', `0504${hex16(floor)}`);
  }

  requestFloor(floor: number): Promise<FloorMessage> {
    return this.ask('FloorRequest', `0504${hex16(floor)}`);
  }

  /** FLOOR-REQUEST-ID is type 3: 0x07. */
  releaseFloor(request: number): Promise<FloorMessage> {
    return this.ask('FloorRelease', `0704${hex16(request)}`);
  }

  /** Sends, and resolves with what has the same transaction. @throws Error after 2 s */
  async ask(name: string, attributes: string, ids = this.ids): Promise<FloorMessage> {
    const transaction = this.#transaction++;
    this.send(name, attributes, transaction, ids);
    return this.next(
      `answer to ${name}`,
      message => message.transaction === transaction && (this.version === 1 || message.isResponse),
    );
  }

  send(name: string, attributes: string, transaction: number, ids = this.ids, responds = false): void {
    const payload = Buffer.from(attributes, 'hex');
    const first = ((this.version << 5) | (responds ? 0x10 : 0)).toString(16).padStart(2, '0');
    const head =
      first +
      names[name]!.toString(16).padStart(2, '0') +
      hex16(payload.length / 4) +
      ids.conference.toString(16).padStart(8, '0') +
      hex16(transaction) +
      hex16(ids.user);
    this.#put(Buffer.concat([Buffer.from(head, 'hex'), payload]));
  }

  /** Wireshark 4.0 knows version 1 only; the other differs in the first byte and in nothing that is here. */
  get wireAsVersion1(): { out: boolean; data: Buffer }[] {
    return this.wire.map(({ out, data }) => {
      const copy = Buffer.from(data);
      copy[0] = (copy[0]! & 0x1f) | 0x20;
      return { out, data: copy };
    });
  }

  sendRaw(data: Buffer): void {
    this.write(data);
  }

  /** The first message, come or to come, that fits; it is taken. @throws Error after `withinMs` */
  async next(
    what: string,
    fits: (message: FloorMessage) => boolean,
    withinMs = 3_000,
  ): Promise<FloorMessage> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const at = this.received.findIndex(fits);
      if (at >= 0) return this.received.splice(at, 1)[0]!;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`not within ${withinMs} ms: ${what}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #put(data: Buffer): void {
    this.wire.push({ out: true, data });
    this.write(data);
  }

  #takeStream(data: Buffer): void {
    this.#stream = Buffer.concat([this.#stream, data]);
    while (this.#stream.length >= 12) {
      const length = 12 + this.#stream.readUInt16BE(2) * 4;
      if (this.#stream.length < length) return;
      this.#take(this.#stream.subarray(0, length));
      this.#stream = this.#stream.subarray(length);
    }
  }

  #take(data: Buffer): void {
    this.wire.push({ out: false, data: Buffer.from(data) });
    const message: FloorMessage = {
      version: data[0]! >> 5,
      isResponse: (data[0]! & 16) > 0,
      primitive: data[1]!,
      conference: data.readUInt32BE(4),
      transaction: data.readUInt16BE(8),
      user: data.readUInt16BE(10),
      attributes: takeApart(data.subarray(12)),
      raw: Buffer.from(data),
    };
    this.received.push(message);
    // Over UDP a server's own messages are acknowledged: FloorRequestStatus (4) and FloorStatus (8).
    if (this.version === 2 && !message.isResponse && this.acknowledges) {
      if (message.primitive === 4)
        this.send('FloorRequestStatusAck', '', message.transaction, this.ids, true);
      if (message.primitive === 8) this.send('FloorStatusAck', '', message.transaction, this.ids, true);
    }
    for (const wake of this.#waiters.splice(0)) wake();
  }
}

/** Request, state and beneficiary in the first FLOOR-REQUEST-INFORMATION (type 15) of a status message. */
export function stateOf(message: FloorMessage): { request: number; status: number; user: number } | null {
  const information = message.attributes.find(([type]) => type === 15)?.[1];
  if (!information) return null;
  const inner = takeApart(information.subarray(2));
  const overall = inner.find(([type]) => type === 18)![1];
  const status = takeApart(overall.subarray(2)).find(([type]) => type === 5)![1];
  const beneficiary = inner.find(([type]) => type === 14)![1];
  return { request: information.readUInt16BE(0), status: status[0]!, user: beneficiary.readUInt16BE(0) };
}

function takeApart(data: Buffer): [number, Buffer][] {
  const attributes: [number, Buffer][] = [];
  for (let at = 0; at < data.length;) {
    const length = data[at + 1]!;
    attributes.push([data[at]! >> 1, data.subarray(at + 2, at + length)]);
    at += (length + 3) & ~3;
  }
  return attributes;
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}
