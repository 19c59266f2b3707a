import { UserError } from '../../../base/errors.js';
import type { JournalRecord, JournalRecords } from '../../store/journal-records.js';
import type { LifeRecord, LifeRecords } from '../../store/life-records.js';
import { currentActor } from '../acting.js';

export type LifeState = LifeRecord['state'];
export type Life = Omit<LifeRecord, 'run' | 'conferenceId'>;

/** What the journal tells; what each has in `detail` is in `api/life.ts`. */
export const journalKinds = [
  'created',
  'scheduled',
  'started',
  'resumed',
  'site-joined',
  'site-left',
  'layout',
  'site-layout',
  'broadcast',
  'watch',
  'chosen',
  'sound',
  'chair-pin',
  'chair',
  'recording-started',
  'recording-stopped',
  'locked',
  'unlocked',
  'extended',
  'end-near',
  'dialled',
  'ended',
  'cancelled',
  'deleted',
] as const;
export type JournalKind = (typeof journalKinds)[number];

/**
 *             schedule
 *   open ◄──────────────► scheduled ◄─────┐
 *     │ ▲                   │  ▲          │ schedule
 *     │ └───── last site ── │ ─┤          │
 *     │ first site          │  │          │
 *     └────────► running ◄──┘  │ another  │
 *                   │          │ occurrence
 *                   └──────────┴──► ended ┘
 *                        over
 *
 * `open`: anybody may come in at any time, nobody is there. `scheduled`: waits for its time. `ended`: its time is over,
 * nobody comes in any more.
 */
const next: Record<LifeState, readonly LifeState[]> = {
  open: ['scheduled', 'running', 'ended'],
  scheduled: ['open', 'scheduled', 'running', 'ended'],
  running: ['open', 'scheduled', 'ended'],
  ended: ['open', 'scheduled'],
};

const born: Life = { state: 'open', opensAt: null, endsAt: null, startedAt: null, locked: false };

/** Where each conference is in its life, and its journal; both in the store before anybody is told. */
export class Lives {
  constructor(
    private readonly records: LifeRecords,
    private readonly journal: JournalRecords,
    private readonly now: () => number = Date.now,
  ) {}

  of(conferenceId: string): Life {
    const record = this.records.find(conferenceId);
    if (!record) return born;
    const { run: _run, conferenceId: _id, ...life } = record;
    return life;
  }

  /** Those that ran when the server was last there, with what they need to go on. */
  interrupted(): { conferenceId: string; life: Life; run: string | null }[] {
    return this.records.running().map(({ conferenceId, run, ...life }) => ({ conferenceId, life, run }));
  }

  /** @throws Error when our own code asks for what cannot be */
  move(conferenceId: string, state: LifeState, change: Partial<Omit<Life, 'state'>> = {}): Life {
    const before = this.of(conferenceId);
    if (!next[before.state].includes(state))
      throw new Error(`a conference that is ${before.state} cannot become ${state}`);
    const run = state === 'running';
    const life: Life = {
      ...before,
      ...change,
      state,
      ...(!run && { locked: false, startedAt: null }),
    };
    this.records.save({ conferenceId, ...life, run: null });
    return life;
  }

  /** Of a conference that stays in its state. */
  change(conferenceId: string, change: Partial<Omit<Life, 'state'>>): Life {
    const run = this.records.find(conferenceId)?.run ?? null;
    const life = { ...this.of(conferenceId), ...change };
    this.records.save({ conferenceId, ...life, run });
    return life;
  }

  /** The first site is there. */
  began(conferenceId: string, startedAt: string): void {
    if (this.of(conferenceId).state === 'running') return; // after a crash
    this.move(conferenceId, 'running', { startedAt });
    this.note(conferenceId, 'started');
  }

  /** The last site has left. */
  over(conferenceId: string): void {
    const { state, endsAt } = this.of(conferenceId);
    if (state !== 'running') return;
    this.move(conferenceId, endsAt === null ? 'open' : 'scheduled');
    this.note(conferenceId, 'ended');
  }

  saveRun(conferenceId: string, run: string): void {
    this.records.saveRun(conferenceId, run);
  }

  /** Whether somebody may come in now. @throws UserError `too-early`, `conference-over` */
  admit(conferenceId: string): void {
    const { state, opensAt } = this.of(conferenceId);
    if (state === 'ended')
      throw new UserError('conference-over', 'This conference is over. Ask the one who invited you.');
    if (state !== 'scheduled' || opensAt === null || this.now() >= Date.parse(opensAt)) return;
    throw new UserError(
      'too-early',
      `This conference opens at ${opensAt.slice(0, 16).replace('T', ' ')} UTC. Come back then.`,
    );
  }

  /** @param kind what the one who acts now has done */
  note(conferenceId: string, kind: JournalKind, detail: Record<string, unknown> = {}): void {
    const { kind: actorKind, id: actorId, name: actorName } = currentActor();
    this.journal.append({
      conferenceId,
      at: new Date(this.now()).toISOString(),
      ...{ actorKind, actorId, actorName, kind },
      detail: JSON.stringify(detail),
    });
  }

  journalOf(conferenceId: string, after: number, limit: number): JournalRecord[] {
    return this.journal.list(conferenceId, after, limit);
  }
}
