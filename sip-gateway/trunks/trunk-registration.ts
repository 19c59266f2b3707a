import type { Credentials } from '../sip/authentication/digest-client.js';
import type { Timer } from '../sip/clock.js';
import type { SipResponse } from '../sip/message/message.js';
import { parseNameAddress, parseNameAddresses } from '../sip/message/name-address.js';
import { formatSipUri, parseSipUri } from '../sip/message/uri.js';
import type { Flow } from '../sip/transport/transport.js';
import type { Core } from '../sip/user-agent/core.js';
import { ask, createRequest, firstAnswerMs } from './ask.js';
import type { TrunkAddress } from './trunk-address.js';

/*
 *   [trying] ── 200 ──> [registered] ── before expiry, or its address is gone ──> [trying]
 *      │ └── no address answers ──> [unreachable] ── back-off ──> [trying]
 *      └── 401 again, 403, 404 ──> [refused] ── back-off ──> [trying]
 */
export type RegistrationState = 'trying' | 'registered' | 'refused' | 'unreachable';

/** RFC 5626 §4.5: base-time when all flows have failed, and max-time, s. */
const backOffS = { base: 30, most: 1_800 };
/** Where 423 does not say how long, and what we do not believe, s. */
const defaultExpiresS = 3_600;
const maxExpiresS = 7 * 86_400;

/** RFC 3261 §10.2: tells the trunk where we are, at the first of its addresses that answers. */
export class TrunkRegistration {
  #state: RegistrationState = 'trying';
  #reason: string | undefined;
  #at: TrunkAddress | undefined;
  #untilMs: number | undefined;
  #failures = 0;
  #expiresS: number;
  #timer: Timer | undefined;
  #running = false;
  #again = false;

  constructor(
    private readonly core: Core,
    private readonly options: {
      user: string;
      expiresS: number;
      credentials: Credentials | undefined;
      signal: AbortSignal;
      /** The order in which they are tried. */
      addresses: () => TrunkAddress[];
      aorAt: (address: TrunkAddress) => string;
      changed: (state: RegistrationState, reason: string | undefined) => void;
    },
  ) {
    this.#expiresS = options.expiresS;
    options.signal.addEventListener('abort', () => this.#timer?.cancel(), { once: true });
  }

  get state(): RegistrationState {
    return this.#state;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  get at(): TrunkAddress | undefined {
    return this.#at;
  }

  /** Of the clock, when it expires unless refreshed. */
  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  /** An address came or went: registers where calls would go now. */
  addressChanged(): void {
    if (!this.#running && this.#state !== 'refused' && this.#isMisplaced) void this.run();
  }

  /** Calls would take another address than the one that knows us. */
  get #isMisplaced(): boolean {
    const [best] = this.options.addresses();
    return best !== undefined && best.state !== 'down' && best !== this.#at;
  }

  async run(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#timer?.cancel();
    try {
      do {
        this.#again = false;
        await this.#register();
      } while (this.#again && !this.options.signal.aborted);
    } finally {
      this.#running = false;
    }
  }

  async #register(): Promise<void> {
    for (const address of this.options.addresses()) {
      if (address.restsAt(this.core.clock.now())) continue;
      const response = await this.#ask(address, this.#expiresS);
      if (this.options.signal.aborted) return;
      if (!response || response.status === 503 || response.status === 408) {
        if (response) address.restAfter(response, this.core.clock.now());
        address.set('down', response ? `it answers REGISTER with ${response.status}` : noAnswer);
        continue;
      }
      if (response.status === 423) {
        // §10.2.8; a registrar that finds too brief what it asked for itself would be asked without end.
        const leastS = Number(response.headers.get('min-expires') ?? NaN) || defaultExpiresS;
        if (leastS <= this.#expiresS || leastS > maxExpiresS)
          return this.#fail('refused', `it wants longer registrations than ${this.#expiresS} s`);
        this.#expiresS = leastS;
        this.#again = true;
        return;
      }
      if (response.status >= 300) return this.#fail('refused', this.#refusal(response));
      address.set('up');
      return this.#registered(address, response);
    }
    this.#fail('unreachable', 'none of its addresses answers');
  }

  async #ask(address: TrunkAddress, expiresS: number): Promise<SipResponse | undefined> {
    const { user, aorAt, credentials, signal } = this.options;
    const flow = await address.flow(this.core);
    if (!flow) return undefined;
    const aor = aorAt(address);
    const uri = `sip:${aor.slice(aor.lastIndexOf('@') + 1)}`;
    const { callId } = address;
    const request = createRequest(this.core, {
      ...{ method: 'REGISTER', uri, aor, callId, sequence: address.nextSequence() },
    });
    request.headers.add('contact', contactOf(this.core, flow, user)).add('expires', String(expiresS));
    return ask(this.core, request, flow, { signal, credentials });
  }

  #registered(address: TrunkAddress, response: SipResponse): void {
    const before = this.#at;
    const grantedS = expiresOf(response, this.options.user) ?? this.#expiresS;
    this.#failures = 0;
    this.#at = address;
    this.#untilMs = this.core.clock.now() + grantedS * 1_000;
    this.#set('registered');
    this.#again = this.#isMisplaced;
    // RFC 5626 §4.4.1 for the other direction: half of it, or ten minutes before the end.
    const refreshS = grantedS < 1_200 ? grantedS / 2 : grantedS - 600;
    this.#later(Math.max(refreshS, 5));
    // Calls in must not go to both.
    if (before && before !== address && before.state !== 'down') void this.#ask(before, 0);
  }

  /** RFC 5626 §4.5: twice as long each time, and not all of a building's devices at the same moment. */
  #fail(state: 'refused' | 'unreachable', reason: string): void {
    this.#at = undefined;
    this.#untilMs = undefined;
    this.#set(state, reason);
    const waitS = Math.min(backOffS.most, backOffS.base * 2 ** Math.min(this.#failures++, 10));
    this.#later(waitS * (0.5 + this.core.random() / 2));
  }

  #refusal({ status, reason, headers }: SipResponse): string {
    const { user, credentials } = this.options;
    if (status !== 401 && status !== 407)
      return `${user} may not register there: ${status} ${reason.slice(0, 100)}`;
    if (!credentials) return `it asks for the password of ${user}, and sip.trunks has none`;
    const asked = headers.get(status === 401 ? 'www-authenticate' : 'proxy-authenticate') ?? '';
    const realm = /realm="([^"]{0,100})"/i.exec(asked)?.[1] ?? '';
    if (credentials.realm !== undefined && realm !== credentials.realm)
      return `it asks for a password of realm "${realm}", and sip.trunks names realm "${credentials.realm}"`;
    return `the password of ${user} is wrong, or the user is unknown there (${status})`;
  }

  #later(delayS: number): void {
    this.#timer?.cancel();
    if (!this.options.signal.aborted)
      this.#timer = this.core.clock.after(delayS * 1_000, () => void this.run());
  }

  #set(state: RegistrationState, reason?: string): void {
    const changed = state !== this.#state || reason !== this.#reason;
    this.#state = state;
    this.#reason = reason;
    if (changed) this.options.changed(state, reason);
  }

  /** §10.2.2: whoever calls later is not sent to a server that is gone. */
  async leave(): Promise<void> {
    this.#timer?.cancel();
    if (this.#at) await this.#ask(this.#at, 0);
  }
}

const noAnswer = `no answer to REGISTER within ${firstAnswerMs / 1000} s`;

/** With our user: by it we know that the Request-URI names us, and To the number. */
function contactOf(core: Core, flow: Flow, user: string): string {
  const contact = parseNameAddress(core.transport.contact(flow))!;
  return `<${formatSipUri({ ...parseSipUri(contact.uri)!, user })}>`;
}

/** §10.2.4: what was granted, which need not be what was asked; of our own Contact among those that it lists. */
function expiresOf(response: SipResponse, user: string): number | undefined {
  const contacts = response.headers.all('contact').flatMap(value => parseNameAddresses(value) ?? []);
  const ours = contacts.filter(({ uri }) => parseSipUri(uri)?.user === user);
  const granted = ours.map(({ parameters }) => Number(parameters.get('expires'))).filter(s => s > 0);
  if (granted.length > 0) return Math.min(...granted);
  const expires = Number(response.headers.get('expires'));
  return expires > 0 ? expires : undefined;
}
