import type { ConferencePlan } from '../../../sfu/mixing/plan.js';
import type { RtpCodec, RtpSession } from '../../../sfu/rtp/session.js';
import { recordedAac } from '../../../sfu/mixing/audio/recorded-aac.js';
import type { NegotiatedMedia } from '../../../sip-gateway/sdp/types.js';
import type { StreamTarget } from '../../../vod/player/messages.js';
import { roomEncoder } from '../composition-plan.js';

const loopback = '127.0.0.1';
const source = 'recording';

/** The session in which the MCU receives one stream of a recording from the player. */
export function playedSession(
  kind: 'audio' | 'video',
  { port, ssrc, payloadType }: StreamTarget,
  fromPort: number,
): RtpSession {
  const codec: Omit<RtpCodec, 'payloadType'> =
    kind === 'video'
      ? { name: 'H264', clockRate: 90_000, parameters: { 'packetization-mode': '1' } }
      : {
          ...{ name: 'mpeg4-generic', clockRate: 48_000, channels: 2 },
          parameters: { mode: 'AAC-hbr', config: recordedAac },
        };
  return {
    ...{ id: `played-${kind}`, kind },
    local: { address: loopback, port, rtcpPort: port },
    remote: { address: loopback, port: fromPort, rtcpPort: fromPort },
    symmetric: false,
    receive: { codec: { ...codec, payloadType }, ssrc },
    feedback: { nack: false, pli: true, fir: false },
  };
}

/** One room that sees and hears a recording, with what it is told over the picture. */
export function playbackPlan(
  conferenceId: string,
  { audio, video, content }: NegotiatedMedia,
  played: { audio: RtpSession; video: RtpSession } | undefined,
  notice: readonly string[],
): ConferencePlan {
  return {
    conferenceId,
    sessions: [audio, video?.session, content?.session, played?.audio, played?.video].filter(
      session => session !== undefined,
    ),
    sources: played ? [{ siteId: source, name: '', audio: played.audio.id, video: played.video.id }] : [],
    relays: [],
    transcodes: [],
    outputs: [
      {
        id: 'caller',
        ...(video?.session.send && {
          video: {
            session: video.session.id,
            view: {
              ...{ layout: '1', siteIds: played ? [source] : [], labels: false, background: 'black' },
              ...(notice.length > 0 && { notice: [...notice] }),
            },
            encoder: roomEncoder(video),
          },
        }),
        ...(audio?.send && { audio: { session: audio.id } }),
      },
    ],
  };
}
