import { randomInt } from 'node:crypto';
import type { ConferencePlan, ConferenceStatistics } from './plan.js';

/** Packets that went out since the last report, beyond as many as in the interval before: a keyframe's. */
const burstPackets = 200;

interface Sent {
  /** Where a new media process begins. */
  first: number;
  packets: number;
  /** Between the last two reports. */
  recent: number;
}

/**
 * How far each session has counted, as the media process reports it: one that takes its place counts on from
 * beyond that. Half of all other numbers lie behind the last one: a receiver would drop what has them as too late,
 * for as long as it takes to get there.
 */
export class SentNumbers {
  readonly #conferences = new Map<string, Map<string, Sent>>();

  /** The plan with each session's first number; those that run already take no notice of it. */
  numbered(plan: ConferencePlan): ConferencePlan {
    const before = this.#conferences.get(plan.conferenceId);
    const now = new Map<string, Sent>();
    this.#conferences.set(plan.conferenceId, now);
    const sessions = plan.sessions.map(session => {
      if (!session.send) return session;
      const sent = before?.get(session.id) ?? { first: randomInt(0x8000), packets: 0, recent: 0 };
      now.set(session.id, sent);
      return { ...session, send: { ...session.send, firstSequenceNumber: sent.first } };
    });
    return { ...plan, sessions };
  }

  onStatistics(conferenceId: string, { sessions }: ConferenceStatistics): void {
    const known = this.#conferences.get(conferenceId);
    for (const [id, { packetsSent, sequenceNumber }] of Object.entries(sessions)) {
      const sent = known?.get(id);
      if (!sent || packetsSent === 0) continue;
      sent.recent = Math.max(0, packetsSent - sent.packets);
      sent.packets = packetsSent;
      sent.first = sequenceNumber;
    }
  }

  /** The media process is gone. */
  onRestart(): void {
    for (const sessions of this.#conferences.values()) {
      for (const sent of sessions.values()) {
        sent.first = (sent.first + sent.recent + burstPackets) & 0xffff;
        sent.packets = 0;
      }
    }
  }

  forget(conferenceId: string): void {
    this.#conferences.delete(conferenceId);
  }
}
