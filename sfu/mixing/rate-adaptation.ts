import { BitrateTier, tiers } from './bitrate-tier.js';
import type {
  ConferencePlan,
  ConferenceStatistics,
  OutputPlan,
  SessionStatistics,
  VideoEncoding,
} from './plan.js';
import { Redundancy } from './redundancy.js';
import { SenderLimit } from './sender-limit.js';

/** 16:9 sizes with the bit rate (bit/s at 30 fps) from which they look better than the next smaller. */
const sizes = [
  { width: 1920, height: 1080, worthFrom: 512_000 },
  { width: 1280, height: 720, worthFrom: 384_000 },
  { width: 768, height: 432, worthFrom: 220_000 },
  { width: 512, height: 288, worthFrom: 110_000 },
  { width: 320, height: 180, worthFrom: 0 },
];

/** Rooms report each five seconds. Where nothing comes for longer, and the network loses so much, reports are lost, too. */
const silenceMs = 7_000;
const silenceLoss = 0.3;

/** One that is sent to. */
interface Receiver {
  /** Of its picture; absent: it gets sound only. */
  tier?: BitrateTier;
  /** Absent: it asks again for what it misses. */
  redundancy?: Redundancy;
  /** As many of its reports have been looked at. */
  reports: number;
  /** When the newest of them came: the next one is about the time from there on. */
  reportedMs: number;
  /** Since when it has been silent. */
  silentSinceMs: number;
}

/**
 * What the plans say of bit rates is what was negotiated: here each receiver of a picture gets what its network
 * takes of that, as a tier of its own. Equal tiers of equal views share an encoder, as always. Who cannot ask again
 * for what the network loses gets copies beside each packet, within the same bit rate.
 */
export class RateAdaptation {
  /** By conference and session. */
  readonly #receivers = new Map<string, Map<string, Receiver>>();
  /** Those that send pictures, in the same way. */
  readonly #senders = new Map<string, Map<string, SenderLimit>>();

  /** The plan as it is to be carried out. */
  adapted(plan: ConferencePlan): ConferencePlan {
    const before = this.#receivers.get(plan.conferenceId);
    const now = new Map<string, Receiver>();
    this.#receivers.set(plan.conferenceId, now);
    const asking = new Set(plan.sessions.flatMap(({ id, feedback }) => (feedback.nack ? [id] : [])));
    const receiver = (session: string): Receiver => {
      const known = before?.get(session) ?? { reports: 0, reportedMs: -Infinity, silentSinceMs: Infinity };
      if (asking.has(session)) delete known.redundancy;
      else known.redundancy ??= new Redundancy();
      now.set(session, known);
      return known;
    };
    const outputs = plan.outputs.map(output => {
      if (output.audio) receiver(output.audio.session);
      return output.video ? adaptedOutput(output, output.video, receiver(output.video.session)) : output;
    });
    const limits = this.#limitsOf(plan);
    const sessions = plan.sessions.map(session => {
      const copies = now.get(session.id)?.redundancy?.copies ?? 0;
      const maxBitrate = limits.get(session.id)?.bitrate;
      return {
        ...session,
        ...(session.send && copies > 0 && { send: { ...session.send, copies } }),
        ...(session.receive && maxBitrate && { receive: { ...session.receive, maxBitrate } }),
      };
    });
    return { ...plan, sessions, outputs };
  }

  #limitsOf({ conferenceId, sessions }: ConferencePlan): Map<string, SenderLimit> {
    const before = this.#senders.get(conferenceId);
    const sending = sessions.filter(({ kind, receive }) => kind === 'video' && receive);
    const now = new Map(sending.map(({ id }) => [id, before?.get(id) ?? new SenderLimit()]));
    this.#senders.set(conferenceId, now);
    return now;
  }

  /** True: the plan has to be carried out anew. */
  onStatistics(conferenceId: string, { sessions }: ConferenceStatistics, nowMs: number): boolean {
    let changed = false;
    const senders = this.#senders.get(conferenceId);
    for (const [id, sender] of senders ?? []) {
      if (sessions[id] && sender.observe(sessions[id], nowMs)) changed = true;
    }
    for (const [id, receiver] of this.#receivers.get(conferenceId) ?? []) {
      const session = sessions[id];
      if (
        session &&
        session.packetsSent > 0 &&
        observe(receiver, session, senders?.get(id)?.loss ?? 0, nowMs)
      )
        changed = true;
    }
    return changed;
  }

  forget(conferenceId: string): void {
    this.#receivers.delete(conferenceId);
    this.#senders.delete(conferenceId);
  }
}

function adaptedOutput(
  output: OutputPlan,
  video: NonNullable<OutputPlan['video']>,
  receiver: Receiver,
): OutputPlan {
  const { bitrate } = video.encoder;
  const tier = (receiver.tier ??= new BitrateTier(bitrate));
  tier.limit(bitrate);
  const own = Math.max(tiers[0], Math.floor(tier.bitrate / (1 + (receiver.redundancy?.copies ?? 0))));
  if (own >= bitrate) return output;
  return { ...output, video: { ...video, encoder: encodingAt(video.encoder, own) } };
}

/** True: something has changed for it. `lossBack`: of what it sends itself, 0–1. */
function observe(receiver: Receiver, session: SessionStatistics, lossBack: number, nowMs: number): boolean {
  const { remoteFractionLost: fractionLost, remoteEstimate: estimate, remoteReports } = session;
  const isNew = remoteReports !== receiver.reports;
  // Rooms report each five seconds: the same report twice is not two.
  const report = { fractionLost, estimate, isNew, sinceMs: receiver.reportedMs };
  const otherTier = receiver.tier?.observe(report, nowMs) ?? false;
  if (!isNew) return otherTier || isSilent(receiver, lossBack, nowMs);
  receiver.reports = remoteReports;
  receiver.reportedMs = receiver.silentSinceMs = nowMs;
  return (receiver.redundancy?.observe(fractionLost, session.roundTripMs, nowMs) ?? false) || otherTier;
}

/** Its reports are lost on the way, as what it sends is: taken for one that says the same of our way. */
function isSilent(receiver: Receiver, lossBack: number, nowMs: number): boolean {
  if (lossBack < silenceLoss) receiver.silentSinceMs = nowMs;
  receiver.silentSinceMs = Math.min(receiver.silentSinceMs, nowMs);
  if (nowMs - receiver.silentSinceMs < silenceMs) return false;
  receiver.silentSinceMs = nowMs;
  return receiver.tier?.observe({ fractionLost: lossBack, estimate: null }, nowMs) ?? false;
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
