import type { Core } from '../sip/user-agent/core.js';
import {
  OutgoingInvite,
  type InviteWay,
  type OutgoingInviteOptions,
} from '../sip/user-agent/outgoing-invite.js';
import { firstAnswerMs } from './ask.js';
import type { TrunkAddress } from './trunk-address.js';

export interface TrunkWay extends InviteWay {
  address: TrunkAddress;
  /** What is called, as To and Request-URI say it. */
  target: string;
  from: OutgoingInviteOptions['from'];
}

/**
 * A call over a trunk, by one of its addresses after the other (RFC 3263 §4.3): the next one is tried after 503, and
 * when nothing at all has come within 4 s. Whatever else an address says is the answer.
 */
export class TrunkInvite {
  readonly callId: string;
  #invite: OutgoingInvite;
  #next = 1;
  #cancelled = false;

  constructor(
    private readonly core: Core,
    private readonly options: Omit<OutgoingInviteOptions, 'way' | 'target' | 'from'>,
    private readonly ways: readonly TrunkWay[],
    private readonly movedOn: () => void,
  ) {
    this.#invite = this.#try(ways[0]!);
    this.callId = this.#invite.callId;
  }

  #try(way: TrunkWay): OutgoingInvite {
    let heard = false;
    const waiting = this.core.clock.after(firstAnswerMs, () => {
      if (invite !== this.#invite || heard) return;
      way.address.set('down', `no answer to INVITE within ${firstAnswerMs / 1000} s`);
      if (!this.#moveOn()) return this.options.failed(503, 'no address of the trunk answers');
      // An answer that comes after all gets its CANCEL, or ACK and BYE.
      invite.cancel('another address was faster');
    });
    const invite: OutgoingInvite = new OutgoingInvite(this.core, {
      ...this.options,
      ...{ way, target: way.target, from: way.from },
      ...(this.#next > 1 && { callId: this.callId }),
      proceeding: () => {
        heard = true;
        waiting.cancel();
      },
      answered: (usage, response) => {
        waiting.cancel();
        this.options.answered(usage, response);
      },
      failed: (status, text, response) => {
        waiting.cancel();
        if (invite !== this.#invite) return;
        const isDead = status === 503 || (status === 408 && !heard);
        if (response) way.address.restAfter(response, this.core.clock.now());
        if (isDead) way.address.set('down', `it answers a call with ${status} ${text.slice(0, 100)}`);
        if (!isDead || !this.#moveOn()) this.options.failed(status, text);
      },
    });
    return invite;
  }

  #moveOn(): boolean {
    const way = this.ways[this.#next];
    if (this.#cancelled || !way) return false;
    this.#next++;
    this.movedOn();
    this.#invite = this.#try(way);
    return true;
  }

  cancel(text: string): void {
    this.#cancelled = true;
    this.#invite.cancel(text);
  }
}
