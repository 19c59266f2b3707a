import { hkdfSync } from 'node:crypto';
import type { IceCredentials } from '../../sfu/rtp/stun.js';
import type { LocalMedia, LocalStream } from './types.js';

/** Our side of ICE on one line (RFC 8839 §5), as an ICE-lite agent. */
export interface WrittenIce {
  ufrag: string;
  password: string;
  /** Ports of our host candidates: RTP, and RTCP where it has its own. */
  ports: number[];
}

const ufragBytes = 6;
const passwordBytes = 18;

/**
 * Ours, for one line: made from the call's secret, so that they stay the same with the peer's, and are new when it
 * restarts ICE (RFC 8445 §9). Without a secret no ICE is spoken; `remote` absent: for an offer.
 */
export function iceCredentials(
  local: LocalMedia,
  stream: Pick<LocalStream, 'id' | 'port' | 'rtcpPort'>,
  remote: { ufrag: string; password: string },
): IceCredentials | undefined {
  const secret = local.encryption?.secret;
  if (secret === undefined) return undefined;
  const label = `ice ${stream.id} ${remote.ufrag} ${remote.password}`;
  const made = Buffer.from(
    hkdfSync('sha256', Buffer.from(secret, 'base64'), '', label.slice(0, 1000), ufragBytes + passwordBytes),
  );
  // base64 has RFC 8839's ice-char alphabet; these lengths need no padding.
  const text = made.toString('base64');
  return { ufrag: text.slice(0, 8), password: text.slice(8), remoteUfrag: remote.ufrag };
}

export function writtenIce(
  { ufrag, password }: IceCredentials,
  stream: Pick<LocalStream, 'id' | 'port' | 'rtcpPort'>,
  rtcpMux: boolean,
): WrittenIce {
  return { ufrag, password, ports: rtcpMux ? [stream.port] : [stream.port, stream.rtcpPort] };
}
