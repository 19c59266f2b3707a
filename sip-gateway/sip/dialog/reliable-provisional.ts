import { randomInt } from 'node:crypto';
import type { Clock, Timer } from '../clock.js';
import type { SipRequest, SipResponse } from '../message/message.js';
import { Retransmission } from '../transaction/retransmission.js';
import { timers } from '../transaction/timers.js';
import type { ServerTransaction } from '../transaction/transaction.js';

/** Option tag of RFC 3262. */
export const reliability = '100rel';

/**
 * RFC 3262 §3: a 1xx that is sent again, each time after twice as long, over TCP too, until its PRACK comes; 32 s at
 * most. When the final response overtakes it, it is not sent any more, but its PRACK is still taken.
 */
export class ReliableProvisional {
  readonly #rseq = randomInt(1, 2 ** 31);
  readonly #cseq: number;
  readonly #retransmission: Retransmission;
  readonly #timeout: Timer;
  #acknowledged = false;

  constructor(clock: Clock, transaction: ServerTransaction, response: SipResponse, gaveUp: () => void) {
    this.#cseq = response.cseq.sequence;
    response.headers.add('require', reliability).set('rseq', String(this.#rseq));
    this.#retransmission = new Retransmission(clock, () => transaction.respond(response), Infinity);
    this.#timeout = clock.after(timers.timeout, () => {
      this.stop();
      gaveUp();
    });
    transaction.respond(response);
  }

  /** The status to answer this PRACK with: 481 for one that is about another response, or about none. */
  receive(prack: SipRequest): 200 | 400 | 481 {
    const rack = /^(\d{1,10})[ \t]+(\d{1,10})[ \t]+(\S+)$/.exec(prack.headers.get('rack') ?? '');
    if (!rack) return 400;
    const [, rseq, cseq, method] = rack;
    const mine = Number(rseq) === this.#rseq && Number(cseq) === this.#cseq && method === 'INVITE';
    if (!mine || this.#acknowledged) return 481;
    this.#acknowledged = true;
    this.stop();
    return 200;
  }

  stop(): void {
    this.#retransmission.stop();
    this.#timeout.cancel();
  }
}
