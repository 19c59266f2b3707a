import { UserError } from '../../base/errors.js';
import type { Probe } from '../../sip-gateway/probe.js';
import type { ConferenceReadiness, RoomReadiness } from '../api/readiness-operations.js';
import type { PresenceOf } from '../endpoints/presence.js';
import type { DialPolicy } from './dial-out/dial-policy.js';
import type { Scheduler } from './schedule/scheduler.js';

export interface ReadinessSources {
  scheduler: Pick<Scheduler, 'find'>;
  policy: Pick<DialPolicy, 'resolve'>;
  probe: (uri: string) => Promise<Probe>;
  presence: () => PresenceOf;
  /** HD units that are free; Infinity: not limited. */
  freeUnits: () => number;
  /** Of the file system with the recordings; null: they are kept elsewhere. */
  freeBytes: () => Promise<number | null>;
  /** Of a recording, bit/s. */
  recordingBitrate: number;
}

/** An hour must fit. */
const leastMinutes = 60;
/** Rooms that are asked at once: 200 of them are not a flood. */
const atOnce = 20;

/** Looks at a conference before it begins: its rooms by OPTIONS, so that nothing rings, its ports, its space. */
export class ReadinessCheck {
  constructor(private readonly sources: ReadinessSources) {}

  async check(conferenceId: string): Promise<ConferenceReadiness> {
    const { scheduler, freeUnits, freeBytes, recordingBitrate } = this.sources;
    const parties = scheduler.find(conferenceId)?.schedule.parties ?? [];
    const wanted = parties.flatMap(({ kind, name, address }) =>
      kind === 'room' && address !== undefined ? [{ name, address }] : [],
    );
    const rooms: RoomReadiness[] = [];
    for (let at = 0; at < wanted.length; at += atOnce)
      rooms.push(...(await Promise.all(wanted.slice(at, at + atOnce).map(room => this.#look(room)))));
    const bytes = await freeBytes();
    const recordingMinutes = bytes === null ? null : Math.floor((bytes * 8) / recordingBitrate / 60);
    const free = freeUnits();
    const needed = rooms.filter(({ state }) => state !== 'in-conference').length;
    const areThere = rooms.every(({ state }) => state === 'answers' || state === 'in-conference');
    return {
      ready: areThere && needed <= free && (recordingMinutes ?? leastMinutes) >= leastMinutes,
      rooms,
      units: { free: Number.isFinite(free) ? Math.max(0, Math.floor(free * 10) / 10) : null, needed },
      recordingMinutes,
    };
  }

  async #look({ name, address }: { name: string; address: string }): Promise<RoomReadiness> {
    const { policy, probe, presence } = this.sources;
    const found = { name, address, roundTripMs: null, userAgent: '' };
    if (presence()([address]) === 'in-conference') return { ...found, state: 'in-conference' };
    try {
      return { ...found, ...(await probe(policy.resolve(address))) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const state = { 'not-registered': 'not-registered', 'not-allowed-address': 'not-allowed' } as const;
      return { ...found, state: state[error.code as keyof typeof state] ?? 'unreachable' };
    }
  }
}
