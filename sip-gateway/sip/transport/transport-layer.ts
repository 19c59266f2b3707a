import { createHash } from 'node:crypto';
import { messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { Counters } from '../counters.js';
import { formatHostPort } from '../message/grammar.js';
import { createResponse, type SipMessage, type SipRequest, type SipResponse } from '../message/message.js';
import { parseMessage, type ParseFault } from '../message/parse-message.js';
import { serializeMessage } from '../message/serialize-message.js';
import type { Via } from '../message/via.js';
import type { BanList, Fault } from './ban-list.js';
import { defaultPort, localAddressToward } from './next-hop.js';
import { callIdOf } from './overload.js';
import type { RateLimit } from './rate-limit.js';
import { isScanner } from './scanner.js';
import type { Flow, Protocol, SocketAddress, Transport } from './transport.js';

/** What is counted by name; all others are `other`, or a stranger could make names. */
const methods = new Set(
  ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'REGISTER', 'PRACK'].concat([
    'SUBSCRIBE',
    'NOTIFY',
    'PUBLISH',
    'MESSAGE',
    'REFER',
  ]),
);

/** Of our Contact. RFC 7118 §5.3: `ws` also over TLS. `sips` would forbid every hop that is not, so it is not used. */
const transportParameters: Record<Protocol, string> = {
  UDP: '',
  TCP: ';transport=tcp',
  TLS: ';transport=tls',
  WSS: ';transport=ws',
};

/** Rooms keep their NAT open with a few bytes of nothing, or with STUN (RFC 5626 §3.5). */
const mostKeepAliveBytes = 28;

export interface MessageReceiver {
  /** `flow` is where responses go. */
  receiveRequest(request: SipRequest, flow: Flow): void;
  receiveResponse(response: SipResponse): void;
  /** A call of that Call-ID rings or stands, or a request of ours in it waits for its answer. */
  knowsCall(callId: string): boolean;
  /** One stands, or a request of ours waits: not what a stranger has begun and may begin again and again. */
  hasSession(callId: string): boolean;
}

/** Sees every message as it came and went. */
export interface MessageObserver {
  received(message: SipMessage, data: Buffer, flow: Flow): void;
  sent(message: SipMessage, data: Buffer, flow: Flow): void;
}

/** RFC 3261 §18: bytes to messages and back, Via, received and rport (RFC 3581), and which flow a message takes. */
export class TransportLayer {
  readonly #transports = new Map<Protocol, Transport>();
  #receiver: MessageReceiver | undefined;

  constructor(
    private readonly options: {
      counters: Counters;
      strangers: RateLimit;
      /** All messages; see overload.ts. */
      arrivals: RateLimit;
      log: Log;
      observer?: MessageObserver;
      bans?: BanList;
      /** What peers are told instead of the address that is bound: behind static NAT. */
      announcedAddress?: string;
    },
  ) {}

  add(transport: Transport): void {
    this.#transports.set(transport.protocol, transport);
  }

  deliverTo(receiver: MessageReceiver): void {
    this.#receiver = receiver;
  }

  /** Takes what a transport received. */
  receive(data: Buffer, flow: Flow): void {
    const { counters, arrivals, observer, bans } = this.options;
    const { address } = flow.remote;
    // Silence tells a scanner nothing. Calls that stand go on: others may have forged its address.
    if (bans?.drops(address) && !this.#receiver?.hasSession(callIdOf(data))) {
      return counters.count('dropped.banned');
    }
    // Over UDP a client keeps its way through a NAT open with these; STUN would be answered (RFC 5626 §3.5).
    if (isKeepAlive(data)) return counters.count('pings');
    if (!arrivals.allow(address) && !this.#receiver?.knowsCall(callIdOf(data))) {
      return counters.count('dropped.overload');
    }
    const message = parseMessage(data);
    if (message.kind === 'fault') {
      if (data.length > mostKeepAliveBytes) this.fault(address, 'malformed');
      return this.#receiveFault(message, flow);
    }
    if (message.kind === 'request' && isScanner(message)) {
      this.fault(address, 'scanner');
      return counters.count('dropped.scanner');
    }
    observer?.received(message, data, flow);
    if (message.kind === 'request') {
      counters.count(`received.${methods.has(message.method) ? message.method : 'other'}`);
      this.#receiver?.receiveRequest(message, this.#stampVia(message, flow));
      return;
    }
    counters.count(`received.${Math.floor(message.status / 100)}xx`);
    // §8.1.3.3: a response with more than our own Via is not for us.
    if (message.via.length !== 1) return counters.count('dropped.stray-response');
    this.#receiver?.receiveResponse(message);
  }

  /** Something is this source's fault: too many are a ban. */
  fault(address: string, fault: Fault): void {
    this.options.bans?.fault(address, fault);
  }

  /** Beyond what strangers may ask for: the request is dropped, and the source noted if it is its own doing. */
  dropStranger(address: string): void {
    const { counters, strangers } = this.options;
    counters.count('dropped.stranger');
    if (strangers.isExhausted(address)) this.fault(address, 'flood');
  }

  #receiveFault({ code, answer }: ParseFault, flow: Flow): void {
    const { counters, strangers } = this.options;
    counters.count(`malformed.${code}`);
    if (!answer) return;
    const replyFlow = this.#stampVia(answer.request, flow);
    if (!strangers.allow(flow.remote.address)) return this.dropStranger(flow.remote.address);
    // §8.2.7: stateless, so the same request must get the same tag again.
    const tag = createHash('sha256').update(answer.request.callId).digest('hex').slice(0, 16);
    const response = createResponse(answer.request, answer.status, tag);
    response.reason = answer.reason;
    this.sendResponse(response, replyFlow, () => {});
  }

  /**
   * §18.2.1 and RFC 3581 §4: writes down where the request came from, and returns the flow that responses
   * take (§18.2.2): the same connection; the source port when rport was asked for; else the port in sent-by.
   */
  #stampVia(request: SipRequest, flow: Flow): Flow {
    const via = request.via[0]!;
    const { address, port } = flow.remote;
    const wantsPort = via.parameters.has('rport');
    if (wantsPort) via.parameters.set('rport', String(port));
    if (wantsPort || via.host !== address) via.parameters.set('received', address);
    const sentBy = via.port ?? defaultPort(flow.protocol);
    if (flow.reliable || wantsPort || sentBy === port) return flow;
    return this.flowTo(flow.protocol, { address, port: sentBy }) ?? flow;
  }

  /** Undefined when there is no such transport. `name`: see `Transport`. */
  flowTo(protocol: Protocol, remote: SocketAddress, name?: string): Flow | undefined {
    return this.#transports.get(protocol)?.flowTo(remote, name);
  }

  /** Our address as the peer at the other end of `flow` reaches it. */
  localAddress(flow: Flow): string {
    return this.options.announcedAddress ?? flow.localAddress ?? localAddressToward(flow.remote.address);
  }

  /** For a request of ours. RFC 3581 §3: rport, so that the answer finds its way through NAT. */
  via(flow: Flow, branch: string): Via {
    const port = this.#transports.get(flow.protocol)?.port;
    const parameters = new Map<string, string | undefined>([['branch', branch]]);
    if (!flow.reliable) parameters.set('rport', undefined);
    return { protocol: flow.protocol, host: this.localAddress(flow), ...(port && { port }), parameters };
  }

  /** §8.1.1.8: where the peer reaches us for the rest of the dialog. */
  contact(flow: Flow): string {
    const hostPort = formatHostPort(this.localAddress(flow), this.#transports.get(flow.protocol)?.port);
    return `<sip:${hostPort}${transportParameters[flow.protocol]}>`;
  }

  /** §18.2.2: when the connection is gone, a new one to where the request said it came from. */
  sendResponse(response: SipResponse, flow: Flow, onError: (error: Error) => void): void {
    // What was asked before the ban is not answered again either.
    const { remote } = flow;
    if (this.options.bans?.has(remote.address) && !this.#receiver?.hasSession(response.callId)) {
      return this.options.counters.count('dropped.banned-answer');
    }
    const via = response.via[0]!;
    const address = via.parameters.get('received') ?? via.host;
    const open =
      flow.reliable && flow.closed
        ? (this.flowTo(flow.protocol, { address, port: via.port ?? defaultPort(flow.protocol) }) ?? flow)
        : flow;
    this.send(response, open, onError);
  }

  send(message: SipMessage, flow: Flow, onError: (error: Error) => void): void {
    const { counters, log, observer } = this.options;
    const data = serializeMessage(message);
    observer?.sent(message, data, flow);
    counters.count(message.kind === 'request' ? `sent.${message.method}` : `sent.${message.status}`);
    flow.send(data, error => {
      counters.count('send-errors');
      log.debug({ remote: flow.remote, error: messageOf(error) }, 'a SIP message could not be sent');
      onError(error);
    });
  }
}

function isKeepAlive(data: Buffer): boolean {
  return data.length <= 4 && data.every(byte => byte === 13 || byte === 10 || byte === 0);
}
