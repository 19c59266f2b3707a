import type { CallLogEntry, StayFigures } from '../api/call-log-operations.js';
import type { CallLogRecord } from '../store/call-log-records.js';
import { reasonInWords } from './end-reasons.js';
import { verdictOf, type StayQuality } from './stay-quality.js';

/** As people and programs see it. @param nowMs for calls that stand */
export function describeCall(record: CallLogRecord, nowMs: number): CallLogEntry {
  const { sequence, conferenceId, title, number, way, direction, name, result, reason, status } = record;
  const { remoteUri, remoteAddress, userAgent, dialled, beganAt, answeredAt, endedAt, detail } = record;
  const remote = remoteUri === '' ? name : remoteUri;
  return {
    ...{ sequence, conferenceId, title, number, way, direction, name },
    from: direction === 'incoming' ? remote : number,
    to: direction === 'incoming' ? dialled : remote,
    ...{ remoteAddress, userAgent, beganAt, answeredAt, endedAt },
    durationS: durationS(record, nowMs),
    ...record.media,
    quality: figuresOf(record.quality),
    result,
    reason: reason && { code: reason, inWords: reasonInWords(reason, status), status, detail },
  };
}

export function durationS({ answeredAt, endedAt }: CallLogRecord, nowMs: number): number | null {
  if (answeredAt === null) return null;
  const endMs = endedAt === null ? nowMs : Date.parse(endedAt);
  return Math.max(0, Math.round((endMs - Date.parse(answeredAt)) / 1000));
}

export function figuresOf(quality: StayQuality): StayFigures {
  const { samples, roundTripSamples } = quality;
  const mean = (sum: number, count: number) => (count === 0 ? null : sum / count);
  const rounded = (value: number | null) => value && Math.round(value);
  return {
    verdict: verdictOf(quality),
    fractionLost: mean(quality.lossSum, samples),
    fractionLostMax: samples === 0 ? null : quality.lossMax,
    jitterMaxMs: samples === 0 ? null : Math.round(quality.jitterMaxMs),
    roundTripMs: rounded(mean(quality.roundTripSumMs, roundTripSamples)),
    sendBitrate: rounded(mean(quality.sendBitrateSum, samples)),
    receiveBitrate: rounded(mean(quality.receiveBitrateSum, samples)),
  };
}
