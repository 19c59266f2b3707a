import type { RtpSession } from '../../rtp/session.js';
import type { ConferencePlan } from '../plan.js';
import type { ConferenceVideo } from './conference-video.js';
import type { StreamSessionPlan } from './messages.js';
import type { Passing } from './passing.js';

/** What the stream thread that has this session does with it. */
export function sessionPlan(
  plan: ConferencePlan,
  conference: ConferenceVideo,
  session: RtpSession,
): StreamSessionPlan {
  const canvas = conference.canvases.find(({ encoders }) =>
    encoders.some(({ outputs }) => outputs.some(output => output.session === session.id)),
  );
  const encoder = canvas?.encoders.find(({ outputs }) =>
    outputs.some(output => output.session === session.id),
  );
  return {
    session,
    siteIds: plan.sources.filter(({ video }) => video === session.id).map(({ siteId }) => siteId),
    tiles: [...conference.tiles].filter(([key]) => key.endsWith(` ${session.id}`)).map(([, tile]) => tile),
    passTo: [
      ...new Set(
        conference.passes
          .filter(({ from }) => from === session.id)
          .flatMap(({ to }) => conference.streamOf.get(to) ?? []),
      ),
    ],
    ...passPlan(plan, conference, session),
    relayTo: plan.relays.filter(({ from }) => from === session.id).map(({ to }) => to),
    ...(canvas &&
      encoder && {
        encoder: {
          id: encoder.id,
          composer: conference.composerOf.get(canvas.id)!,
          codec: encoder.encoding.codec,
          packetizationMode: encoder.encoding.packetizationMode,
          frameRate: encoder.encoding.frameRate,
        },
      }),
  };
}

/** What it may send on as it comes. */
function passPlan(
  plan: ConferencePlan,
  conference: ConferenceVideo,
  session: RtpSession,
): Pick<StreamSessionPlan, 'pass'> {
  const wish = conference.passes.find(({ to }) => to === session.id);
  const encoder = plan.outputs.find(({ id }) => id === wish?.outputId)?.video?.encoder;
  if (!wish || !encoder) return {};
  const { width, height, profile, bitrate, keyframeIntervalS } = encoder;
  const limits = { width, height, profile, bitrate, sameShape: wish.isCropped };
  const thread = conference.streamOf.get(wish.from)!;
  return { pass: { from: wish.from, thread, limits, keyframeIntervalS } };
}

/** Who is sent something as it comes needs no canvas and no encoder. */
export function withoutPassing(plan: ConferencePlan, { now }: Passing): ConferencePlan {
  if (now.size === 0) return plan;
  return { ...plan, outputs: plan.outputs.filter(({ video }) => !video || !now.has(video.session)) };
}
