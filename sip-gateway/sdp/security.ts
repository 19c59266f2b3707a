import type { RtpSession, SrtpProtection } from '../../sfu/rtp/session.js';
import type { RemoteLine } from './description.js';
import { ownKey } from './sdes.js';
import type { LocalMedia } from './types.js';

/** How the media of one line is protected. */
export type LineSecurity =
  | { by: 'nothing' }
  /** RFC 4568. `tag` and `suiteName` as the peer wrote them. */
  | { by: 'sdes'; tag: number; suiteName: string; protection: SrtpProtection }
  /** RFC 5763: we wait for the peer's handshake. */
  | { by: 'dtls'; dtls: NonNullable<RtpSession['dtls']> };

const plainRtp = /^RTP\/AVPF?$/i;
const secureRtp = /^RTP\/SAVPF?$/i;
const dtlsRtp = /^UDP\/TLS\/RTP\/SAVPF?$/i;

/**
 * What an offered line comes to, or undefined when it cannot be taken. Keys beside RTP/AVP are the usual way to
 * offer encryption without insisting on it (not in RFC 4568, but all hardware does it): they are used.
 */
export function securityOf(line: RemoteLine, local: LocalMedia, streamId: string): LineSecurity | undefined {
  const { encryption } = local;
  if (dtlsRtp.test(line.protocol)) return dtlsOf(line, local);
  const secure = secureRtp.test(line.protocol);
  if (!secure && !plainRtp.test(line.protocol)) return undefined;
  // RFC 4568 §5.1.2: the first that we support, since the order is the offerer's preference.
  const key = encryption && line.keys[0];
  if (key) {
    const send = ownKey(encryption.secret, streamId, key.keying.suite);
    const { tag, suiteName } = key;
    return { by: 'sdes', tag, suiteName, protection: { send, receive: key.keying } };
  }
  // Soft-phones older than RFC 5764's names write SAVP with a fingerprint.
  if (secure) return dtlsOf(line, local);
  return encryption?.policy === 'required' ? undefined : { by: 'nothing' };
}

/**
 * The passive side, which an offerer leaves to us (`actpass`) and an answerer should (RFC 5763 §5), on one port for
 * RTP and RTCP, since each would need a handshake of its own.
 */
function dtlsOf({ fingerprint, setup, rtcpMux }: RemoteLine, local: LocalMedia): LineSecurity | undefined {
  const identity = local.encryption?.dtls;
  if (!identity || !fingerprint || !rtcpMux || (setup !== 'actpass' && setup !== 'active')) return undefined;
  const { certificate, privateKey } = identity;
  return { by: 'dtls', dtls: { identity: { certificate, privateKey }, fingerprints: [fingerprint] } };
}
