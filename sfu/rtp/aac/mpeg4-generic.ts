/** RTP payloads of RFC 3640 in its mode AAC-hbr (§3.3.6): sizes of 13 bits, indexes of 3, whole access units. */

const mostUnits = 16;
const headerBits = 16;

/** The access units of a payload; none when it is malformed. */
export function unpackAacHbr(payload: Buffer): Buffer[] {
  if (payload.length < 4) return [];
  const count = payload.readUInt16BE(0) / headerBits;
  if (!Number.isInteger(count) || count < 1 || count > mostUnits) return [];
  let at = 2 + count * 2;
  const units: Buffer[] = [];
  for (let i = 0; i < count && at < payload.length; i++) {
    const header = payload.readUInt16BE(2 + i * 2);
    const size = header >> 3;
    // Units out of their order (interleaving) and pieces of one are not agreed on by us.
    if ((header & 7) !== 0 || size === 0 || at + size > payload.length) return [];
    units.push(payload.subarray(at, at + size));
    at += size;
  }
  return units.length === count ? units : [];
}

export function packAacHbr(units: readonly Buffer[]): Buffer {
  const payload = Buffer.allocUnsafe(units.reduce((sum, unit) => sum + 2 + unit.length, 2));
  payload.writeUInt16BE(units.length * headerBits, 0);
  let at = 2 + units.length * 2;
  units.forEach((unit, i) => {
    payload.writeUInt16BE((unit.length & 0x1fff) << 3, 2 + i * 2);
    unit.copy(payload, at);
    at += unit.length;
  });
  return payload;
}
