import { tilesOf } from '../../layouts/layout.js';
import type { ConferencePlan, OutputPlan } from '../plan.js';

/** An output that may send a source's pictures on as they are. */
export interface PassWish {
  outputId: string;
  /** Session that it is sent over. */
  to: string;
  /** Session that the pictures come by. */
  from: string;
  /** Of another shape, it would be cropped. */
  isCropped: boolean;
}

/** Shorter distances between keyframes than this (recordings) are not for a sender to keep. */
const leastKeyframeIntervalS = 5;
/** After something spoke against it, s. */
export const refusedForMs = 10_000;

/**
 * Outputs whose view is one source's picture alone, full and without labels or notice, in H.264 to a receiver that takes H.264
 * in pieces (packetization-mode 1). Whether size, profile and bit rate fit shows at the source's keyframes.
 */
export function passWishes(plan: ConferencePlan): PassWish[] {
  return plan.outputs.flatMap(output => {
    const siteId = onlySite(output);
    const { video } = output;
    if (!video || siteId === undefined) return [];
    const { codec, packetizationMode, keyframeIntervalS } = video.encoder;
    if (codec !== 'H264' || packetizationMode !== 1) return [];
    if (keyframeIntervalS > 0 && keyframeIntervalS < leastKeyframeIntervalS) return [];
    const source = plan.sources.find(known => known.siteId === siteId);
    const from = source?.video;
    const received = plan.sessions.find(({ id }) => id === from)?.receive?.codec.name;
    if (from === undefined || received !== 'H264' || from === video.session) return [];
    const isCropped = video.view.fit === 'crop' && !source?.content;
    return [{ outputId: output.id, to: video.session, from, isCropped }];
  });
}

function onlySite({ video }: OutputPlan): string | undefined {
  if (!video || video.view.labels || video.view.notice) return undefined;
  const { layout, siteIds } = video.view;
  const places = tilesOf(layout, siteIds.length, video.encoder);
  return places.length === 1 ? (siteIds[0] ?? undefined) : undefined;
}

/** What a conference's stream threads said of passing on. */
export class Passing {
  /** Session that it is sent over → session that it comes by, now. */
  readonly now = new Map<string, string>();
  readonly #refused = new Map<string, { from: string; untilMs: number }>();

  /** `from` null: it cannot be, for a while. */
  note(to: string, from: string | null, nowMs: number): void {
    const before = this.now.get(to);
    this.now.delete(to);
    if (from !== null) this.now.set(to, from);
    else if (before !== undefined) this.#refused.set(to, { from: before, untilMs: nowMs + refusedForMs });
  }

  /** Wishes but those that were refused lately; forgets what nobody wishes any more. */
  allowed(wishes: readonly PassWish[], nowMs: number): PassWish[] {
    const allowed = wishes.filter(({ to, from }) => {
      const refused = this.#refused.get(to);
      return !refused || refused.from !== from || nowMs >= refused.untilMs;
    });
    for (const [to, from] of this.now) {
      if (!allowed.some(wish => wish.to === to && wish.from === from)) this.now.delete(to);
    }
    for (const [to, { untilMs }] of this.#refused) if (nowMs >= untilMs) this.#refused.delete(to);
    return allowed;
  }
}
