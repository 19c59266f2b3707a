import type { Core } from './core.js';
import { OutgoingInvite, type InviteWay, type OutgoingInviteOptions } from './outgoing-invite.js';

/**
 * A call to all devices of an account at once, as a proxy that forks makes it (RFC 3261 §16.7): who answers first has
 * it, and the others stop ringing. Fails when all have failed, with the answer that says most.
 */
export class ForkedInvite {
  readonly #invites: OutgoingInvite[] = [];
  #open: number;
  #best = { status: 480, text: 'no device answers' };

  constructor(
    core: Core,
    private readonly options: Omit<OutgoingInviteOptions, 'way'>,
    ways: readonly InviteWay[],
  ) {
    this.#open = ways.length;
    for (const way of ways) {
      const invite: OutgoingInvite = new OutgoingInvite(core, {
        ...options,
        ...(this.#invites[0] && { callId: this.#invites[0].callId }),
        way,
        answered: (usage, response) => {
          for (const other of this.#invites)
            if (other !== invite) other.cancel('another device has answered');
          options.answered(usage, response);
        },
        failed: (status, text) => this.#fail(status, text),
      });
      this.#invites.push(invite);
    }
  }

  get callId(): string {
    return this.#invites[0]!.callId;
  }

  cancel(text: string): void {
    for (const invite of this.#invites) invite.cancel(text);
  }

  #fail(status: number, text: string): void {
    // §16.7, step 6: whoever declines speaks for the person; that a device is gone says least.
    if (rank(status) >= rank(this.#best.status)) this.#best = { status, text };
    if (--this.#open === 0) this.options.failed(this.#best.status, this.#best.text);
  }
}

function rank(status: number): number {
  if (status >= 600) return 3;
  if (status === 486 || status === 487) return 2;
  return status === 408 || status === 480 || status >= 500 ? 0 : 1;
}
