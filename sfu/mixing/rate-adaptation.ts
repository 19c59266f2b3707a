import { BitrateTier } from './bitrate-tier.js';
import type { ConferencePlan, ConferenceStatistics, VideoEncoding } from './plan.js';

/** 16:9 sizes with the bit rate (bit/s at 30 fps) from which they look better than the next smaller. */
const sizes = [
  { width: 1920, height: 1080, worthFrom: 512_000 },
  { width: 1280, height: 720, worthFrom: 384_000 },
  { width: 768, height: 432, worthFrom: 220_000 },
  { width: 512, height: 288, worthFrom: 110_000 },
  { width: 320, height: 180, worthFrom: 0 },
];

/**
 * What the plans say of bit rates is what was negotiated: here each receiver of a picture gets what its network
 * takes of that, as a tier of its own. Equal tiers of equal views share an encoder, as always.
 */
export class RateAdaptation {
  /** By conference and session. */
  readonly #tiers = new Map<string, Map<string, BitrateTier>>();

  /** The plan as it is to be carried out. */
  adapted(plan: ConferencePlan): ConferencePlan {
    const before = this.#tiers.get(plan.conferenceId);
    const now = new Map<string, BitrateTier>();
    this.#tiers.set(plan.conferenceId, now);
    const outputs = plan.outputs.map(output => {
      const { video } = output;
      if (!video) return output;
      const { bitrate } = video.encoder;
      const tier = before?.get(video.session) ?? new BitrateTier(bitrate);
      tier.limit(bitrate);
      now.set(video.session, tier);
      if (tier.bitrate === bitrate) return output;
      return { ...output, video: { ...video, encoder: encodingAt(video.encoder, tier.bitrate) } };
    });
    return { ...plan, outputs };
  }

  /** True: the plan has to be carried out anew. */
  onStatistics(conferenceId: string, { sessions }: ConferenceStatistics, nowMs: number): boolean {
    let changed = false;
    for (const [id, tier] of this.#tiers.get(conferenceId) ?? []) {
      const session = sessions[id];
      if (!session || session.packetsSent === 0) continue;
      const { remoteFractionLost: fractionLost, remoteEstimate: estimate } = session;
      if (tier.observe({ fractionLost, estimate }, nowMs)) changed = true;
    }
    return changed;
  }

  forget(conferenceId: string): void {
    this.#tiers.delete(conferenceId);
  }
}

/** The encoding at a lower bit rate, smaller where it would only show blocks. */
export function encodingAt(encoding: VideoEncoding, bitrate: number): VideoEncoding {
  const { width, height, frameRate } = encoding;
  const wide = Math.abs(width / height - 16 / 9) < 0.02;
  const size = wide
    ? sizes.find(
        candidate =>
          candidate.height < height && bitrate * (30 / Math.max(30, frameRate)) >= candidate.worthFrom,
      )
    : undefined;
  const own = sizes.find(candidate => candidate.height <= height);
  const small = size !== undefined && own !== undefined && bitrate < own.worthFrom;
  return { ...encoding, bitrate, ...(small && { width: size.width, height: size.height }) };
}
