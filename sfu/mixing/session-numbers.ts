import { randomInt } from 'node:crypto';
import type { ProtectionPosition, RtpSession, SrtpProtection } from '../rtp/session.js';
import type { ConferencePlan, ConferenceStatistics } from './plan.js';

/** Packets that went out since the last report, beyond as many as in the interval before: a keyframe's. */
const burstPackets = 200;
/** With SRTP no number may be used twice (RFC 3711 §9.1), so it counts with a process that hung for so long. */
const silentIntervals = 6;
/** A receiver of SRTP guesses the rollover counter right when a jump is less than half of the numbers. */
const mostSkippedPackets = 0x4000;
const skippedRtcpPackets = 1000;

/** A call that moves to another conference is there within this. */
const rememberedMs = 5_000;

interface Numbers {
  /** Where a new media process begins to send. */
  first: number;
  packets: number;
  /** Between the last two reports. */
  recent: number;
  protection?: ProtectionPosition;
  /** Agreed by DTLS, with whom `dtls` says. */
  keys?: SrtpProtection;
  dtls?: string;
}

/**
 * How far each session has counted, as the media process reports it: one that takes its place counts on from
 * beyond that. Half of all other numbers lie behind the last one: a receiver would drop what has them as too late,
 * for as long as it takes to get there. With SRTP both sides' rollover counters go on as well.
 */
export class SessionNumbers {
  readonly #conferences = new Map<string, Map<string, Numbers>>();
  /** That were in a conference a moment ago, by session. */
  readonly #moving = new Map<string, { numbers: Numbers; sinceMs: number }>();

  /** The plan with each session's first numbers; those that run already take no notice of them. */
  numbered(plan: ConferencePlan): ConferencePlan {
    const before = this.#conferences.get(plan.conferenceId);
    const now = new Map<string, Numbers>();
    this.#conferences.set(plan.conferenceId, now);
    const sessions = plan.sessions.map((session): RtpSession => {
      if (!session.send && !session.protection && !session.dtls) return session;
      const numbers = before?.get(session.id) ??
        this.#moved(session.id) ?? { first: randomInt(0x8000), packets: 0, recent: 0 };
      now.set(session.id, numbers);
      const dtls = JSON.stringify(session.dtls);
      if (dtls !== numbers.dtls) delete numbers.keys;
      numbers.dtls = dtls;
      const protection = session.protection ?? numbers.keys;
      return {
        ...session,
        ...(session.send && { send: { ...session.send, firstPacketIndex: numbers.first } }),
        ...(protection && {
          protection: { ...protection, ...(numbers.protection && { from: numbers.protection }) },
        }),
      };
    });
    for (const [id, numbers] of before ?? []) if (!now.has(id)) this.#remember(id, numbers);
    return { ...plan, sessions };
  }

  onStatistics(conferenceId: string, { sessions }: ConferenceStatistics): void {
    const known = this.#conferences.get(conferenceId);
    for (const [id, { packetsSent, packetIndex, protection }] of Object.entries(sessions)) {
      const numbers = known?.get(id);
      if (!numbers) continue;
      if (protection) {
        const { keys, ...position } = protection;
        numbers.protection = position;
        if (keys) numbers.keys = keys;
        delete protection.keys; // nobody else needs to see them
      }
      if (packetsSent === 0) continue;
      numbers.recent = Math.max(0, packetsSent - numbers.packets);
      numbers.packets = packetsSent;
      numbers.first = packetIndex;
    }
  }

  /** The media process is gone. */
  onRestart(): void {
    for (const sessions of this.#conferences.values()) for (const numbers of sessions.values()) skip(numbers);
  }

  /** The conference has ended. One of its calls may be in another one in a moment, with the same session. */
  forget(conferenceId: string): void {
    for (const [id, numbers] of this.#conferences.get(conferenceId) ?? []) this.#remember(id, numbers);
    this.#conferences.delete(conferenceId);
  }

  #remember(id: string, numbers: Numbers): void {
    const sinceMs = performance.now();
    // The oldest come first.
    for (const [known, entry] of this.#moving) {
      if (sinceMs - entry.sinceMs <= rememberedMs) break;
      this.#moving.delete(known);
    }
    this.#moving.delete(id);
    this.#moving.set(id, { numbers, sinceMs });
  }

  /** Also when its new conference is planned before the old one has heard that it is gone. */
  #moved(id: string): Numbers | undefined {
    for (const sessions of this.#conferences.values()) {
      const numbers = sessions.get(id);
      if (!numbers) continue;
      sessions.delete(id);
      skip(numbers);
      return numbers;
    }
    const entry = this.#moving.get(id);
    this.#moving.delete(id);
    if (!entry || performance.now() - entry.sinceMs > rememberedMs) return undefined;
    skip(entry.numbers);
    return entry.numbers;
  }
}

/** Beyond what may have been sent since the last report. */
function skip(numbers: Numbers): void {
  const intervals = numbers.protection ? silentIntervals : 1;
  numbers.first += Math.min(numbers.recent * intervals + burstPackets, mostSkippedPackets);
  numbers.packets = 0;
  if (numbers.protection) numbers.protection.rtcpIndex += skippedRtcpPackets;
}
