/** What of an H.263 picture header (ITU-T H.263 §5.1) payload formats have to know. */
export interface H263Picture {
  /** PTYPE bits 6–8: 1 sub-QCIF, 2 QCIF, 3 CIF, 4 4CIF, 5 16CIF; 7: PLUSPTYPE, whose own header says more. */
  sourceFormat: number;
  intra: boolean;
  /** PTYPE bits 10–12: unrestricted vectors, arithmetic coding, advanced prediction. */
  options: number;
}

/** Null when no picture begins here. */
export function parseH263Picture(data: Uint8Array): H263Picture | null {
  if (data.length < 8 || data[0] !== 0 || data[1] !== 0 || (data[2]! & 0xfc) !== 0x80) return null;
  const bit = (n: number) => (data[n >> 3]! >> (7 - (n & 7))) & 1;
  const bits = (from: number, count: number) => {
    let value = 0;
    for (let n = 0; n < count; n++) value = (value << 1) | bit(from + n);
    return value;
  };
  // Start code 22 bits, temporal reference 8, then PTYPE: "10", split screen, document camera, freeze, format.
  const sourceFormat = bits(35, 3);
  if (sourceFormat !== 7) return { sourceFormat, intra: bit(38) === 0, options: bits(39, 3) };
  // UFEP 001: OPPTYPE (18 bits) stands in front of MPPTYPE, whose first three bits are the type.
  const type = bits(38, 3) === 1 ? bits(59, 3) : bits(41, 3);
  return { sourceFormat, intra: type === 0, options: 0 };
}
