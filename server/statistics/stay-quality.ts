import type { SiteQuality } from '../api/signalling.js';
import type { StreamStatistics } from '../api/statistics.js';

/** How a site's line was over its whole stay: sums, so that it can go on after a restart. Plain JSON. */
export interface StayQuality {
  /** Looks at the line; the conference looks each 2 s. */
  samples: number;
  /** Of them, by class; see `qualityLevel`. */
  levels: Record<'good' | 'fair' | 'poor' | 'lost', number>;
  /** Of the share of packets lost, 0–1, in the worse direction. */
  lossSum: number;
  lossMax: number;
  jitterMaxMs: number;
  roundTripSumMs: number;
  roundTripSamples: number;
  /** bit/s from the site and to it. */
  sendBitrateSum: number;
  receiveBitrateSum: number;
}

/** What was spoken, and the largest picture that the site sent. */
export interface StayMedia {
  audioCodec: string | null;
  videoCodec: string | null;
  width: number | null;
  height: number | null;
}

export const noMedia: StayMedia = { audioCodec: null, videoCodec: null, width: null, height: null };

export function noQuality(): StayQuality {
  return {
    samples: 0,
    levels: { good: 0, fair: 0, poor: 0, lost: 0 },
    lossSum: 0,
    lossMax: 0,
    jitterMaxMs: 0,
    roundTripSumMs: 0,
    roundTripSamples: 0,
    sendBitrateSum: 0,
    receiveBitrateSum: 0,
  };
}

/** Counts another look; not where nothing flows: then nothing is known of the line. */
export function addQuality(total: StayQuality, now: SiteQuality): void {
  if (now.level === 'unknown') return;
  if (now.level !== 'lost' && now.sendBitrate === 0 && now.receiveBitrate === 0) return;
  total.samples++;
  total.levels[now.level]++;
  total.lossSum += now.fractionLost;
  total.lossMax = Math.max(total.lossMax, now.fractionLost);
  total.jitterMaxMs = Math.max(total.jitterMaxMs, now.jitterMs);
  if (now.roundTripMs !== null) {
    total.roundTripSumMs += now.roundTripMs;
    total.roundTripSamples++;
  }
  total.sendBitrateSum += now.sendBitrate;
  total.receiveBitrateSum += now.receiveBitrate;
}

/** @returns the same object when nothing is new */
export function addMedia(total: StayMedia, streams: readonly StreamStatistics[]): StayMedia {
  // Rooms that show their codec in one direction alone, as a phone that only listens.
  const codecOf = (source: string) =>
    (
      streams.find(stream => stream.source === source && stream.direction === 'sends') ??
      streams.find(stream => stream.source === source)
    )?.codec;
  const camera = streams.find(({ source, direction }) => source === 'camera' && direction === 'sends');
  const isLarger = (camera?.width ?? 0) * (camera?.height ?? 0) > (total.width ?? 0) * (total.height ?? 0);
  const next = {
    audioCodec: codecOf('microphone') ?? total.audioCodec,
    videoCodec: codecOf('camera') ?? total.videoCodec,
    width: isLarger ? camera!.width : total.width,
    height: isLarger ? camera!.height : total.height,
  };
  const isSame = (Object.keys(next) as (keyof StayMedia)[]).every(key => next[key] === total[key]);
  return isSame ? total : next;
}

/** In one word: `poor` when a tenth of the time was, `fair` when a fifth was not good; null: too short to tell. */
export function verdictOf({ samples, levels }: StayQuality): 'good' | 'fair' | 'poor' | null {
  if (samples === 0) return null;
  if ((levels.poor + levels.lost) / samples >= 0.1) return 'poor';
  return levels.good / samples <= 0.8 ? 'fair' : 'good';
}
