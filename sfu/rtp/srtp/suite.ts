/** Names of RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14.2. */
export type SrtpSuiteName =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM';

/** Lengths in bytes. */
export interface SrtpSuite {
  mode: 'cm' | 'gcm';
  key: number;
  salt: number;
  /** Of RTP packets; SRTCP of counter mode always has 10 (RFC 4568 §6.2.2). */
  tag: number;
}

/** In our order of preference: what all hardware takes comes first after the cheapest strong ones. */
export const srtpSuites: Record<SrtpSuiteName, SrtpSuite> = {
  AEAD_AES_256_GCM: { mode: 'gcm', key: 32, salt: 12, tag: 16 },
  AEAD_AES_128_GCM: { mode: 'gcm', key: 16, salt: 12, tag: 16 },
  AES_256_CM_HMAC_SHA1_80: { mode: 'cm', key: 32, salt: 14, tag: 10 },
  AES_CM_128_HMAC_SHA1_80: { mode: 'cm', key: 16, salt: 14, tag: 10 },
  AES_256_CM_HMAC_SHA1_32: { mode: 'cm', key: 32, salt: 14, tag: 4 },
  AES_CM_128_HMAC_SHA1_32: { mode: 'cm', key: 16, salt: 14, tag: 4 },
};

/** What protection adds to a packet of ours at most: a tag, and the index of SRTCP. We send no MKI. */
export const mostProtectionBytes = 16 + 4;

/** Keys of one direction, as plain JSON: they travel in the plan. Never log one. */
export interface SrtpKeying {
  suite: SrtpSuiteName;
  /** Master key, then master salt (RFC 4568 §6.1 `inline:`), base64. */
  keyAndSalt: string;
  /** Bytes of the master key identifier in each packet (RFC 3711 §3.1); absent: none. */
  mkiLength?: number;
}
