import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { clearRtcpBytes, encryptedFlag, readWord, writeWord, type PacketCipher } from './packet-cipher.js';
import type { SessionKeys } from './session-keys.js';

const tagBytes = 16;
const tagOption = { authTagLength: tagBytes };

/** AES in Galois counter mode (RFC 7714). OpenSSL takes a fresh context for each packet: a nonce is used once. */
export class GcmCipher implements PacketCipher {
  readonly #algorithm: 'aes-128-gcm' | 'aes-256-gcm';
  readonly #key: KeyObject;
  readonly #salt: Buffer;
  readonly #iv = Buffer.alloc(12);
  /** §9.3: header of the first packet, then the word with E flag and index. */
  readonly #rtcpAad = Buffer.alloc(12);

  constructor(
    keys: SessionKeys,
    private readonly mkiBytes: number,
  ) {
    this.#algorithm = keys.key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
    this.#key = createSecretKey(keys.key);
    this.#salt = keys.salt;
  }

  protectRtp(packet: Buffer, payloadStart: number, end: number, ssrc: number, index: number): number {
    this.#setIv(ssrc, index);
    return this.#seal(packet, packet.subarray(0, payloadStart), payloadStart, end) + this.mkiBytes;
  }

  unprotectRtp(packet: Buffer, payloadStart: number, end: number, ssrc: number, index: number): number {
    this.#setIv(ssrc, index);
    return this.#open(packet, packet.subarray(0, payloadStart), payloadStart, end - this.mkiBytes);
  }

  protectRtcp(packet: Buffer, end: number, ssrc: number, index: number): number {
    const word = encryptedFlag + index;
    const aad = this.#rtcp(packet, ssrc, index, word);
    const sealedEnd = this.#seal(packet, aad, clearRtcpBytes, end);
    writeWord(packet, sealedEnd, word);
    return sealedEnd + 4 + this.mkiBytes;
  }

  unprotectRtcp(packet: Buffer, end: number, ssrc: number, index: number): number {
    const indexAt = this.rtcpIndexAt(end);
    if (indexAt < 0) return -1;
    const aad = this.#rtcp(packet, ssrc, index, readWord(packet, indexAt));
    return this.#open(packet, aad, clearRtcpBytes, indexAt);
  }

  rtcpIndexAt(end: number): number {
    return end - this.mkiBytes - 4;
  }

  #rtcp(packet: Buffer, ssrc: number, index: number, word: number): Buffer {
    this.#setIv(ssrc, index);
    packet.copy(this.#rtcpAad, 0, 0, clearRtcpBytes);
    writeWord(this.#rtcpAad, clearRtcpBytes, word);
    return this.#rtcpAad;
  }

  /** §8.1: 00 00 SSRC ROC SEQ ⊕ salt; §9.1: 00 00 SSRC 00 00 index ⊕ salt. So both are SSRC and 48 bits. */
  #setIv(ssrc: number, index: number): void {
    const iv = this.#iv;
    iv[0] = iv[1] = 0;
    writeWord(iv, 2, ssrc);
    writeWord(iv, 6, Math.floor(index / 65536));
    iv[10] = index >>> 8;
    iv[11] = index;
    for (let i = 0; i < 12; i++) iv[i]! ^= this.#salt[i]!;
  }

  #seal(packet: Buffer, aad: Buffer, start: number, end: number): number {
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#iv, tagOption);
    cipher.setAAD(aad);
    cipher.update(packet.subarray(start, end)).copy(packet, start);
    cipher.final();
    cipher.getAuthTag().copy(packet, end);
    return end + tagBytes;
  }

  #open(packet: Buffer, aad: Buffer, start: number, end: number): number {
    const plainEnd = end - tagBytes;
    if (plainEnd < start) return -1;
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#iv, tagOption);
    decipher.setAAD(aad);
    decipher.setAuthTag(packet.subarray(plainEnd, end));
    const plain = decipher.update(packet.subarray(start, plainEnd));
    try {
      decipher.final();
    } catch {
      return -1; // the only way in which OpenSSL says that the tag is wrong
    }
    plain.copy(packet, start);
    return plainEnd;
  }
}
