import { createHash } from 'node:crypto';
import { DigestServer } from '../sip/authentication/digest-server.js';
import type { Counters } from '../sip/counters.js';
import { createResponse, type SipRequest, type SipResponse } from '../sip/message/message.js';
import { tagOf } from '../sip/message/name-address.js';
import { parseSipUri } from '../sip/message/uri.js';
import type { Flow } from '../sip/transport/transport.js';
import type { Refusal } from '../sip/user-agent/capabilities.js';
import type { AccountHandler } from './account-handler.js';

/** Asks who it is before anything is begun for a REGISTER or a call. */
export class Doorkeeper {
  readonly #digest: DigestServer;

  constructor(
    private readonly accounts: AccountHandler,
    private readonly counters: Counters,
    nowMs: () => number,
    /** Told of wrong names and passwords. */
    private readonly wrong: (source: string) => void,
  ) {
    const { realm, algorithms } = accounts;
    this.#digest = new DigestServer({ realm, algorithms, keysOf: name => accounts.keysOf(name), nowMs });
  }

  /**
   * 401 to who has shown nothing and must. It is the same for a retransmission but for the nonce, so no transaction
   * is kept for it (RFC 3261 §8.2.7).
   */
  challenge(request: SipRequest, flow: Flow): SipResponse | undefined {
    if (tagOf(request.to) !== undefined || !this.#mustAuthenticate(request, flow)) return undefined;
    if (this.#digest.isShown(request)) return undefined;
    this.counters.count('challenged');
    const tag = createHash('sha256').update(request.callId).digest('hex').slice(0, 16);
    const response = createResponse(request, 401, tag);
    for (const [name, value] of this.#digest.challenge(flow.remote.address, false))
      response.headers.add(name, value);
    return response;
  }

  /** The account whose request it is; undefined: it shows none, and needs none. Or what it is refused with. */
  judge(request: SipRequest, flow: Flow): { account: string | undefined } | Refusal {
    const source = flow.remote.address;
    if (!this.#digest.isShown(request) && !this.#mustAuthenticate(request, flow))
      return { account: undefined };
    if (!this.accounts.allows(source))
      return refusal(403, [
        ['warning', '399 amphi "too many wrong passwords from this address; wait a minute"'],
      ]);
    const verdict = this.#digest.judge(request, source);
    if (verdict.kind === 'right') return { account: verdict.userName };
    this.counters.count(`credentials.${verdict.kind}`);
    if (verdict.kind === 'wrong') {
      this.accounts.failed(source, verdict.userName);
      this.wrong(source);
    }
    return refusal(401, this.#digest.challenge(source, verdict.kind === 'stale'));
  }

  #mustAuthenticate({ method, uri }: SipRequest, flow: Flow): boolean {
    if (method === 'REGISTER') return true;
    const target = method === 'INVITE' ? parseSipUri(uri) : undefined;
    return target !== undefined && this.accounts.mustAuthenticate(target.user, flow.remote.address);
  }
}

function refusal(status: number, headers: [name: string, value: string][]): Refusal {
  return { status, headers };
}
