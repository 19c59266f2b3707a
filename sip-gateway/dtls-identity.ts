import { createHash } from 'node:crypto';
import { generate } from 'selfsigned';
import type { DtlsIdentity, Fingerprint } from '../sfu/rtp/dtls/handshake.js';

/** Our certificate for DTLS-SRTP and what SDP says of it (RFC 8122). */
export interface AnnouncedIdentity extends DtlsIdentity {
  fingerprint: Fingerprint;
}

const validDays = 365;

/** A fresh one for each start: peers know it by the fingerprint of their call alone. */
export async function makeDtlsIdentity(): Promise<AnnouncedIdentity> {
  const made = await generate([{ name: 'commonName', value: 'amphi' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validDays * 24 * 3600 * 1000),
  });
  const der = Buffer.from(made.cert.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  return {
    certificate: der.toString('base64'),
    privateKey: made.private,
    fingerprint: fingerprintOf(der),
  };
}

export function fingerprintOf(der: Buffer): Fingerprint {
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase();
  return { hash: 'sha-256', value: hex.match(/../g)!.join(':') };
}
