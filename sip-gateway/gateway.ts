import type { RtpSession } from '../sfu/rtp/session.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, ResourceError } from '../base/errors.js';
import type { WebSocket } from 'ws';
import type { Log } from '../base/log.js';
import { Scope } from '../base/scope.js';
import type { AccountHandler } from './registrar/account-handler.js';
import { Registrar, type RegistrationLimits } from './registrar/registrar.js';
import { SipCall } from './call/sip-call.js';
import type { Call, CallTarget, Caller } from './call/call.js';
import type { SavedCall } from './call/saved-call.js';
import { refusalHeaders } from './call/refusal.js';
import type { LocalMedia } from './sdp/types.js';
import { systemClock, type Clock } from './sip/clock.js';
import { Counters } from './sip/counters.js';
import { Dialog } from './sip/dialog/dialog.js';
import { InviteUsage } from './sip/dialog/invite-usage.js';
import { parseSipUri, type SipUri } from './sip/message/uri.js';
import { BanList, defaultBans, type Ban, type BanOptions } from './sip/transport/ban-list.js';
import { arrivalLimits } from './sip/transport/overload.js';
import { nextHopOf } from './sip/transport/next-hop.js';
import { RateLimit, registrationRates, type RateLimitOptions } from './sip/transport/rate-limit.js';
import { TcpTransport, type TlsOptions } from './sip/transport/tcp-transport.js';
import { TransportLayer } from './sip/transport/transport-layer.js';
import type { Flow, Protocol, SocketAddress } from './sip/transport/transport.js';
import { UdpTransport } from './sip/transport/udp-transport.js';
import { WebSocketTransport } from './sip/transport/web-socket-transport.js';
import { CallHistory } from './trace/call-history.js';
import type { IncomingInvite } from './sip/user-agent/incoming-invite.js';
import type { OutgoingInviteOptions } from './sip/user-agent/outgoing-invite.js';
import { UserAgent } from './sip/user-agent/user-agent.js';

export type { Call, CallEnd, Caller, CallTarget } from './call/call.js';

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
}

export type RouteAnswer =
  | {
      accept: true;
      /** Somebody has to answer first: the caller hears it ring until this resolves. `signal`: the caller gave up. */
      ring?: (call: Call, signal: AbortSignal) => Promise<RouteAnswer>;
    }
  | { accept: false; status: RefusalStatus; reason: string };
export type RefusalStatus = 403 | 404 | 480 | 486 | 488 | 503;

/** The server's answers, and what it is told. */
export interface CallHandler {
  /** Where does this target lead? Asked before anything is allocated. `signal`: the caller gave up, or 10 s are over. */
  route(target: CallTarget, caller: Caller, signal: AbortSignal): Promise<RouteAnswer>;
  /** Our side of the accepted call: bind ports. From here on `call.on('ended')` surely comes: release them there. */
  localMedia(call: Call, signal: AbortSignal): Promise<LocalMedia>;
  /** Both sides know what is agreed (ACK came; for calls of ours: they answered). `call.media` is there. */
  established(call: Call): void;
  /** Keep this until the call has ended, so that `resume` finds it after a restart. */
  save?(call: Call, saved: SavedCall): void;
}

export interface DialOptions {
  /** How long it may ring. */
  ringMs?: number;
  /** What the room is called here: `remote.displayName`. */
  name?: string;
  /** Instead of the handler's. */
  localMedia?: CallHandler['localMedia'];
}

const answerWithinMs = 10_000;
const closeWithinMs = 1_500;
const bindAttempts = 20;
/** Characters of what peers call themselves. */
const maxNameLength = 100;

/** SIP over UDP, TCP, TLS and WebSocket: rooms call in, conferences call out. */
export class SipGateway {
  readonly #counters = new Counters();
  readonly #clock: Clock = systemClock;
  /** Calls of now and of late, with their messages. */
  readonly history = new CallHistory();
  /** Who is not answered any more. */
  readonly bans: BanList;
  readonly #calls = new Map<string, SipCall>();
  readonly #scope = new Scope();
  readonly #transport: TransportLayer;
  readonly #webSockets: WebSocketTransport;
  readonly #userAgent: UserAgent;
  /** Undefined: nobody can register, and everybody may call. */
  readonly registrar: Registrar | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly options: {
      config: SipGatewayConfig;
      log: Log;
      handler: CallHandler;
      accounts?: AccountHandler;
    },
  ) {
    const { config, log, accounts } = options;
    const clock = this.#clock;
    const counters = this.#counters;
    const strangers = new RateLimit(clock, config.strangers);
    this.bans = new BanList(clock, { ...defaultBans, ...config.bans }, ban => this.#banned(ban));
    this.#transport = new TransportLayer({
      counters,
      strangers,
      arrivals: new RateLimit(clock, config.arrivals ?? arrivalLimits),
      log,
      observer: this.history,
      bans: this.bans,
      ...(config.announcedAddress !== undefined && { announcedAddress: config.announcedAddress }),
    });
    const { receive } = this.#streamOptions;
    this.#webSockets = this.#scope.own(new WebSocketTransport({ clock, counters, receive }));
    this.#transport.add(this.#webSockets);
    const { registration: limits } = config;
    const registrar =
      accounts && new Registrar({ accounts, clock, counters, limits, transport: this.#transport });
    this.registrar = registrar;
    this.#userAgent = new UserAgent({
      ...(registrar && { access: registrar }),
      registrations: new RateLimit(clock, config.registrationRates ?? registrationRates),
      clock,
      counters,
      log,
      transport: this.#transport,
      strangers,
      product: config.product ?? 'Amphi',
      sessionExpiresS: config.sessionExpiresS,
      invited: invite => void this.#invited(invite),
    });
  }

  /** What happened how often since the start, by name; for metrics. */
  get counters(): Record<string, number> {
    return this.#counters.snapshot();
  }

  /** Calls that ring or stand. */
  get calls(): Call[] {
    return [...this.#calls.values()].map(({ machine }) => machine);
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
    const ports = await this.#listenPlain();
    return { ...ports, tlsPort: await this.#listenTls() };
  }

  /** Takes a connection of a browser, upgraded with the sub-protocol `sip` (RFC 7118). `port`: the web server's. */
  acceptWebSocket(socket: WebSocket, remote: SocketAddress, local: SocketAddress): void {
    void this.#webSockets.listen(local.port);
    if (this.bans.drops(remote.address)) {
      this.#counters.count('dropped.banned');
      return socket.terminate();
    }
    this.#webSockets.accept(socket, remote, local.address);
  }

  async #listenTls(): Promise<number | null> {
    const { tls } = this.options.config;
    if (!tls) return null;
    const transport = new TcpTransport({ ...this.#streamOptions, tls });
    try {
      await transport.listen(tls.port);
    } catch (cause) {
      await transport.close();
      const where = `${this.options.config.address} port ${tls.port}`;
      throw new ResourceError('sip-port', `SIP over TLS cannot listen on ${where}: ${messageOf(cause)}`, {
        cause,
      });
    }
    this.#transport.add(this.#scope.own(transport));
    return transport.port;
  }

  async #listenPlain(): Promise<{ udpPort: number; tcpPort: number }> {
    const { config } = this.options;
    for (let attempt = 1; ; attempt++) {
      const { udp, tcp } = this.#createTransports();
      try {
        const udpPort = await udp.listen(config.port);
        const tcpPort = await tcp.listen(udpPort);
        this.#transport.add(this.#scope.own(udp));
        this.#transport.add(this.#scope.own(tcp));
        return { udpPort, tcpPort };
      } catch (cause) {
        await Promise.allSettled([udp.close(), tcp.close()]);
        // A free UDP port may be taken for TCP: try another.
        if (config.port !== 0 || attempt === bindAttempts) {
          const where = `${config.address} port ${config.port}`;
          throw new ResourceError('sip-port', `SIP cannot listen on ${where}: ${messageOf(cause)}`, {
            cause,
          });
        }
      }
    }
  }

  #createTransports(): { udp: UdpTransport; tcp: TcpTransport } {
    const { bindAddress, receive, onError } = this.#streamOptions;
    return {
      udp: new UdpTransport(bindAddress, receive, onError),
      tcp: new TcpTransport(this.#streamOptions),
    };
  }

  get #streamOptions() {
    const { config, log } = this.options;
    const counters = this.#counters;
    return {
      bindAddress: config.address,
      clock: this.#clock,
      counters,
      receive: (data: Buffer, flow: Flow) => this.#receive(data, flow),
      refuses: (address: string) => this.bans.drops(address),
      onError: (error: Error) => {
        counters.count('socket-errors');
        log.warn({ error: messageOf(error) }, 'SIP socket');
      },
    };
  }

  /** A mistake of ours in handling one message must not end everybody's calls: it is logged with its stack. */
  #receive(data: Buffer, flow: Flow): void {
    try {
      this.#transport.receive(data, flow);
    } catch (error) {
      this.#counters.count('internal-errors');
      this.options.log.error({ err: error }, 'a SIP message was not handled');
    }
  }

  #banned({ source, reason, times, sinceMs, untilMs }: Ban): void {
    this.#counters.count(`banned.${reason}`);
    const minutes = Math.round((untilMs - sinceMs) / 60_000);
    this.options.log.warn({ source, reason, times, minutes }, 'SIP source banned');
  }

  // ---- a room calls ----

  async #invited(invite: IncomingInvite): Promise<void> {
    const { config, handler, log } = this.options;
    const { request, flow } = invite;
    const uri = parseSipUri(request.uri)!;
    const remote: Caller = {
      uri: request.from.uri,
      displayName: request.from.displayName.slice(0, maxNameLength),
      userAgent: (request.headers.get('user-agent') ?? '').slice(0, maxNameLength),
      address: flow.remote.address,
      encrypted: isEncrypted(flow.protocol),
      ...(invite.account !== undefined && { account: invite.account }),
    };
    const target = targetOf(uri);
    if (this.#closing) return this.#refuse(invite, 503, 'shutting down');
    if (this.#calls.size >= config.maxCalls) {
      log.warn({ remote: remote.address, maxCalls: config.maxCalls }, 'SIP call refused: full');
      return this.#refuse(invite, 486, `all ${config.maxCalls} lines are in use`);
    }
    const localAddress = this.#transport.localAddress(flow);
    const call = this.#callOf({ direction: 'incoming', target, remote, localAddress });
    this.#keep(call, request.callId);
    call.incoming(invite);
    let signal = answerWithin(invite.cancelled);
    try {
      const route = await withSignal(handler.route(target, remote, signal), signal);
      if (!route.accept) {
        if (route.status === 404 || route.status === 403) this.bans.fault(remote.address, 'number');
        return this.#drop(call, invite, route.status, route.reason);
      }
      if (invite.answered) return;
      if (route.ring) {
        invite.ring();
        const answer = await route.ring(call.machine, invite.cancelled);
        if (invite.answered) return;
        if (!answer.accept) return this.#drop(call, invite, answer.status, answer.reason);
        signal = answerWithin(invite.cancelled);
      }
      const local = await withSignal(handler.localMedia(call.machine, signal), signal);
      if (invite.answered) return;
      const refusal = call.accept(invite, local);
      if (refusal) this.#drop(call, invite, refusal.status, 'no common media', refusal.warning);
    } catch (error) {
      if (invite.answered) return;
      log.error({ err: error, call: call.machine.id }, 'a SIP call could not be answered');
      this.#drop(call, invite, signal.aborted ? 480 : 503, 'cannot be answered now');
    }
  }

  #drop(call: SipCall, invite: IncomingInvite, status: number, reason: string, warning?: string): void {
    this.#refuse(invite, status, reason, warning);
    call.machine.end({ by: 'local', cause: 'refused', text: `${status} ${reason}` });
  }

  #refuse(invite: IncomingInvite, status: number, reason: string, warning?: string): void {
    this.#counters.count(`refused.${status}`);
    invite.refuse(status, refusalHeaders(status, reason, warning));
  }

  // ---- we call ----

  /**
   * Calls `target` (`sip:room@host`, `room@host;transport=tcp`); `handler.localMedia` is asked as for a call that comes
   * in, and `handler.established` told when they answer. Rejects when there is no media for the call. ACCOUNT@REALM
   * rings all devices of an account; the call ends with 480 when none is registered.
   */
  async dial(
    target: string,
    from: { displayName: string; user: string },
    {
      ringMs = 60_000,
      name = '',
      localMedia = this.options.handler.localMedia.bind(this.options.handler),
    }: DialOptions = {},
  ): Promise<Call> {
    const written = /^[a-z]+:/i.test(target) ? target : `sip:${target}`;
    const uri = parseSipUri(written);
    const ways = uri && this.registrar?.waysToAddress(uri);
    const call = this.#callOf({
      direction: 'outgoing',
      target: uri ? targetOf(uri) : { user: '', host: '', parameters: {} },
      remote: {
        ...{ uri: written, displayName: name, userAgent: '', address: uri?.host ?? '' },
        encrypted: ways
          ? ways.every(({ flow }) => isEncrypted(flow?.protocol))
          : uri !== undefined && isEncrypted(nextHopOf(uri)?.protocol),
      },
      localAddress: ways?.[0]?.flow
        ? this.#transport.localAddress(ways[0].flow)
        : await this.#localAddressToward(ways ? parseSipUri(ways[0]?.uri ?? '') : uri),
    });
    const offer = await this.#offerOf(call, localMedia);
    const options: OutgoingInviteOptions = {
      ...{ target: written, from, offer, handler: call, ringMs },
      ringing: () => call.machine.ringing(),
      answered: usage => call.answered(usage),
      failed: (status, text) => {
        const cause = status === 408 ? 'no-answer' : status === 487 ? 'cancelled' : 'refused';
        call.machine.end({
          by: status === 487 ? 'local' : 'remote',
          cause,
          text: `${status} ${text}`,
          status,
        });
      },
    };
    if (ways?.length === 0) {
      call.machine.end({ by: 'remote', cause: 'refused', text: '480 not registered', status: 480 });
      return call.machine;
    }
    const invite = ways ? this.#userAgent.callAll(options, ways) : this.#userAgent.call(options);
    this.#keep(call, invite.callId);
    call.outgoing(invite);
    return call.machine;
  }

  async #offerOf(call: SipCall, localMedia: CallHandler['localMedia']): Promise<string> {
    try {
      const local = await localMedia(call.machine, AbortSignal.timeout(answerWithinMs));
      if (this.#closing) throw new ResourceError('sip-closing', 'The server is closing.');
      return call.offer(local);
    } catch (cause) {
      // What was bound until then is released.
      call.machine.end({ by: 'local', cause: 'no-media', text: messageOf(cause) });
      throw cause;
    }
  }

  /** What a peer that we are about to call can send media to. */
  async #localAddressToward(uri: SipUri | undefined): Promise<string> {
    const { announcedAddress, address } = this.options.config;
    const hop = uri && nextHopOf(uri);
    if (announcedAddress !== undefined || !hop) return announcedAddress ?? address;
    try {
      const flow = this.#transport.flowTo(hop.protocol, await this.#userAgent.resolve(hop), hop.host);
      return flow ? this.#transport.localAddress(flow) : address;
    } catch {
      return address; // the host is unknown: the call will say so
    }
  }

  // ---- calls of before a restart ----

  /**
   * The room still believes in its call: asks `handler.localMedia` for our side, and offers it. Established like any
   * other when the room takes it, ended when it does not.
   */
  resume(saved: SavedCall): Call {
    const call = this.#callOf({ ...saved, saved });
    this.#keep(call, saved.dialog.callId);
    this.#resume(call, saved).catch((error: unknown) => {
      this.options.log.warn({ call: saved.id, reason: messageOf(error) }, 'a call could not be resumed');
      call.machine.hangup('the call could not be resumed after a restart');
    });
    return call.machine;
  }

  async #resume(call: SipCall, saved: SavedCall): Promise<void> {
    const dialog = Dialog.restored(saved.dialog);
    const flow = dialog && (await this.#userAgent.flowOf(dialog, saved.flow));
    if (!flow) throw new ResourceError('sip-no-way', 'there is no way to the peer any more');
    call.found(InviteUsage.resumed(this.#userAgent, dialog, flow, call), saved);
    const signal = AbortSignal.timeout(answerWithinMs);
    const local = await withSignal(this.options.handler.localMedia(call.machine, signal), signal);
    await call.resume(local, saved);
  }

  // ---- all calls ----

  #callOf(
    call: Pick<
      ConstructorParameters<typeof SipCall>[0],
      'direction' | 'target' | 'remote' | 'localAddress' | 'saved'
    >,
  ): SipCall {
    const sipCall: SipCall = new SipCall({
      ...call,
      clock: this.#clock,
      counters: this.#counters,
      log: this.options.log,
      established: machine => this.#established(machine),
      changed: saved => this.options.handler.save?.(sipCall.machine, saved),
    });
    return sipCall;
  }

  #keep(call: SipCall, sipCallId: string): void {
    const { machine } = call;
    this.#calls.set(machine.id, call);
    this.history.begin(machine, sipCallId);
    machine.on('ended', ({ by, cause, text }) => {
      this.#calls.delete(machine.id);
      this.#counters.count(`ended.${cause}`);
      this.options.log.info({ call: machine.id, by, cause, text }, 'SIP call ended');
    });
  }

  #established(call: Call): void {
    this.#counters.count('established');
    this.history.established(call);
    const { id, direction, remote, target } = call;
    this.options.log.info(
      { call: id, direction, remote: remote.address, target: target.user },
      'SIP call established',
    );
    const keysInTheOpen = !remote.encrypted && streamsOf(call.media).some(({ protection }) => protection);
    if (keysInTheOpen) {
      this.#counters.count('established.keys-in-the-open');
      this.options.log.warn(
        { call: id, remote: remote.address },
        'SRTP keys travelled over unencrypted SIP: let the room call over TLS',
      );
    }
    this.options.handler.established(call);
  }

  /** Says BYE to all, waits shortly for the answers, and releases the ports. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const goodbyes = Promise.allSettled(
      [...this.#calls.values()].map(call => call.close('the server is closing')),
    );
    const timeout = new AbortController();
    await Promise.race([
      goodbyes,
      sleep(closeWithinMs, undefined, { signal: timeout.signal }).catch(() => {}),
    ]);
    timeout.abort();
    this.#userAgent.close();
    this.registrar?.close();
    await this.#scope.close();
  }
}

function isEncrypted(protocol: Protocol | undefined): boolean {
  return protocol === 'TLS' || protocol === 'WSS';
}

function streamsOf(media: Call['media']): RtpSession[] {
  return [media?.audio, media?.video?.session].filter(session => session !== undefined);
}

function targetOf(uri: SipUri): CallTarget {
  const parameters = Object.fromEntries([...uri.parameters].map(([name, value]) => [name, value ?? '']));
  return { user: uri.user, host: uri.host, parameters };
}

function answerWithin(cancelled: AbortSignal): AbortSignal {
  return AbortSignal.any([cancelled, AbortSignal.timeout(answerWithinMs)]);
}

/** Rejects when the signal does: a handler that does not look at it cannot hold the caller up. */
function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      reject(new ResourceError('sip-answer-timeout', 'no answer in time', { cause: signal.reason }));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
