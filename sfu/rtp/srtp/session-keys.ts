import { createCipheriv } from 'node:crypto';
import { srtpSuites, type SrtpKeying } from './suite.js';

/** What packets of one kind (RTP or RTCP) are protected with. */
export interface SessionKeys {
  key: Buffer;
  salt: Buffer;
  /** HMAC-SHA1's; unused by GCM. */
  authentication: Buffer;
}

/** RFC 3711 §4.3.2: labels of the RTP keys; those of RTCP are 3 more. */
const encryptionLabel = 0;
const authenticationLabel = 1;
const saltLabel = 2;
const authenticationKeyBytes = 20;

export function rtpKeys(keying: SrtpKeying): SessionKeys {
  return sessionKeys(keying, 0);
}

export function rtcpKeys(keying: SrtpKeying): SessionKeys {
  return sessionKeys(keying, 3);
}

function sessionKeys({ suite, keyAndSalt }: SrtpKeying, firstLabel: number): SessionKeys {
  const lengths = srtpSuites[suite];
  const master = Buffer.from(keyAndSalt, 'base64');
  if (master.length !== lengths.key + lengths.salt)
    throw new RangeError(`${suite} wants ${lengths.key + lengths.salt} bytes of key and salt`);
  const derive = (label: number, bytes: number): Buffer =>
    deriveKey(master.subarray(0, lengths.key), master.subarray(lengths.key), firstLabel + label, bytes);
  return {
    key: derive(encryptionLabel, lengths.key),
    salt: derive(saltLabel, lengths.salt),
    authentication: derive(authenticationLabel, authenticationKeyBytes),
  };
}

/** RFC 3711 §4.3.1 and §4.3.3, RFC 6188 §3, RFC 7714 §11: a key stream of AES, with a key derivation rate of 0. */
export function deriveKey(masterKey: Buffer, masterSalt: Buffer, label: number, bytes: number): Buffer {
  const iv = Buffer.alloc(16);
  // A salt of 96 bits (GCM) is followed by zeros.
  masterSalt.copy(iv);
  iv[7]! ^= label;
  return createCipheriv(`aes-${masterKey.length * 8}-ctr`, masterKey, iv).update(Buffer.alloc(bytes));
}
