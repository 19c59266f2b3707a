import { hkdfSync } from 'node:crypto';
import { srtpSuites, type SrtpKeying, type SrtpSuiteName } from '../../sfu/rtp/srtp/suite.js';
import type { LocalMedia } from './types.js';

/** A key of the peer's, as its a=crypto says it (RFC 4568 §9.1). */
export interface OfferedKey {
  /** The answer repeats it. */
  tag: number;
  /** As written: some devices have names of their own for a suite. */
  suiteName: string;
  keying: SrtpKeying;
}

/** What we offer, best first. The short tag comes last: it saves six bytes a packet, which nobody needs. */
export const offeredSuites: SrtpSuiteName[] = [
  'AEAD_AES_256_GCM',
  'AES_256_CM_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
];

/** What some devices wrote before RFC 6188 settled the names. */
const otherNames: Record<string, SrtpSuiteName> = {
  AES_CM_256_HMAC_SHA1_80: 'AES_256_CM_HMAC_SHA1_80',
  AES_CM_256_HMAC_SHA1_32: 'AES_256_CM_HMAC_SHA1_32',
};

const keyParameter = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|(?:2\^\d{1,2}|\d{1,15}))?(?:\|\d{1,39}:(\d{1,3}))?$/;
/** RFC 4568 §6.1 */
const mostMkiBytes = 128;

/**
 * One a=crypto, or undefined when it is malformed or asks for what we don't do: other suites, packets without
 * encryption or authentication, key derivation rates (RFC 4568 §6.3). Of several keys the first counts.
 */
export function parseKey(
  tag: number,
  suiteName: string,
  keyParameters: string,
  sessionParameters: string,
): OfferedKey | undefined {
  const name = otherNames[suiteName] ?? suiteName;
  if (!Object.hasOwn(srtpSuites, name)) return undefined;
  // A hint for the size of the replay window is no more than that.
  if (!/^(WSH=\d+|KDR=0|\s)*$/.test(sessionParameters)) return undefined;
  const suite = name as SrtpSuiteName;
  const [, keyAndSalt = '', mkiLength = '0'] = keyParameter.exec(keyParameters.split(';')[0]!) ?? [];
  const { key, salt } = srtpSuites[suite];
  if (Buffer.from(keyAndSalt, 'base64').length !== key + salt || Number(mkiLength) > mostMkiBytes)
    return undefined;
  return {
    tag,
    suiteName,
    keying: { suite, keyAndSalt, ...(Number(mkiLength) > 0 && { mkiLength: Number(mkiLength) }) },
  };
}

/** Our key of one stream: the same for as long as the call lives, another for each suite. */
export function ownKey(secret: string, streamId: string, suite: SrtpSuiteName): SrtpKeying {
  const { key, salt } = srtpSuites[suite];
  const derived = hkdfSync('sha256', Buffer.from(secret, 'base64'), '', `${streamId} ${suite}`, key + salt);
  return { suite, keyAndSalt: Buffer.from(derived).toString('base64') };
}

export type Encryption = NonNullable<LocalMedia['encryption']>;
