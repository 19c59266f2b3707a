import type { Timer } from '../clock.js';
import type { SipRequest, SipResponse } from '../message/message.js';
import type { Flow } from '../transport/transport.js';
import { timers } from './timers.js';
import { move, type Transitions } from './transaction-state.js';
import type { ServerTransaction, TransactionContext } from './transaction.js';

/*
 *      request received
 *            |           request again: nothing
 *        [trying] -- 200-699 --> [completed] -- request again: response again -- J --> [terminated]
 *            | 1xx                    ^
 *            v                        |
 *      [proceeding] -- 200-699 -------/
 *        request again: last 1xx again
 */
type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

const transitions: Transitions<State> = {
  trying: ['proceeding', 'completed', 'terminated'],
  proceeding: ['proceeding', 'completed', 'terminated'],
  completed: ['terminated'],
  terminated: [],
};

/** RFC 3261 §17.2.2. */
export class NonInviteServerTransaction implements ServerTransaction {
  #state: State = 'trying';
  #last: SipResponse | undefined;
  #timer: Timer;

  constructor(
    readonly request: SipRequest,
    private readonly context: TransactionContext,
  ) {
    // The RFC leaves Trying without limit; a user that never answers must not keep us for ever.
    this.#timer = context.clock.after(2 * timers.timeout, () => this.#terminate());
  }

  get state(): State {
    return this.#state;
  }

  get flow(): Flow {
    return this.context.flow;
  }

  get answered(): boolean {
    return this.#state === 'completed' || this.#state === 'terminated';
  }

  respond(response: SipResponse): void {
    if (this.#state === 'terminated') return;
    if (this.#state === 'completed') throw new Error('the request is answered already');
    this.#last = response;
    this.#state = move(transitions, this.#state, response.status < 200 ? 'proceeding' : 'completed');
    this.context.send(response, () => {});
    if (response.status < 200) return;
    this.#timer.cancel();
    // Timer J; 0 on a reliable transport
    if (this.context.flow.reliable) this.#terminate();
    else this.#timer = this.context.clock.after(timers.timeout, () => this.#terminate());
  }

  receiveRetransmission(): void {
    if (this.#last && this.#state !== 'terminated') this.context.send(this.#last, () => {});
  }

  #terminate(): void {
    this.#state = move(transitions, this.#state, 'terminated');
    this.#timer.cancel();
    this.context.terminated();
  }

  /** The stack is closing. */
  close(): void {
    if (this.#state !== 'terminated') this.#terminate();
  }
}
