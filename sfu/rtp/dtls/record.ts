/** DTLS 1.2 on the wire (RFC 6347 §4.1, §4.2): records and the handshake messages in them. */

export const contentType = { changeCipherSpec: 20, alert: 21, handshake: 22 } as const;

/** RFC 5246 §7.4 */
export const messageType = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

export const dtls12 = 0xfefd;
const dtls10 = 0xfeff;

export const recordHeaderBytes = 13;
export const messageHeaderBytes = 12;

export interface Record {
  type: number;
  epoch: number;
  /** 48 bits */
  sequence: number;
  /** The header's epoch and sequence, as written: part of what is authenticated. */
  number: Buffer;
  fragment: Buffer;
}

/** All records of one datagram, as views; what is cut off or no DTLS is left out. */
export function parseRecords(datagram: Buffer): Record[] {
  const records: Record[] = [];
  for (let at = 0; at + recordHeaderBytes <= datagram.length;) {
    const version = datagram.readUInt16BE(at + 1);
    const end = at + recordHeaderBytes + datagram.readUInt16BE(at + 11);
    if ((version !== dtls12 && version !== dtls10) || end > datagram.length) break;
    records.push({
      type: datagram[at]!,
      epoch: datagram.readUInt16BE(at + 3),
      sequence: datagram.readUIntBE(at + 5, 6),
      number: datagram.subarray(at + 3, at + 11),
      fragment: datagram.subarray(at + recordHeaderBytes, end),
    });
    at = end;
  }
  return records;
}

export function writeRecord(
  type: number,
  epoch: number,
  sequence: number,
  fragment: Buffer,
  version = dtls12,
): Buffer {
  const header = Buffer.alloc(recordHeaderBytes);
  header[0] = type;
  header.writeUInt16BE(version, 1);
  header.writeUInt16BE(epoch, 3);
  header.writeUIntBE(sequence, 5, 6);
  header.writeUInt16BE(fragment.length, 11);
  return Buffer.concat([header, fragment]);
}

/** A handshake message in one piece: so it is sent, and so it counts for the transcript (§4.2.6). */
export function writeMessage(type: number, messageSequence: number, body: Buffer): Buffer {
  const header = Buffer.alloc(messageHeaderBytes);
  header[0] = type;
  header.writeUIntBE(body.length, 1, 3);
  header.writeUInt16BE(messageSequence, 4);
  header.writeUIntBE(body.length, 9, 3);
  return Buffer.concat([header, body]);
}

export interface Fragment {
  type: number;
  /** Of the whole message. */
  length: number;
  messageSequence: number;
  offset: number;
  bytes: Buffer;
}

/** The handshake fragments of one record. */
export function parseFragments(record: Buffer): Fragment[] {
  const fragments: Fragment[] = [];
  for (let at = 0; at + messageHeaderBytes <= record.length;) {
    const length = record.readUIntBE(at + 1, 3);
    const offset = record.readUIntBE(at + 6, 3);
    const start = at + messageHeaderBytes;
    const end = start + record.readUIntBE(at + 9, 3);
    if (end > record.length || offset + (end - start) > length) break;
    fragments.push({
      type: record[at]!,
      length,
      messageSequence: record.readUInt16BE(at + 4),
      offset,
      bytes: record.subarray(start, end),
    });
    at = end;
  }
  return fragments;
}

/** `bytes` with its length before it, in `lengthBytes` bytes (RFC 5246 §4.3). */
export function vector(lengthBytes: 1 | 2 | 3, ...bytes: Buffer[]): Buffer {
  const content = Buffer.concat(bytes);
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}

export function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}

/** Reads a message from its beginning; what reaches behind its end throws a RangeError. */
export class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.#at;
  }

  take(count: number): Buffer {
    if (count > this.left) throw new RangeError('a message ends too early');
    this.#at += count;
    return this.bytes.subarray(this.#at - count, this.#at);
  }

  number(bytes: 1 | 2 | 3): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  vector(lengthBytes: 1 | 2 | 3): Buffer {
    return this.take(this.number(lengthBytes));
  }
}
