import type { Clock, Timer } from '../clock.js';
import type { SipResponse } from '../message/message.js';
import { Retransmission } from '../transaction/retransmission.js';
import { timers } from '../transaction/timers.js';
import type { ServerTransaction } from '../transaction/transaction.js';

/**
 * RFC 3261 §13.3.1.4: a 2xx to INVITE is sent again and again, over TCP too (a proxy between may use UDP),
 * until its ACK comes, 32 s at most.
 */
export class RepeatUntilAck {
  readonly sequence: number;
  readonly #retransmission: Retransmission;
  readonly #timeout: Timer;

  constructor(clock: Clock, transaction: ServerTransaction, response: SipResponse, gaveUp: () => void) {
    this.sequence = response.cseq.sequence;
    this.#retransmission = new Retransmission(clock, () => transaction.respond(response), timers.t2);
    this.#timeout = clock.after(timers.timeout, () => {
      this.stop();
      gaveUp();
    });
    transaction.respond(response);
  }

  stop(): void {
    this.#retransmission.stop();
    this.#timeout.cancel();
  }
}
