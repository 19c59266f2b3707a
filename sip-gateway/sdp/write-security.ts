import type { SrtpSuiteName } from '../../sfu/rtp/srtp/suite.js';
import { iceCredentials, writtenIce } from './ice.js';
import { offeredSuites, ownKey, type Encryption } from './sdes.js';
import type { LineSecurity } from './security.js';
import type { LocalMedia, LocalStream, SdpLine } from './types.js';
import type { ActiveLine, WrittenKey } from './write.js';

/** What a line of a call that stands has is offered again, so that nothing begins anew; a new one gets keys. */
export function offeredSecurity(
  { security = 'sdes', suite, remoteIce, rtcpMux = false, mid }: SdpLine,
  stream: Pick<LocalStream, 'id' | 'port' | 'rtcpPort'>,
  local: LocalMedia,
): Partial<ActiveLine> {
  const { encryption } = local;
  const ice = remoteIce && iceCredentials(local, stream, remoteIce);
  return {
    ...(encryption && security === 'sdes' && { keys: offeredKeys(encryption, stream.id, suite) }),
    ...(encryption?.dtls &&
      security === 'dtls' && {
        dtls: { fingerprint: encryption.dtls.fingerprint, setup: 'actpass' as const },
      }),
    ...(ice && { ice: writtenIce(ice, stream, rtcpMux) }),
    ...(mid !== undefined && { mid }),
  };
}

/** `only`: this suite. */
function offeredKeys({ secret }: Encryption, streamId: string, only?: SrtpSuiteName): WrittenKey[] {
  return offeredSuites.flatMap((suite, index) =>
    only !== undefined && suite !== only
      ? []
      : { tag: index + 1, suiteName: suite, keyAndSalt: ownKey(secret, streamId, suite).keyAndSalt },
  );
}

export function writtenKey({
  tag,
  suiteName,
  protection,
}: Extract<LineSecurity, { by: 'sdes' }>): WrittenKey {
  return { tag, suiteName, keyAndSalt: protection.send.keyAndSalt };
}

export function securityState({ security }: { security: LineSecurity }): Pick<SdpLine, 'security' | 'suite'> {
  const { by } = security;
  return by === 'sdes' ? { security: by, suite: security.protection.send.suite } : { security: by };
}
