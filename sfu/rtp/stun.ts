import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { crc32 } from 'node:zlib';

/** ICE credentials of one media line (RFC 8839 §5.4). */
export interface IceCredentials {
  /** Ours. */
  ufrag: string;
  password: string;
  remoteUfrag: string;
}

export interface BindingAnswer {
  response: Buffer;
  /** The controlling agent sends by this pair from now on (RFC 8445 §8.1.1). */
  nominates: boolean;
}

const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const headerBytes = 20;
const attribute = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  xorMappedAddress: 0x0020,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
} as const;
const integrityBytes = 20;
const fingerprintXor = 0x5354554e;

/** RFC 7983 §7 */
export function isStun(data: Buffer): boolean {
  return data.length >= headerBytes && data[0]! <= 3 && data.readUInt32BE(4) === magicCookie;
}

/**
 * What an ICE-lite agent does (RFC 8445 §2.5, §7.3): answers connectivity checks of whoever has the credentials,
 * from `address` and `port`. null: to be dropped. Retransmissions get the same again; nothing is kept.
 */
export function answerBinding(
  data: Buffer,
  ice: IceCredentials,
  address: string,
  port: number,
): BindingAnswer | null {
  if (data.readUInt16BE(0) !== bindingRequest || data.readUInt16BE(2) !== data.length - headerBytes)
    return null;
  let username = '';
  let nominates = false;
  for (let at = headerBytes; at + 4 <= data.length;) {
    const type = data.readUInt16BE(at);
    const start = at + 4;
    const end = start + data.readUInt16BE(at + 2);
    if (end > data.length) return null;
    if (type === attribute.username) username = data.toString('utf8', start, end);
    if (type === attribute.useCandidate) nominates = true;
    if (type === attribute.messageIntegrity) {
      if (username !== `${ice.ufrag}:${ice.remoteUfrag}` || end - start !== integrityBytes) return null;
      if (!timingSafeEqual(integrityOf(data, at, ice.password), data.subarray(start, end))) return null;
      return { response: success(data, ice.password, address, port), nominates };
    }
    at = end + ((4 - (end & 3)) & 3);
  }
  return null; // without proof it is nobody's
}

/** RFC 8489 §14.5: over all before the attribute, with the length as if it were the last. */
function integrityOf(message: Buffer, at: number, password: string): Buffer {
  const before = Buffer.from(message.subarray(0, at));
  before.writeUInt16BE(at - headerBytes + 4 + integrityBytes, 2);
  return createHmac('sha1', password).update(before).digest();
}

function success(request: Buffer, password: string, address: string, port: number): Buffer {
  const mapped = xorMappedAddress(request, address, port);
  const response = Buffer.alloc(headerBytes + mapped.length + 4 + integrityBytes + 8);
  response.writeUInt16BE(bindingSuccess, 0);
  request.copy(response, 4, 4, headerBytes);
  mapped.copy(response, headerBytes);
  const integrityAt = headerBytes + mapped.length;
  response.writeUInt16BE(attribute.messageIntegrity, integrityAt);
  response.writeUInt16BE(integrityBytes, integrityAt + 2);
  integrityOf(response, integrityAt, password).copy(response, integrityAt + 4);
  const fingerprintAt = integrityAt + 4 + integrityBytes;
  response.writeUInt16BE(response.length - headerBytes, 2);
  response.writeUInt16BE(attribute.fingerprint, fingerprintAt);
  response.writeUInt16BE(4, fingerprintAt + 2);
  // §14.7
  const crc = crc32(response.subarray(0, fingerprintAt));
  response.writeUInt32BE((crc ^ fingerprintXor) >>> 0, fingerprintAt + 4);
  return response;
}

/** §14.2: by magic cookie and transaction id, so that no NAT on the way rewrites it. */
function xorMappedAddress(request: Buffer, address: string, port: number): Buffer {
  const bytes = isIPv4(address) ? ipv4Bytes(address) : ipv6Bytes(address);
  const value = Buffer.alloc(8 + bytes.length);
  value.writeUInt16BE(attribute.xorMappedAddress, 0);
  value.writeUInt16BE(4 + bytes.length, 2);
  value[5] = bytes.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (magicCookie >>> 16), 6);
  bytes.forEach((byte, index) => (value[8 + index] = byte ^ request[4 + index]!));
  return value;
}

const ipv4Bytes = (address: string): number[] => address.split('.').map(Number);

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const words = (text: string): number[] =>
    text === ''
      ? []
      : text.split(':').flatMap(part => (part.includes('.') ? v4Words(part) : parseInt(part, 16)));
  const [before, after] = [words(head), words(tail ?? '')];
  const all =
    tail === undefined
      ? before
      : [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap(word => [word >> 8, word & 0xff]);
}

function v4Words(address: string): number[] {
  const [a, b, c, d] = ipv4Bytes(address) as [number, number, number, number];
  return [(a << 8) | b, (c << 8) | d];
}
