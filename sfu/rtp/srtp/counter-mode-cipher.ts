import { createCipheriv, createHmac, createSecretKey, type Cipher, type KeyObject } from 'node:crypto';
import { clearRtcpBytes, encryptedFlag, writeWord, type PacketCipher } from './packet-cipher.js';
import type { SessionKeys } from './session-keys.js';

/** Of SRTCP, whatever the suite says of RTP. */
const rtcpTagBytes = 10;
const blockBytes = 16;

/**
 * AES counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1; RFC 6188). One ECB cipher for the life of the keys
 * encrypts the counter blocks of each packet: half as dear as a counter mode cipher made anew for each.
 */
export class CounterModeCipher implements PacketCipher {
  readonly #blocks: Cipher;
  readonly #authentication: KeyObject;
  readonly #salt: number[];
  #counters = Buffer.alloc(96 * blockBytes);
  #view = new DataView(this.#counters.buffer, this.#counters.byteOffset);
  readonly #rollover = Buffer.alloc(4);

  constructor(
    keys: SessionKeys,
    private readonly rtpTagBytes: number,
    private readonly mkiBytes: number,
  ) {
    this.#blocks = createCipheriv(`aes-${keys.key.length * 8}-ecb`, keys.key, null);
    this.#authentication = createSecretKey(keys.authentication);
    const salt = Buffer.concat([keys.salt, Buffer.alloc(2)]);
    this.#salt = [0, 4, 8, 12].map(at => salt.readUInt32BE(at));
  }

  protectRtp(packet: Buffer, payloadStart: number, end: number, ssrc: number, index: number): number {
    this.#applyKeyStream(packet, payloadStart, end, ssrc, index);
    const at = end + this.mkiBytes;
    this.#rtpTag(packet, end, index).copy(packet, at, 0, this.rtpTagBytes);
    return at + this.rtpTagBytes;
  }

  unprotectRtp(packet: Buffer, payloadStart: number, end: number, ssrc: number, index: number): number {
    const tagAt = end - this.rtpTagBytes;
    const plainEnd = tagAt - this.mkiBytes;
    if (plainEnd < payloadStart) return -1;
    if (!sameTag(this.#rtpTag(packet, plainEnd, index), packet, tagAt, this.rtpTagBytes)) return -1;
    this.#applyKeyStream(packet, payloadStart, plainEnd, ssrc, index);
    return plainEnd;
  }

  protectRtcp(packet: Buffer, end: number, ssrc: number, index: number): number {
    this.#applyKeyStream(packet, clearRtcpBytes, end, ssrc, index);
    writeWord(packet, end, encryptedFlag + index);
    const at = end + 4 + this.mkiBytes;
    this.#tag(packet, end + 4).copy(packet, at, 0, rtcpTagBytes);
    return at + rtcpTagBytes;
  }

  unprotectRtcp(packet: Buffer, end: number, ssrc: number, index: number): number {
    const plainEnd = this.rtcpIndexAt(end);
    if (plainEnd < clearRtcpBytes) return -1;
    if (!sameTag(this.#tag(packet, plainEnd + 4), packet, end - rtcpTagBytes, rtcpTagBytes)) return -1;
    this.#applyKeyStream(packet, clearRtcpBytes, plainEnd, ssrc, index);
    return plainEnd;
  }

  rtcpIndexAt(end: number): number {
    return end - rtcpTagBytes - this.mkiBytes - 4;
  }

  /** §4.2: the rollover counter is authenticated, though it does not travel. */
  #rtpTag(packet: Buffer, end: number, index: number): Buffer {
    writeWord(this.#rollover, 0, Math.floor(index / 65536));
    return createHmac('sha1', this.#authentication)
      .update(packet.subarray(0, end))
      .update(this.#rollover)
      .digest();
  }

  #tag(packet: Buffer, end: number): Buffer {
    return createHmac('sha1', this.#authentication).update(packet.subarray(0, end)).digest();
  }

  /** §4.1.1: IV = salt·2^16 ⊕ SSRC·2^64 ⊕ index·2^16, and the number of the block in its last 16 bits. */
  #applyKeyStream(packet: Buffer, start: number, end: number, ssrc: number, index: number): void {
    const blocks = Math.ceil((end - start) / blockBytes);
    if (blocks === 0) return;
    if (blocks * blockBytes > this.#counters.length) this.#grow(blocks);
    const [salt0, salt1, salt2, salt3] = this.#salt as [number, number, number, number];
    const word1 = salt1 ^ ssrc;
    const word2 = salt2 ^ Math.floor(index / 65536);
    const word3 = salt3 ^ ((index & 0xffff) << 16);
    for (let block = 0, at = 0; block < blocks; block++, at += blockBytes) {
      this.#view.setUint32(at, salt0);
      this.#view.setUint32(at + 4, word1);
      this.#view.setUint32(at + 8, word2);
      this.#view.setUint32(at + 12, word3 | block);
    }
    const stream = this.#blocks.update(this.#counters.subarray(0, blocks * blockBytes));
    for (let at = start, from = 0; at < end; at++, from++) packet[at]! ^= stream[from]!;
  }

  #grow(blocks: number): void {
    this.#counters = Buffer.alloc(blocks * blockBytes);
    this.#view = new DataView(this.#counters.buffer, this.#counters.byteOffset);
  }
}

/** In constant time: how much of a tag is right must not show. */
function sameTag(tag: Buffer, packet: Buffer, at: number, bytes: number): boolean {
  let difference = 0;
  for (let i = 0; i < bytes; i++) difference |= tag[i]! ^ packet[at + i]!;
  return difference === 0;
}
