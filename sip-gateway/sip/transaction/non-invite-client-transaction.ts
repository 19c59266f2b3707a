import type { Timer } from '../clock.js';
import type { SipRequest, SipResponse } from '../message/message.js';
import { Retransmission } from './retransmission.js';
import { timers } from './timers.js';
import { move, type Transitions } from './transaction-state.js';
import type { ClientTransactionUser, TransactionContext } from './transaction.js';

/*
 *        request sent
 *             |           E: send again (UDP), doubling up to T2
 *         [trying] ------ F or error: failed --------> [terminated]
 *      1xx /     \ 200-699                                  ^
 *         v       v                                         |
 *  [proceeding] --> [completed] -- K ---------------------->|
 *   E: every T2; F: failed -------------------------------->|
 */
type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

const transitions: Transitions<State> = {
  trying: ['proceeding', 'completed', 'terminated'],
  proceeding: ['completed', 'terminated'],
  completed: ['terminated'],
  terminated: [],
};

/** RFC 3261 §17.1.2. */
export class NonInviteClientTransaction {
  #state: State = 'trying';
  readonly #retransmission: Retransmission | undefined;
  #timer: Timer;

  constructor(
    readonly request: SipRequest,
    private readonly context: TransactionContext,
    private readonly user: ClientTransactionUser,
  ) {
    const { clock, flow } = context;
    // Timer E
    this.#retransmission = flow.reliable
      ? undefined
      : new Retransmission(clock, () => this.#send(), timers.t2);
    // Timer F
    this.#timer = clock.after(timers.timeout, () => this.#fail(408));
    this.#send();
  }

  get state(): State {
    return this.#state;
  }

  receive(response: SipResponse): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    if (response.status < 200) {
      if (this.#state === 'trying') {
        this.#state = move(transitions, this.#state, 'proceeding');
        this.#retransmission?.slowDown();
      }
      return this.user.response(response);
    }
    this.#state = move(transitions, this.#state, 'completed');
    this.#retransmission?.stop();
    this.#timer.cancel();
    // Timer K: absorbs responses that are still on their way; 0 on a reliable transport.
    if (this.context.flow.reliable) this.#terminate();
    else this.#timer = this.context.clock.after(timers.t4, () => this.#terminate());
    this.user.response(response);
  }

  #send(): void {
    this.context.send(this.request, () => this.#fail(503));
  }

  #fail(status: 408 | 503): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    this.#terminate();
    this.user.failed(status);
  }

  #terminate(): void {
    this.#state = move(transitions, this.#state, 'terminated');
    this.#retransmission?.stop();
    this.#timer.cancel();
    this.context.terminated();
  }

  /** The stack is closing: whoever waits for an answer gets none. */
  close(): void {
    if (this.#state === 'terminated') return;
    const waiting = this.#state === 'trying' || this.#state === 'proceeding';
    this.#terminate();
    if (waiting) this.user.failed(503);
  }
}
