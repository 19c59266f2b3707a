import dgram from 'node:dgram';

/** What came, as the bits say it; `frame` is the RTP payload. */
export interface CameraMessage {
  atMs: number;
  /** Of the whole packet. */
  packet: Buffer;
  frame: Buffer;
  /** H.224 client: 0 CME, 1 H.281. */
  client: number;
  /** First octet of the client's data: of H.281 the kind of message. */
  kind: number;
  /** The octets behind it. */
  rest: number[];
}

/** H.281 §4.3, figure 1: pan is on and right; on and left; tilt up; tilt down. */
const keys = { right: 0b1100_0000, left: 0b1000_0000, up: 0b0011_0000, down: 0b0010_0000 };
type Key = keyof typeof keys;

/**
 * The camera control of a hardware room, written from H.224, H.281 and RFC 4573 apart from the server's side: its
 * remote control presses arrows, its camera notes what it is told.
 */
export class CameraEnd {
  readonly messages: CameraMessage[] = [];
  #sequence = 65_534;

  private constructor(
    private readonly socket: dgram.Socket,
    private readonly server: number,
    private readonly payloadType: number,
    /** Takes protection off what came, and puts it on what leaves. */
    private readonly secure: { open?: (packet: Buffer) => Buffer; seal?: (packet: Buffer) => Buffer },
  ) {}

  static async open(
    port: number,
    server: number,
    payloadType = 100,
    secure: { open?: (packet: Buffer) => Buffer; seal?: (packet: Buffer) => Buffer } = {},
  ): Promise<CameraEnd> {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>(resolve => socket.bind(port, '127.0.0.1', resolve));
    const end = new CameraEnd(socket, server, payloadType, secure);
    socket.on('message', data => end.#take(data));
    return end;
  }

  press(key: Key): void {
    this.client(1, [0x01, keys[key], 0]);
  }

  goOn(key: Key): void {
    this.client(1, [0x02, keys[key]]);
  }

  letGo(key: Key): void {
    this.client(1, [0x03, keys[key]]);
  }

  /** A short press. */
  tap(key: Key): void {
    this.press(key);
    this.letGo(key);
  }

  client(id: number, data: number[]): void {
    // Q.922: DLCI 7 over two octets, then UI; to all, from all; both ends of a segmented message.
    this.frame(Buffer.from([0x00, 0x71, 0x03, 0, 0, 0, 0, id, 0xc0, ...data]));
  }

  frame(payload: Buffer): void {
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(this.payloadType, 1);
    header.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    header.writeUInt32BE(0xca3e4a, 8);
    const packet = Buffer.concat([header, payload]);
    this.datagram(this.secure.seal?.(packet) ?? packet);
  }

  datagram(data: Buffer): void {
    this.socket.send(data, this.server, '127.0.0.1');
  }

  /** The first of what has come, or comes, that fits. */
  async next(
    what: string,
    fits: (message: CameraMessage) => boolean,
    withinMs = 3_000,
  ): Promise<CameraMessage> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline;) {
      const found = this.messages.find(fits);
      if (found) return found;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    throw new Error(`no ${what} within ${withinMs} ms`);
  }

  close(): void {
    this.socket.close();
  }

  #take(data: Buffer): void {
    const packet = this.secure.open?.(data) ?? data;
    const frame = packet.subarray(12);
    const [kind = -1, ...rest] = frame.subarray(9);
    this.messages.push({ atMs: performance.now(), packet, frame, client: frame[7]! & 0x7f, kind, rest });
  }
}
