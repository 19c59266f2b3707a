/**
 * H.224 frames as RTP carries them (RFC 4573, H.323 Annex Q): from the Q.922 address on, without the flags, the bit
 * stuffing and the check sequence of HDLC.
 */

/** H.224 §8: which client of a terminal a frame is for. */
export const clientIds = {
  /** Client management entity: which clients there are, and what they can do. */
  cme: 0x00,
  /** H.281 */
  farEndCameraControl: 0x01,
} as const;

export interface H224Frame {
  /** Q.922 DLCI 7 instead of 6. */
  highPriority: boolean;
  /** Terminal addresses of a multipoint conference over ISDN; 0 is everybody, and all that goes over RTP. */
  destination: number;
  source: number;
  clientId: number;
  data: Buffer;
}

const headerBytes = 9;
/** Q.922 DLCI 6 and 7: the upper six bits are 0, and C/R, FECN, BECN and DE as well; the last bit ends the address. */
const lowPriorityAddress = 0x61;
const highPriorityAddress = 0x71;
/** Unnumbered information (Q.922 §3.6). */
const unnumberedInformation = 0x03;
/** Client ids from here on have further bytes behind them: an extended client, one that is no standard's. */
const firstLongClientId = 0x7e;
/** The last and the first segment of a message at once; messages of H.281 and of the CME have no more than one. */
const wholeMessage = 0xc0;

/** Undefined: no H.224, a piece of a longer message, or for a client that no standard names. Never throws. */
export function parseH224(bytes: Buffer): H224Frame | undefined {
  if (bytes.length <= headerBytes) return undefined;
  const address = bytes[1]!;
  if (bytes[0] !== 0 || (address !== lowPriorityAddress && address !== highPriorityAddress)) return undefined;
  if (bytes[2] !== unnumberedInformation) return undefined;
  const clientId = bytes[7]! & 0x7f;
  if (clientId >= firstLongClientId || (bytes[8]! & wholeMessage) !== wholeMessage) return undefined;
  return {
    highPriority: address === highPriorityAddress,
    destination: bytes.readUInt16BE(3),
    source: bytes.readUInt16BE(5),
    clientId,
    data: bytes.subarray(headerBytes),
  };
}

/** To everybody, at high priority. */
export function writeH224(clientId: number, data: readonly number[]): Buffer {
  const header = [0, highPriorityAddress, unnumberedInformation, 0, 0, 0, 0, clientId, wholeMessage];
  return Buffer.from([...header, ...data]);
}
