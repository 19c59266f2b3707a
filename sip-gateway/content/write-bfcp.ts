import { headerBytes, type BfcpAttribute, type BfcpMessage } from './bfcp.js';

/** What goes into one datagram, so that no network on the way cuts it (RFC 8855 §6.2.3). */
const maxDatagramBytes = 1_200;

export function writeBfcp(message: BfcpMessage): Buffer {
  const payload = writeAttributes(message.attributes);
  return Buffer.concat([writeHeader(message, payload.length), payload]);
}

/** One datagram, or fragments where the message is too large for it (§6.2.3). */
export function writeDatagrams(message: BfcpMessage): Buffer[] {
  const payload = writeAttributes(message.attributes);
  if (headerBytes + payload.length <= maxDatagramBytes) {
    return [Buffer.concat([writeHeader(message, payload.length), payload])];
  }
  const datagrams: Buffer[] = [];
  const step = maxDatagramBytes - headerBytes - 4;
  for (let offset = 0; offset < payload.length; offset += step) {
    const piece = payload.subarray(offset, offset + step);
    const place = Buffer.alloc(4);
    place.writeUInt16BE(offset / 4, 0);
    place.writeUInt16BE(piece.length / 4, 2);
    const header = writeHeader(message, payload.length);
    header[0]! |= 0x08;
    datagrams.push(Buffer.concat([header, place, piece]));
  }
  return datagrams;
}

function writeHeader(message: BfcpMessage, payloadBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header[0] = (message.version << 5) | (message.responder ? 0x10 : 0);
  header[1] = message.primitive;
  header.writeUInt16BE(payloadBytes / 4, 2);
  header.writeUInt32BE(message.conferenceId, 4);
  header.writeUInt16BE(message.transactionId, 8);
  header.writeUInt16BE(message.userId, 10);
  return header;
}

function writeAttributes(attributes: BfcpAttribute[]): Buffer {
  return Buffer.concat(attributes.map(writeAttribute));
}

function writeAttribute({ type, mandatory, number, data, attributes }: BfcpAttribute): Buffer {
  const value = Buffer.concat([
    ...(number === undefined ? [] : [Buffer.from([number >> 8, number & 0xff])]),
    ...(data ? [data] : []),
    ...(attributes ? [writeAttributes(attributes)] : []),
  ]);
  const written = Buffer.alloc(Math.ceil((2 + value.length) / 4) * 4);
  written[0] = (type << 1) | (mandatory ? 1 : 0);
  written[1] = 2 + value.length;
  value.copy(written, 2);
  return written;
}
