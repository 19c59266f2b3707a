/** RTP packets (RFC 3550 §5) and their header extensions (RFC 8285): bytes in, a view out. */

export const rtpHeaderBytes = 12;

const oneByteProfile = 0xbede;

/**
 * A view of one received RTP packet: nothing is copied, `buffer` must not change while the view is used.
 * Buffers of `dgram` are fresh for each datagram, so views of them may be kept.
 */
export class RtpPacket {
  constructor(
    readonly buffer: Buffer,
    readonly marker: boolean,
    readonly payloadType: number,
    readonly sequenceNumber: number,
    readonly timestamp: number,
    readonly ssrc: number,
    /** Where the payload begins and ends in `buffer`; padding lies behind its end. */
    readonly payloadStart: number,
    readonly payloadEnd: number,
    /** Where the extension's elements begin and end; equal when there are none. */
    readonly extensionStart: number,
    readonly extensionEnd: number,
    /** "Defined by profile": which of RFC 8285's two forms the elements have. */
    readonly extensionProfile: number,
    /** ms of the receiver's monotonic clock; 0 when the caller of `parseRtp` did not say. */
    readonly arrivalMs: number,
  ) {}

  /** The payload without padding, as a view. */
  get payload(): Buffer {
    return this.buffer.subarray(this.payloadStart, this.payloadEnd);
  }

  get payloadBytes(): number {
    return this.payloadEnd - this.payloadStart;
  }

  /** The header extension element with this id, as a view (RFC 8285 §4.2, §4.3); null when it is not there. */
  extension(id: number): Buffer | null {
    const { buffer, extensionEnd: end } = this;
    const oneByte = this.extensionProfile === oneByteProfile;
    let at = this.extensionStart;
    while (at < end) {
      const first = buffer[at]!;
      if (first === 0) {
        at++; // padding between elements
        continue;
      }
      let elementId: number, length: number;
      if (oneByte) {
        elementId = first >> 4;
        // §4.2: id 15 ends the list, whatever its length says.
        if (elementId === 15) return null;
        length = (first & 0x0f) + 1;
        at += 1;
      } else {
        if (at + 1 >= end) return null;
        elementId = first;
        length = buffer[at + 1]!;
        at += 2;
      }
      if (at + length > end) return null;
      if (elementId === id) return buffer.subarray(at, at + length);
      at += length;
    }
    return null;
  }
}

/** A view of the datagram, or null when it is not a well-formed RTP packet (RFC 3550 §5.1, A.1). */
export function parseRtp(data: Buffer, arrivalMs = 0): RtpPacket | null {
  const length = data.length;
  if (length < rtpHeaderBytes) return null;
  const first = data[0]!;
  if (first >> 6 !== 2) return null;
  let at = rtpHeaderBytes + (first & 0x0f) * 4;
  if (at > length) return null;

  let extensionStart = at;
  let extensionEnd = at;
  let extensionProfile = 0;
  if (first & 0x10) {
    if (at + 4 > length) return null;
    const profile = (data[at]! << 8) | data[at + 1]!;
    const words = (data[at + 2]! << 8) | data[at + 3]!;
    extensionStart = at + 4;
    at = extensionStart + words * 4;
    if (at > length) return null;
    // Other profiles' extensions are well-formed, but we cannot look into them (RFC 3550 §5.3.1).
    const known = profile === oneByteProfile || profile >> 4 === 0x100;
    extensionProfile = profile;
    extensionEnd = known ? at : extensionStart;
  }

  let payloadEnd = length;
  if (first & 0x20) {
    const padding = data[length - 1]!;
    if (padding === 0 || at + padding > length) return null;
    payloadEnd -= padding;
  }
  const second = data[1]!;
  return new RtpPacket(
    data,
    second >= 128,
    second & 0x7f,
    (data[2]! << 8) | data[3]!,
    readUint32(data, 4),
    readUint32(data, 8),
    at,
    payloadEnd,
    extensionStart,
    extensionEnd,
    extensionProfile,
    arrivalMs,
  );
}

/** Writes a fixed header at the start of `target`; the payload follows at `rtpHeaderBytes`. */
export function writeRtpHeader(
  target: Buffer,
  marker: boolean,
  payloadType: number,
  sequenceNumber: number,
  timestamp: number,
  ssrc: number,
): void {
  target[0] = 0x80;
  target[1] = (marker ? 0x80 : 0) | (payloadType & 0x7f);
  target[2] = sequenceNumber >> 8;
  target[3] = sequenceNumber;
  writeUint32(target, 4, timestamp);
  writeUint32(target, 8, ssrc);
}

/**
 * Writes one extension element, one-byte form, behind the fixed header (RFC 8285 §4.2), and sets the X bit.
 * `value` has 1 to 16 bytes. Returns where the payload begins.
 */
export function writeOneByteExtension(target: Buffer, id: number, value: Uint8Array): number {
  target[0]! |= 0x10;
  const words = (1 + value.length + 3) >> 2;
  const end = rtpHeaderBytes + 4 + words * 4;
  target.fill(0, rtpHeaderBytes, end);
  target[12] = oneByteProfile >> 8;
  target[13] = oneByteProfile & 0xff;
  target[15] = words;
  target[16] = (id << 4) | (value.length - 1);
  target.set(value, 17);
  return end;
}

/** Rewrites in place what a relay changes, of a datagram that `parseRtp` took; the marker stays. */
export function rewriteRtp(
  data: Buffer,
  payloadType: number,
  sequenceNumber: number,
  timestamp: number,
  ssrc: number,
): void {
  data[1] = (data[1]! & 0x80) | (payloadType & 0x7f);
  data[2] = sequenceNumber >> 8;
  data[3] = sequenceNumber;
  writeUint32(data, 4, timestamp);
  writeUint32(data, 8, ssrc);
}

// Buffer's own readUInt32BE checks its arguments; the callers above have.
function readUint32(data: Buffer, at: number): number {
  return ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0;
}

function writeUint32(data: Buffer, at: number, value: number): void {
  data[at] = value >>> 24;
  data[at + 1] = value >>> 16;
  data[at + 2] = value >>> 8;
  data[at + 3] = value;
}
