import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Log } from '../base/log.js';
import type { CallHandler, DialOptions } from './call-handler.js';
import { CallTable } from './call-table.js';
import type { Call } from './call/call.js';
import type { SavedCall } from './call/saved-call.js';
import { IncomingCalls } from './incoming-calls.js';
import { Listeners } from './listeners.js';
import { OutgoingCalls } from './outgoing-calls.js';
import { probe, type Probe } from './probe.js';
import type { AccountHandler } from './registrar/account-handler.js';
import { Registrar, type RegistrationLimits } from './registrar/registrar.js';
import { systemClock as clock } from './sip/clock.js';
import { Counters } from './sip/counters.js';
import { parseSipUri } from './sip/message/uri.js';
import { BanList, defaultBans, type Ban, type BanOptions } from './sip/transport/ban-list.js';
import { arrivalLimits } from './sip/transport/overload.js';
import { RateLimit, registrationRates, type RateLimitOptions } from './sip/transport/rate-limit.js';
import type { TlsOptions } from './sip/transport/tcp-transport.js';
import { TransportLayer } from './sip/transport/transport-layer.js';
import type { SocketAddress } from './sip/transport/transport.js';
import { UserAgent } from './sip/user-agent/user-agent.js';
import { CallHistory } from './trace/call-history.js';
import { withTrunks } from './trunks/trunk-access.js';
import type { TrunkConfig } from './trunks/trunk-config.js';
import { Trunks } from './trunks/trunks.js';

export type { Call, CallEnd, Caller, CallTarget } from './call/call.js';
export type {
  CallHandler,
  DialOptions,
  Referral,
  ReferProgress,
  RefusalStatus,
  RouteAnswer,
} from './call-handler.js';

export interface SipGatewayConfig {
  /** Address to bind; 0.0.0.0 or :: for all. */
  address: string;
  /** The same for UDP and TCP; 0: the system chooses. */
  port: number;
  /** SIP over TLS, at a port of its own; 0: the system chooses. Absent: none. */
  tls?: (TlsOptions & { port: number }) | undefined;
  /** What peers are told instead of the address that is bound. */
  announcedAddress?: string;
  /** Ringing ones count. */
  maxCalls: number;
  /** RFC 4028, s. */
  sessionExpiresS: number;
  /** For Server and User-Agent. */
  product?: string;
  /** What those may ask for who have no call. */
  strangers?: RateLimitOptions;
  bans?: Partial<BanOptions>;
  /** All messages; see `overload`. */
  arrivals?: RateLimitOptions;
  /** How often may be registered. */
  registrationRates?: RateLimitOptions;
  registration?: RegistrationLimits;
  trunks?: readonly TrunkConfig[];
}

const closeWithinMs = 1_500;

/** SIP over UDP, TCP, TLS and WebSocket: rooms call in, conferences call out. */
export class SipGateway {
  /** Calls of now and of late, with their messages. */
  readonly history = new CallHistory();
  /** Who is not answered any more. */
  readonly bans: BanList;
  /** Undefined: nobody can register, and everybody may call. */
  readonly registrar: Registrar | undefined;
  readonly trunks: Trunks;
  readonly #log: Log;
  readonly #counters = new Counters();
  readonly #calls: CallTable;
  readonly #listeners: Listeners;
  readonly #userAgent: UserAgent;
  readonly #outgoing: OutgoingCalls;
  #closing: Promise<void> | undefined;

  constructor(options: {
    config: SipGatewayConfig;
    log: Log;
    handler: CallHandler;
    accounts?: AccountHandler;
  }) {
    const { config, log, handler, accounts } = options;
    const { history } = this;
    const counters = this.#counters;
    this.#log = log;
    const strangers = new RateLimit(clock, config.strangers);
    const bans = new BanList(clock, { ...defaultBans, ...config.bans }, ban => this.#banned(ban));
    this.bans = bans;
    const transport = new TransportLayer({
      ...{ counters, strangers, log, bans, observer: history },
      arrivals: new RateLimit(clock, config.arrivals ?? arrivalLimits),
      ...(config.announcedAddress !== undefined && { announcedAddress: config.announcedAddress }),
    });
    this.#listeners = new Listeners({ config, clock, counters, log, transport, bans });
    const { registration: limits } = config;
    const registrar = accounts && new Registrar({ accounts, clock, counters, limits, transport });
    this.registrar = registrar;
    const trunks = new Trunks(config.trunks ?? [], log);
    this.trunks = trunks;
    const calls = new CallTable({ clock, counters, log, history, handler });
    this.#calls = calls;
    const isClosing = () => this.#closing !== undefined;
    const incoming = new IncomingCalls({
      ...{ config, log, handler, counters, transport, bans, calls, trunks, isClosing },
    });
    const userAgent = new UserAgent({
      ...(registrar && { access: withTrunks(registrar, trunks) }),
      registrations: new RateLimit(clock, config.registrationRates ?? registrationRates),
      ...{ clock, counters, log, transport, strangers },
      product: config.product ?? 'Amphi',
      sessionExpiresS: config.sessionExpiresS,
      invited: invite => void incoming.invited(invite),
    });
    this.#userAgent = userAgent;
    this.#outgoing = new OutgoingCalls({
      ...{ config, log, handler, transport, userAgent, registrar, calls, trunks, isClosing },
    });
  }

  /** What happened how often since the start, by name; for metrics. */
  get counters(): Record<string, number> {
    return this.#counters.snapshot();
  }

  /** Calls that ring or stand. */
  get calls(): Call[] {
    return this.#calls.all.map(({ machine }) => machine);
  }

  /** For metrics; sizes of now. */
  get sizes(): { calls: number; dialogs: number; clientTransactions: number; serverTransactions: number } {
    const { client, server } = this.#userAgent.transactions.size;
    return {
      calls: this.#calls.size,
      dialogs: this.#userAgent.usages,
      clientTransactions: client,
      serverTransactions: server,
    };
  }

  /** Rejects with a ResourceError when the port is taken. */
  async listen(): Promise<{ udpPort: number; tcpPort: number; tlsPort: number | null }> {
    const ports = await this.#listeners.listen();
    this.trunks.start(this.#userAgent);
    return ports;
  }

  /** Takes a connection of a browser, upgraded with the sub-protocol `sip` (RFC 7118). `port`: the web server's. */
  acceptWebSocket(socket: WebSocket, remote: SocketAddress, local: SocketAddress): void {
    this.#listeners.acceptWebSocket(socket, remote, local);
  }

  /** Calls `target`; see `OutgoingCalls.dial`. */
  dial(
    target: string,
    from: { displayName: string; user: string },
    options: DialOptions = {},
  ): Promise<Call> {
    return this.#outgoing.dial(target, from, options);
  }

  /** Whether who is called by this address is there; the best of its devices answers for an account. */
  async probe(target: string): Promise<Probe> {
    const uri = parseSipUri(target);
    const ways = uri && this.registrar?.waysToAddress(uri);
    const [way] = ways ?? (uri ? [{ uri: target, routes: [], flow: undefined }] : []);
    if (!way) return { state: uri ? 'not-registered' : 'unreachable', roundTripMs: null, userAgent: '' };
    return probe(this.#userAgent, way, 'sip:amphi@anonymous.invalid');
  }

  /** A call of before a restart goes on; see `OutgoingCalls.resume`. */
  resume(saved: SavedCall): Call {
    return this.#outgoing.resume(saved);
  }

  #banned({ source, reason, times, sinceMs, untilMs }: Ban): void {
    this.#counters.count(`banned.${reason}`);
    const minutes = Math.round((untilMs - sinceMs) / 60_000);
    this.#log.warn({ source, reason, times, minutes }, 'SIP source banned');
  }

  /** Says BYE to all, waits shortly for the answers, and releases the ports. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const goodbyes = Promise.allSettled([
      ...this.#calls.all.map(call => call.close('the server is closing')),
      this.trunks.leave(),
    ]);
    const timeout = new AbortController();
    await Promise.race([
      goodbyes,
      sleep(closeWithinMs, undefined, { signal: timeout.signal }).catch(() => {}),
    ]);
    timeout.abort();
    this.trunks.close();
    this.#userAgent.close();
    this.registrar?.close();
    await this.#listeners.close();
  }
}
