import type { SrtpSuiteName } from '../srtp/suite.js';
import { Reader, dtls12 } from './record.js';

/** RFC 5764 §4.1.2, RFC 7714 §14.2 */
export const srtpProfiles: [profile: number, suite: SrtpSuiteName][] = [
  [0x0008, 'AEAD_AES_256_GCM'],
  [0x0007, 'AEAD_AES_128_GCM'],
  [0x0001, 'AES_CM_128_HMAC_SHA1_80'],
  [0x0002, 'AES_CM_128_HMAC_SHA1_32'],
];

/** The only cipher suite that we take, which WebRTC makes everybody have (RFC 8827 §6.5). */
export const ecdheEcdsaAes128Gcm = 0xc02b;
export const secp256r1 = 23;
export const ecdsaSha256 = 0x0403;

export const extension = {
  supportedGroups: 10,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;
const emptyRenegotiationInfo = 0x00ff;

export interface ClientHello {
  random: Buffer;
  cookie: Buffer;
  /** Why this client and we cannot talk; undefined when we can. */
  mismatch: string | undefined;
  profile: number;
  suite: SrtpSuiteName;
  extendedMasterSecret: boolean;
  secureRenegotiation: boolean;
}

/** @throws RangeError when it ends too early */
export function parseClientHello(body: Buffer): ClientHello {
  const reader = new Reader(body);
  const version = reader.number(2);
  const random = reader.take(32);
  reader.vector(1); // session
  const cookie = reader.vector(1);
  const cipherSuites = numbers(reader.vector(2));
  reader.vector(1); // compression
  const extensions = new Map<number, Buffer>();
  if (reader.left >= 2) {
    const list = new Reader(reader.vector(2));
    while (list.left >= 4) extensions.set(list.number(2), list.vector(2));
  }
  const listed = (type: number): number[] => {
    const data = extensions.get(type);
    return data ? numbers(new Reader(data).vector(2)) : [];
  };
  const groups = listed(extension.supportedGroups);
  const algorithms = listed(extension.signatureAlgorithms);
  const offered = listed(extension.useSrtp);
  // Our order: the client’s is not asked.
  const [profile, suite] = srtpProfiles.find(([id]) => offered.includes(id)) ?? [0, 'AEAD_AES_128_GCM'];
  return {
    random,
    cookie,
    mismatch:
      version > dtls12
        ? 'no DTLS 1.2' // versions count down (RFC 6347 §4.1)
        : !cipherSuites.includes(ecdheEcdsaAes128Gcm)
          ? 'no cipher suite in common'
          : groups.length > 0 && !groups.includes(secp256r1)
            ? 'no curve in common'
            : algorithms.length > 0 && !algorithms.includes(ecdsaSha256)
              ? 'no signature algorithm in common'
              : profile === 0
                ? 'no SRTP profile in common'
                : undefined,
    profile,
    suite,
    extendedMasterSecret: extensions.has(extension.extendedMasterSecret),
    secureRenegotiation:
      extensions.has(extension.renegotiationInfo) || cipherSuites.includes(emptyRenegotiationInfo),
  };
}

function numbers(list: Buffer): number[] {
  return Array.from({ length: list.length >> 1 }, (_, index) => list.readUInt16BE(index * 2));
}
