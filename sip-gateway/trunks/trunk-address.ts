import { randomBytes } from 'node:crypto';
import { messageOf } from '../../base/errors.js';
import { formatHostPort, parseHostPort } from '../sip/message/grammar.js';
import { defaultPort, type NextHop } from '../sip/transport/next-hop.js';
import type { SipResponse } from '../sip/message/message.js';
import type { Flow } from '../sip/transport/transport.js';
import type { Core } from '../sip/user-agent/core.js';
import { ask, createRequest, firstAnswerMs, retryAfterOf } from './ask.js';
import type { TrunkConfig } from './trunk-config.js';

/** Whoever wants to be left alone for longer is asked after this, s: it may have meant another service. */
const maxRestS = 600;

export type AddressState = 'unknown' | 'up' | 'down';

/** One address of a trunk: whether it answers. */
export class TrunkAddress {
  readonly host: string;
  /** RFC 3261 §10.2: one Call-ID for all registrations at a registrar, and a CSeq that grows. */
  readonly callId = randomBytes(16).toString('hex');
  readonly hop: NextHop;
  #state: AddressState = 'unknown';
  #reason: string | undefined;
  #roundTripMs: number | undefined;
  #sequence = 0;
  #restsUntilMs = -Infinity;
  /** IP addresses that the name has led to. */
  #source: string | undefined;

  constructor(
    readonly written: string,
    transport: TrunkConfig['transport'],
    private readonly changed: (address: TrunkAddress) => void,
  ) {
    const protocol = ({ udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const)[transport];
    const { host, port } = parseHostPort(written) ?? { host: written };
    this.hop = { protocol, host, port: port ?? defaultPort(protocol) };
    this.host = formatHostPort(host, port);
  }

  get state(): AddressState {
    return this.#state;
  }

  /** Why it is down, in words. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Of the last OPTIONS, ms. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** It has said 503 with Retry-After: it is not asked, and called last (RFC 3261 §21.5.4). */
  restsAt(nowMs: number): boolean {
    return nowMs < this.#restsUntilMs;
  }

  /** `response`: the 503, from which on it rests. */
  restAfter(response: SipResponse, nowMs: number): void {
    const seconds = response.status === 503 ? retryAfterOf(response) : 0;
    if (seconds > 0) this.#restsUntilMs = nowMs + Math.min(seconds, maxRestS) * 1_000;
  }

  isSource(address: string): boolean {
    return address === this.#source;
  }

  /** Two numbers, since a challenge takes a second one. */
  nextSequence(): number {
    return (this.#sequence += 2) - 1;
  }

  /** Undefined when the name is unknown; it is down then. */
  async flow(core: Core): Promise<Flow | undefined> {
    try {
      const remote = await core.resolve(this.hop);
      this.#source = remote.address;
      const flow = core.transport.flowTo(this.hop.protocol, remote, this.hop.host);
      if (!flow) this.set('down', `SIP over ${this.hop.protocol} is not switched on here`);
      return flow;
    } catch (error) {
      this.set('down', `the name is unknown: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** RFC 3261 §11: any answer but 408 and 503 is a sign of life. */
  async ping(core: Core, aor: string, signal: AbortSignal): Promise<void> {
    if (this.restsAt(core.clock.now())) return;
    const flow = await this.flow(core);
    if (!flow) return;
    const request = createRequest(core, {
      ...{ method: 'OPTIONS', uri: `sip:${this.host}`, aor, callId: randomBytes(16).toString('hex') },
      sequence: 1,
    });
    const began = core.clock.now();
    const response = await ask(core, request, flow, { signal });
    if (signal.aborted) return;
    if (!response) return this.set('down', `no answer to OPTIONS within ${firstAnswerMs / 1000} s`);
    this.#roundTripMs = Math.round(core.clock.now() - began);
    if (response.status === 503 || response.status === 408) {
      this.restAfter(response, core.clock.now());
      this.set('down', `it answers OPTIONS with ${response.status} ${response.reason.slice(0, 100)}`);
    } else this.set('up');
  }

  set(state: AddressState, reason?: string): void {
    const before = this.#state;
    this.#state = state;
    this.#reason = reason;
    if (state !== 'up') this.#roundTripMs = undefined;
    if (state !== before) this.changed(this);
  }
}
