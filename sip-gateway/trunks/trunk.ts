import type { Log } from '../../base/log.js';
import type { Call } from '../call/call.js';
import type { Credentials } from '../sip/authentication/digest-client.js';
import type { Timer } from '../sip/clock.js';
import type { SipRequest } from '../sip/message/message.js';
import { parseSipUri } from '../sip/message/uri.js';
import type { Core } from '../sip/user-agent/core.js';
import type { OutgoingInviteOptions } from '../sip/user-agent/outgoing-invite.js';
import { TrunkAddress, type AddressState } from './trunk-address.js';
import { rewrite, type TrunkConfig } from './trunk-config.js';
import { TrunkInvite, type TrunkWay } from './trunk-invite.js';
import { TrunkRegistration, type RegistrationState } from './trunk-registration.js';

export interface TrunkStatus {
  name: string;
  /** `down`: no address answers, or we should be registered and are not. */
  state: 'up' | 'down' | 'unknown';
  addresses: { address: string; state: AddressState; reason: string | null; roundTripMs: number | null }[];
  registration: {
    state: RegistrationState;
    address: string | null;
    reason: string | null;
    expiresInS: number | null;
  } | null;
  calls: number;
  maxCalls: number;
}

const rank: Record<AddressState, number> = { up: 0, unknown: 1, down: 2 };

/** One other proxy or PBX, at one or several addresses. */
export class Trunk {
  readonly #addresses: TrunkAddress[];
  readonly #credentials: Credentials | undefined;
  readonly #calls = new Set<Call>();
  readonly #stop = new AbortController();
  readonly #timers = new Map<TrunkAddress, Timer>();
  #core: Core | undefined;
  #registration: TrunkRegistration | undefined;

  constructor(
    readonly config: TrunkConfig,
    private readonly log: Log,
  ) {
    const { addresses, transport, user, password, realm } = config;
    this.#addresses = addresses.map(
      written => new TrunkAddress(written, transport, address => this.#changed(address)),
    );
    if (user !== null && password !== null)
      this.#credentials = { userName: user, password, ...(realm !== null && { realm }) };
  }

  start(core: Core): void {
    this.#core = core;
    const { user, expiresS, register } = this.config;
    for (const address of this.#addresses) void this.#keepAlive(core, address);
    if (!register || user === null) return;
    this.#registration = new TrunkRegistration(core, {
      ...{ user, expiresS, credentials: this.#credentials, signal: this.#stop.signal },
      addresses: () => this.#inOrder(),
      aorAt: address => `sip:${user}@${this.#domain(address)}`,
      changed: (state, reason) => this.#registrationChanged(state, reason),
    });
    void this.#registration.run();
  }

  /** Those that answer first; among them as configured, so that calls go back to the first when it is back. */
  #inOrder(): TrunkAddress[] {
    return [...this.#addresses].sort((a, b) => rank[a.state] - rank[b.state]);
  }

  async #keepAlive(core: Core, address: TrunkAddress): Promise<void> {
    const { pingS } = this.config;
    if (pingS === 0) return void address.flow(core);
    await address.ping(core, this.#aor(address), this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    // One that is down is asked more often: it shall be used again soon.
    const waitS = address.state === 'down' ? Math.min(pingS, 10) : pingS;
    this.#timers.set(
      address,
      core.clock.after(waitS * 1_000, () => void this.#keepAlive(core, address)),
    );
  }

  #changed(address: TrunkAddress): void {
    const { state, reason, written } = address;
    const line = { trunk: this.config.name, address: written, ...(reason && { reason }) };
    if (state === 'down') this.log.warn(line, 'a SIP trunk does not answer at this address');
    else this.log.info(line, 'a SIP trunk answers');
    this.#core?.counters.count(`trunk.address-${state}`);
    this.#registration?.addressChanged();
  }

  #registrationChanged(state: RegistrationState, reason: string | undefined): void {
    const line = { trunk: this.config.name, address: this.#registration?.at?.written, reason };
    this.#core?.counters.count(`trunk.registration-${state}`);
    if (state === 'registered') this.log.info(line, 'registered at a SIP trunk');
    else this.log.warn(line, 'not registered at a SIP trunk');
  }

  #domain(address: TrunkAddress): string {
    return this.config.domain ?? address.host;
  }

  #aor(address: TrunkAddress): string {
    return `sip:${this.config.identity ?? this.config.user ?? 'amphi'}@${this.#domain(address)}`;
  }

  get hasRoom(): boolean {
    return this.#calls.size < this.config.maxCalls;
  }

  /** Until it ends, it counts. */
  add(call: Call): void {
    this.#calls.add(call);
    call.on('ended', () => this.#calls.delete(call));
  }

  /** Does this number lead out over it? What is called there then. */
  outgoing(number: string): string | undefined {
    return rewrite(this.config.outgoing, number);
  }

  /** What a call of `source` leads to; undefined: it is not this trunk's, or the number is none that it may call. */
  incoming(source: string, { uri, to }: SipRequest): string | undefined {
    if (!this.#addresses.some(address => address.isSource(source))) return undefined;
    const asked = parseSipUri(uri)?.user ?? '';
    // A registrar sends to our Contact, whose user is ours; the number stands in To.
    const number = asked === this.config.user ? (parseSipUri(to.uri)?.user ?? asked) : asked;
    return rewrite(this.config.incoming, number);
  }

  /** The ways a call to `number` can take now, in the order to try them. */
  async ways(number: string, displayName: string): Promise<TrunkWay[]> {
    const core = this.#core;
    if (!core) return [];
    const user = this.config.identity ?? this.config.user ?? 'amphi';
    const ways = await Promise.all(
      this.#inOrder().map(async address => {
        const flow = await address.flow(core);
        const uri = `sip:${number}@${this.#domain(address)}`;
        const from = { displayName, user, host: this.config.domain ?? address.hop.host };
        return flow && { ...{ address, flow, uri, target: uri, from, routes: [] } };
      }),
    );
    return ways.filter(way => way !== undefined);
  }

  /** `ways` is not empty. */
  call(
    options: Omit<OutgoingInviteOptions, 'way' | 'target' | 'from'>,
    ways: readonly TrunkWay[],
  ): TrunkInvite {
    const core = this.#core!;
    const credentials = this.#credentials;
    core.counters.count('trunk.calls-out');
    return new TrunkInvite(core, { ...options, ...(credentials && { credentials }) }, ways, () =>
      core.counters.count('trunk.failovers'),
    );
  }

  get status(): TrunkStatus {
    const registration = this.#registration;
    const now = this.#core?.clock.now() ?? 0;
    return {
      name: this.config.name,
      state: this.#state,
      addresses: this.#addresses.map(({ written, state, reason, roundTripMs }) => ({
        ...{ address: written, state, reason: reason ?? null, roundTripMs: roundTripMs ?? null },
      })),
      registration: registration
        ? {
            state: registration.state,
            address: registration.at?.written ?? null,
            reason: registration.reason ?? null,
            expiresInS:
              registration.untilMs === undefined ? null : Math.round((registration.untilMs - now) / 1_000),
          }
        : null,
      calls: this.#calls.size,
      maxCalls: this.config.maxCalls,
    };
  }

  get #state(): TrunkStatus['state'] {
    const registration = this.#registration?.state;
    if (this.#addresses.every(({ state }) => state === 'down')) return 'down';
    if (registration === 'refused' || registration === 'unreachable') return 'down';
    return registration === 'trying' || this.#addresses.every(({ state }) => state === 'unknown')
      ? 'unknown'
      : 'up';
  }

  /** Tells the registrar that we go. */
  async leave(): Promise<void> {
    await this.#registration?.leave();
  }

  close(): void {
    this.#stop.abort();
    for (const timer of this.#timers.values()) timer.cancel();
  }
}
