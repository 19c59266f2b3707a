import type { Timer } from '../clock.js';
import { createResponse, type SipRequest, type SipResponse } from '../message/message.js';
import type { Flow } from '../transport/transport.js';
import { Retransmission } from './retransmission.js';
import { timers } from './timers.js';
import { move, type Transitions } from './transaction-state.js';
import type { ServerTransaction, TransactionContext } from './transaction.js';

/*
 *      INVITE received
 *            |               INVITE again: last 1xx again
 *      [proceeding] -- 200 ms: 100
 *    300-699 /   \ 2xx
 *           v     v
 *  [completed]   [accepted] -- INVITE again: absorbed, the user repeats 2xx -- L --> [terminated]
 *   | G, INVITE again: response again    |                                               ^
 *   | ACK         H: no ACK came --------|---------------------------------------------->|
 *   v                                                                                    |
 *  [confirmed] -- I (absorbs ACKs) ----------------------------------------------------->|
 */
type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

const transitions: Transitions<State> = {
  proceeding: ['completed', 'accepted', 'terminated'],
  completed: ['confirmed', 'terminated'],
  confirmed: ['terminated'],
  accepted: ['terminated'],
  terminated: [],
};

/** RFC 3261 §17.2.1 with RFC 6026 §7.1. */
export class InviteServerTransaction implements ServerTransaction {
  #state: State = 'proceeding';
  #last: SipResponse | undefined;
  #retransmission: Retransmission | undefined;
  #timer: Timer;

  constructor(
    readonly request: SipRequest,
    private readonly context: TransactionContext,
  ) {
    this.#timer = context.clock.after(timers.trying, () => this.respond(createResponse(request, 100)));
  }

  get state(): State {
    return this.#state;
  }

  get flow(): Flow {
    return this.context.flow;
  }

  get answered(): boolean {
    return this.#state !== 'proceeding';
  }

  respond(response: SipResponse): void {
    const { clock, flow } = this.context;
    // RFC 6026 §7.1: the user repeats its 2xx through us until the ACK comes.
    const repeated = this.#state === 'accepted' && response.status >= 200 && response.status < 300;
    if (this.#state !== 'proceeding' && !repeated) {
      if (this.#state === 'terminated') return;
      throw new Error(`the INVITE is ${this.#state}: ${response.status} cannot be sent`);
    }
    this.#timer.cancel();
    if (response.status < 200) this.#last = response;
    else if (response.status < 300) {
      if (!repeated) this.#state = move(transitions, this.#state, 'accepted');
      // Timer L; set anew with each 2xx, or the last ones of a late retransmission would find us gone.
      this.#timer = clock.after(timers.timeout, () => this.#terminate());
    } else {
      this.#last = response;
      this.#state = move(transitions, this.#state, 'completed');
      // Timer G
      if (!flow.reliable) this.#retransmission = new Retransmission(clock, () => this.#sendLast(), timers.t2);
      // Timer H
      this.#timer = clock.after(timers.timeout, () => this.#terminate());
    }
    this.context.send(response, () => {});
  }

  /** The INVITE came again, by its branch. */
  receiveRetransmission(): void {
    if (this.#state === 'proceeding' || this.#state === 'completed') this.#sendLast();
  }

  /** An ACK with the branch of this transaction: for a refusal (§17.1.1.3). */
  receiveAck(): void {
    if (this.#state !== 'completed') return;
    this.#state = move(transitions, this.#state, 'confirmed');
    this.#retransmission?.stop();
    this.#timer.cancel();
    // Timer I: absorbs further ACKs; 0 on a reliable transport.
    if (this.context.flow.reliable) this.#terminate();
    else this.#timer = this.context.clock.after(timers.t4, () => this.#terminate());
  }

  #sendLast(): void {
    if (this.#last) this.context.send(this.#last, () => {});
  }

  #terminate(): void {
    this.#state = move(transitions, this.#state, 'terminated');
    this.#retransmission?.stop();
    this.#timer.cancel();
    this.context.terminated();
  }

  /** The stack is closing. */
  close(): void {
    if (this.#state !== 'terminated') this.#terminate();
  }
}
