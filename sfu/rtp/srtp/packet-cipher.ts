/**
 * Protects packets with the session keys of one kind (RTP or RTCP) of one direction: encryption and
 * authentication, nothing of rollover or replay. An `index` is the packet index of RFC 3711 §3.3.1 (48 bits), or
 * the SRTCP index (31 bits). All work in place and return where the packet ends afterwards.
 */
export interface PacketCipher {
  /** Bytes that protection adds to an RTP packet. `packet` needs room for as many behind `end`. */
  protectRtp(packet: Buffer, payloadStart: number, end: number, ssrc: number, index: number): number;
  /** -1 when it is not authentic: then nothing in it was changed. */
  unprotectRtp(packet: Buffer, payloadStart: number, end: number, ssrc: number, index: number): number;
  protectRtcp(packet: Buffer, end: number, ssrc: number, index: number): number;
  unprotectRtcp(packet: Buffer, end: number, ssrc: number, index: number): number;
  /** Where in a protected RTCP packet the word with E flag and index begins; negative: it is too short. */
  rtcpIndexAt(end: number): number;
}

/** RFC 3711 §3.4: the header of the first packet and its SSRC stay in the clear. */
export const clearRtcpBytes = 8;
/** The E flag of the word that carries the SRTCP index: the packet is encrypted. */
export const encryptedFlag = 0x80000000;

// Buffer's own methods check their arguments; the callers have.
export function readWord(data: Uint8Array, at: number): number {
  return ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0;
}

export function writeWord(data: Uint8Array, at: number, value: number): void {
  data[at] = value >>> 24;
  data[at + 1] = value >>> 16;
  data[at + 2] = value >>> 8;
  data[at + 3] = value;
}
