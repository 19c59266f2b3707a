import type { Timer } from '../clock.js';
import { emptyBody, type SipRequest, type SipResponse } from '../message/message.js';
import { Headers } from '../message/headers.js';
import { Retransmission } from './retransmission.js';
import { timers } from './timers.js';
import { move, type Transitions } from './transaction-state.js';
import type { ClientTransactionUser, TransactionContext } from './transaction.js';

/*
 *            INVITE sent
 *                |            A: send INVITE again (UDP)
 *            [calling] ------ B or error: failed -----------------> [terminated]
 *          1xx /  |  \ 300-699: ACK                                      ^
 *             v   |   v                                                  |
 *  [proceeding]   |  [completed] -- 300-699: ACK again -- D ------------>|
 *     |  \ 300-699: ACK ^                                                |
 *     |   \-------------|--> [completed]                                 |
 *     | 2xx    2xx      |                                                |
 *     \-------> [accepted] -- 2xx: to the user again (RFC 6026) -- M --->|
 */
type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

const transitions: Transitions<State> = {
  calling: ['proceeding', 'completed', 'accepted', 'terminated'],
  proceeding: ['completed', 'accepted', 'terminated'],
  completed: ['terminated'],
  accepted: ['terminated'],
  terminated: [],
};

/** RFC 3261 §17.1.1 with RFC 6026 §7.2. */
export class InviteClientTransaction {
  #state: State = 'calling';
  readonly #retransmission: Retransmission | undefined;
  #timer: Timer;

  constructor(
    readonly request: SipRequest,
    private readonly context: TransactionContext,
    private readonly user: ClientTransactionUser,
  ) {
    const { clock, flow } = context;
    // Timer A
    this.#retransmission = flow.reliable
      ? undefined
      : new Retransmission(clock, () => this.#sendInvite(), Infinity);
    // Timer B
    this.#timer = clock.after(timers.timeout, () => this.#fail(408));
    this.#sendInvite();
  }

  get state(): State {
    return this.#state;
  }

  receive(response: SipResponse): void {
    const { status } = response;
    switch (this.#state) {
      case 'calling':
        // §17.1.1.2: whatever comes, the request has arrived.
        this.#retransmission?.stop();
        this.#timer.cancel();
        this.#answered(response);
        break;
      case 'proceeding':
        this.#answered(response);
        break;
      case 'completed':
        // §17.1.1.2: our ACK was lost.
        if (status >= 300) this.#acknowledge(response);
        break;
      case 'accepted':
        // RFC 6026 §8.4: it is the user who sends ACK for 2xx.
        if (status >= 200 && status < 300) this.user.response(response);
        break;
      case 'terminated':
    }
  }

  #answered(response: SipResponse): void {
    const { clock, flow } = this.context;
    if (response.status < 200) {
      if (this.#state === 'calling') this.#state = move(transitions, this.#state, 'proceeding');
    } else if (response.status < 300) {
      this.#state = move(transitions, this.#state, 'accepted');
      // Timer M
      this.#timer = clock.after(timers.timeout, () => this.#terminate());
    } else {
      this.#state = move(transitions, this.#state, 'completed');
      this.#acknowledge(response);
      // Timer D; 0 on a reliable transport
      if (flow.reliable) this.#terminate();
      else this.#timer = clock.after(timers.d, () => this.#terminate());
    }
    this.user.response(response);
  }

  #sendInvite(): void {
    this.context.send(this.request, () => this.#fail(503));
  }

  /** §17.1.1.3: the ACK of a refusal belongs to this transaction, with its branch. */
  #acknowledge(response: SipResponse): void {
    const { request } = this;
    const ack: SipRequest = {
      kind: 'request',
      method: 'ACK',
      uri: request.uri,
      via: request.via.slice(0, 1),
      from: request.from,
      to: response.to,
      callId: request.callId,
      cseq: { sequence: request.cseq.sequence, method: 'ACK' },
      headers: new Headers().add('max-forwards', '70').copy(request.headers, 'route'),
      body: emptyBody,
    };
    this.context.send(ack, () => {});
  }

  #fail(status: 408 | 503): void {
    // An error of an earlier send can come late.
    if (this.#state !== 'calling') return;
    this.#terminate();
    this.user.failed(status);
  }

  /** The user gives up waiting in `proceeding`, where the RFC sets no limit (after CANCEL, §9.1: 64*T1). */
  abandon(): void {
    if (this.#state === 'calling' || this.#state === 'proceeding') this.#terminate();
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
    const waiting = this.#state === 'calling' || this.#state === 'proceeding';
    this.#terminate();
    if (waiting) this.user.failed(503);
  }
}
