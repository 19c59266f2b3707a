import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import type { SrtpProtection } from '../session.js';
import { srtpSuites, type SrtpSuiteName } from '../srtp/suite.js';
import { dtls12, uint16, type Record } from './record.js';

/** P_SHA256 (RFC 5246 §5) */
export function prf(secret: Buffer, label: string, seed: Buffer, bytes: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  const hmac = (data: Buffer): Buffer => createHmac('sha256', secret).update(data).digest();
  const output: Buffer[] = [];
  for (let a = hmac(labelled), have = 0; have < bytes; a = hmac(a), have += 32)
    output.push(hmac(Buffer.concat([a, labelled])));
  return Buffer.concat(output).subarray(0, bytes);
}

export const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest();

const tagBytes = 16;
const explicitNonceBytes = 8;

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 in one direction (RFC 5288 §3, RFC 6347 §4.1.2). */
export class RecordCipher {
  constructor(
    private readonly key: Buffer,
    /** 4 bytes */
    private readonly salt: Buffer,
  ) {}

  seal(type: number, number: Buffer, plain: Buffer): Buffer {
    const cipher = createCipheriv('aes-128-gcm', this.key, Buffer.concat([this.salt, number]));
    cipher.setAAD(additionalData(type, number, plain.length));
    const sealed = [number, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed);
  }

  /** null: not authentic. */
  open({ type, number, fragment }: Record): Buffer | null {
    const length = fragment.length - explicitNonceBytes - tagBytes;
    if (length < 0) return null;
    const nonce = Buffer.concat([this.salt, fragment.subarray(0, explicitNonceBytes)]);
    const decipher = createDecipheriv('aes-128-gcm', this.key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(additionalData(type, number, length));
    decipher.setAuthTag(fragment.subarray(-tagBytes));
    const plain = decipher.update(fragment.subarray(explicitNonceBytes, -tagBytes));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return plain;
  }
}

function additionalData(type: number, number: Buffer, length: number): Buffer {
  return Buffer.concat([number, Buffer.from([type]), uint16(dtls12, length)]);
}

/** Epoch 1 of a server: what it reads and writes with (RFC 5246 §6.3). */
export function recordCiphers(master: Buffer, clientRandom: Buffer, serverRandom: Buffer) {
  const block = prf(master, 'key expansion', Buffer.concat([serverRandom, clientRandom]), 40);
  return {
    read: new RecordCipher(block.subarray(0, 16), block.subarray(32, 36)),
    write: new RecordCipher(block.subarray(16, 32), block.subarray(36, 40)),
  };
}

/** RFC 5764 §4.2, as the server sees it: the client's key is what it receives with. */
export function srtpKeys(
  suite: SrtpSuiteName,
  master: Buffer,
  clientRandom: Buffer,
  serverRandom: Buffer,
): SrtpProtection {
  const { key, salt } = srtpSuites[suite];
  const seed = Buffer.concat([clientRandom, serverRandom]);
  const material = prf(master, 'EXTRACTOR-dtls_srtp', seed, 2 * (key + salt));
  const keying = (side: 0 | 1) => ({
    suite,
    keyAndSalt: Buffer.concat([
      material.subarray(side * key, (side + 1) * key),
      material.subarray(2 * key + side * salt, 2 * key + (side + 1) * salt),
    ]).toString('base64'),
  });
  return { receive: keying(0), send: keying(1) };
}
