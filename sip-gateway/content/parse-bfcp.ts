import { attributeTypes, headerBytes, type BfcpAttribute, type BfcpMessage } from './bfcp.js';

/** The COMMON-HEADER, §5.1, whole or of a fragment. */
export interface BfcpHeader extends Omit<BfcpMessage, 'attributes'> {
  /** Bytes of the whole message behind its header. */
  payloadBytes: number;
  /** Where in the message this fragment belongs; absent: it is the whole. */
  fragment?: { offset: number; bytes: number };
}

/** Whose value is a number of 16 bits. */
const numbers = new Set<number>([
  attributeTypes.beneficiaryId,
  attributeTypes.floorId,
  attributeTypes.floorRequestId,
]);
/** Whose value is a number of 16 bits and further attributes. */
const groups = new Set<number>([
  attributeTypes.beneficiaryInformation,
  attributeTypes.floorRequestInformation,
  attributeTypes.requestedByInformation,
  attributeTypes.floorRequestStatus,
  attributeTypes.overallRequestStatus,
]);
/** A floor request's information holds a status that holds texts; nothing of the standard goes deeper. */
const maxDepth = 4;

/** Undefined when this is no BFCP. `payload` is what follows the header. Never throws. */
export function parseHeader(data: Buffer): { header: BfcpHeader; payload: Buffer } | undefined {
  if (data.length < headerBytes) return undefined;
  const version = data[0]! >> 5;
  if (version !== 1 && version !== 2) return undefined;
  const header: BfcpHeader = {
    version,
    responder: (data[0]! & 0x10) !== 0,
    primitive: data[1]!,
    payloadBytes: data.readUInt16BE(2) * 4,
    conferenceId: data.readUInt32BE(4),
    transactionId: data.readUInt16BE(8),
    userId: data.readUInt16BE(10),
  };
  if ((data[0]! & 0x08) === 0) return { header, payload: data.subarray(headerBytes) };
  if (data.length < headerBytes + 4) return undefined;
  const fragment = { offset: data.readUInt16BE(12) * 4, bytes: data.readUInt16BE(14) * 4 };
  const payload = data.subarray(headerBytes + 4);
  if (fragment.bytes !== payload.length || fragment.offset + fragment.bytes > header.payloadBytes)
    return undefined;
  return { header: { ...header, fragment }, payload };
}

/** Undefined when lengths do not fit. Never throws. */
export function parseAttributes(data: Buffer, depth = 0): BfcpAttribute[] | undefined {
  const attributes: BfcpAttribute[] = [];
  for (let at = 0; at < data.length;) {
    if (at + 2 > data.length) return undefined;
    const type = data[at]! >> 1;
    // Type, M and the length itself count; the padding to 32 bits does not (§5.2).
    const length = data[at + 1]!;
    if (length < 2 || at + length > data.length) return undefined;
    const attribute = parseValue(type, data.subarray(at + 2, at + length), depth);
    if (!attribute) return undefined;
    attributes.push({ ...attribute, type, mandatory: (data[at]! & 1) !== 0 });
    at += Math.ceil(length / 4) * 4;
  }
  return attributes;
}

function parseValue(
  type: number,
  value: Buffer,
  depth: number,
): Omit<BfcpAttribute, 'type' | 'mandatory'> | undefined {
  if (!numbers.has(type) && !groups.has(type)) return { data: Buffer.from(value) };
  if (value.length < 2) return undefined;
  const number = value.readUInt16BE(0);
  if (numbers.has(type)) return { number };
  const attributes = depth < maxDepth ? parseAttributes(value.subarray(2), depth + 1) : undefined;
  return attributes && { number, attributes };
}
