import { randomBytes } from 'node:crypto';
import { messageOf, ResourceError } from '../../../base/errors.js';
import type { Call } from '../../../sip-gateway/call/call.js';
import type { CallFailure, CallProgress, OutgoingCall } from '../../api/outgoing-calls.js';
import type { ConferenceRecord } from '../../store/conference-records.js';
import { failureOf, mayPass } from './call-failure.js';

/*
 *   [waiting] ── a line is free ──> [trying] ── 180 ──> [ringing] ── 200 ──> [answered] ── BYE ──> [ended]
 *      ^ │                             │                   │
 *      │ └─ cancel ─> [cancelled] <────┼───────────────────┤
 *      └─ busy, no answer, … ──────────┴───────────────────┴── declined, or no more tries ──> [failed]
 */
type State = OutgoingCall['state'];
const next: Record<State, readonly State[]> = {
  waiting: ['trying', 'cancelled'],
  trying: ['ringing', 'answered', 'waiting', 'failed', 'cancelled'],
  ringing: ['answered', 'waiting', 'failed', 'cancelled'],
  answered: ['ended'],
  failed: [],
  cancelled: [],
  ended: [],
};

const longestWaitMs = 300_000;

export interface RoomCallOptions {
  address: string;
  displayName: string;
  attempts: number;
  /** To the second try; doubled from try to try, to 5 minutes. */
  retryAfterMs: number;
  /** Begins a try. */
  dial: (roomCall: RoomCall) => Promise<Call>;
  changed: (roomCall: RoomCall) => void;
}

/** A room that is called into a conference, over all its tries. */
export class RoomCall {
  readonly callId = randomBytes(8).toString('hex');
  readonly #startedAt = new Date().toISOString();
  #state: State = 'waiting';
  #attempt = 0;
  #failure: CallFailure | null = null;
  #detail: string | null = null;
  #nextTryAtMs: number | null = null;
  #siteId: string | null = null;
  #call: Call | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly record: ConferenceRecord,
    private readonly options: RoomCallOptions,
  ) {}

  get state(): State {
    return this.#state;
  }

  /** It waits for nothing but a line. */
  get due(): boolean {
    return this.#state === 'waiting' && this.#nextTryAtMs === null;
  }

  get dialling(): boolean {
    return this.#state === 'trying' || this.#state === 'ringing';
  }

  get over(): boolean {
    return next[this.#state].length === 0;
  }

  get displayName(): string {
    return this.options.displayName;
  }

  /** For everybody in the conference. */
  get progress(): CallProgress {
    return {
      callId: this.callId,
      displayName: this.options.displayName,
      state: this.#state,
      failure: this.#failure,
      nextTryAt: this.#nextTryAtMs === null ? null : new Date(this.#nextTryAtMs).toISOString(),
      siteId: this.#siteId,
    };
  }

  /** For those who may call. */
  get view(): OutgoingCall {
    const { address, attempts } = this.options;
    return {
      ...this.progress,
      ...{ address, attempts, attempt: this.#attempt, detail: this.#detail, startedAt: this.#startedAt },
    };
  }

  async try(): Promise<void> {
    this.#attempt++;
    this.#move('trying');
    try {
      const call = await this.options.dial(this);
      if (this.#state !== 'trying') return call.hangup('given up');
      this.#call = call;
      let rang = false;
      call.on('ringing', () => {
        rang = true;
        if (this.#state === 'trying') this.#move('ringing');
      });
      call.on('ended', end => {
        if (this.#state === 'answered') this.#move('ended');
        else if (this.dialling) this.#failed(failureOf(end, rang), end.text);
      });
    } catch (error) {
      if (this.#state === 'trying')
        this.#failed(error instanceof ResourceError ? 'full' : 'failed', messageOf(error));
    }
  }

  /** It is a site of the conference now. */
  entered(siteId: string): void {
    if (!this.dialling) return;
    this.#siteId = siteId;
    this.#failure = this.#detail = null;
    this.#move('answered');
  }

  /** It answered, and the conference did not take it. */
  turnedAway(reason: string): void {
    if (this.dialling) this.#failed('full', reason);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#nextTryAtMs = null;
    if (!this.over && this.#state !== 'answered') this.#move('cancelled');
    this.#call?.hangup('given up');
  }

  #failed(failure: CallFailure, detail: string): void {
    this.#failure = failure;
    this.#detail = detail;
    if (!mayPass(failure) || this.#attempt >= this.options.attempts) return this.#move('failed');
    const waitMs = Math.min(longestWaitMs, this.options.retryAfterMs * 2 ** (this.#attempt - 1));
    this.#nextTryAtMs = Date.now() + waitMs;
    this.#timer = setTimeout(() => {
      this.#nextTryAtMs = null;
      this.options.changed(this);
    }, waitMs);
    this.#move('waiting');
  }

  #move(to: State): void {
    if (!next[this.#state].includes(to)) throw new Error(`a call that is ${this.#state} cannot become ${to}`);
    this.#state = to;
    this.options.changed(this);
  }
}
