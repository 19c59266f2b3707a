import { Headers } from '../message/headers.js';
import { emptyBody, type SipMessage, type SipRequest, type SipResponse } from '../message/message.js';
import {
  formatNameAddress,
  parseNameAddress,
  parseNameAddresses,
  tagOf,
  withTag,
  type NameAddress,
} from '../message/name-address.js';
import { parseSipUri } from '../message/uri.js';

/** What outlives a restart; plain JSON. Addresses are written as in header fields. */
export interface DialogState {
  callId: string;
  local: string;
  remote: string;
  routeSet: string[];
  remoteTarget: string;
  localSequence: number;
  remoteSequence?: number;
}

/** Requests since a state was written down used some numbers; gaps are allowed (§12.2.1.1). */
const sequenceLeap = 10_000;

/** Loose or strict, twenty proxies are beyond any reason. */
const maxRoutes = 20;

/** The state that two user agents share (RFC 3261 §12): who they are, whose turn it is in CSeq, and the way. */
export class Dialog {
  readonly callId: string;
  /** With our tag. */
  readonly local: NameAddress;
  /** With the peer's tag; an RFC 2543 peer has none. */
  readonly remote: NameAddress;
  /** URIs of the proxies between, the next one first. Fixed for the dialog's life (§12.2). */
  readonly routeSet: readonly NameAddress[];
  #remoteTarget: string;
  #localSequence: number;
  #remoteSequence: number | undefined;

  private constructor(parts: {
    callId: string;
    local: NameAddress;
    remote: NameAddress;
    routeSet: NameAddress[];
    remoteTarget: string;
    localSequence: number;
    remoteSequence: number | undefined;
  }) {
    this.callId = parts.callId;
    this.local = parts.local;
    this.remote = parts.remote;
    this.routeSet = parts.routeSet;
    this.#remoteTarget = parts.remoteTarget;
    this.#localSequence = parts.localSequence;
    this.#remoteSequence = parts.remoteSequence;
  }

  /** §12.1.1: we answer. Undefined when the INVITE has no usable Contact or Record-Route (§8.1.1.8: it must). */
  static ofServer(invite: SipRequest, localTag: string): Dialog | undefined {
    const remoteTarget = contactOf(invite);
    const routeSet = recordedRoutes(invite);
    if (remoteTarget === undefined || !routeSet) return undefined;
    return new Dialog({
      callId: invite.callId,
      local: withTag(invite.to, localTag),
      remote: invite.from,
      routeSet,
      remoteTarget,
      // §8.1.1.5 asks for less than 2^31; starting low leaves room for ever.
      localSequence: 0,
      remoteSequence: invite.cseq.sequence,
    });
  }

  /**
   * §12.1.2: we called. The routes are recorded in the other direction. `early`: what the dialog was before the 2xx,
   * whose numbers go on while the routes are taken anew (§13.2.2.4).
   */
  static ofClient(invite: SipRequest, response: SipResponse, early?: Dialog): Dialog | undefined {
    const remoteTarget = contactOf(response);
    const routeSet = recordedRoutes(response)?.reverse();
    if (remoteTarget === undefined || !routeSet) return undefined;
    return new Dialog({
      callId: invite.callId,
      local: invite.from,
      remote: response.to,
      routeSet,
      remoteTarget,
      localSequence: early ? early.#localSequence : invite.cseq.sequence,
      remoteSequence: early ? early.#remoteSequence : undefined,
    });
  }

  /** After a restart of ours. Undefined when the state is none. */
  static restored(state: DialogState): Dialog | undefined {
    const [local, remote, ...routeSet] = [state.local, state.remote, ...state.routeSet].map(parseNameAddress);
    if (!local || !remote || !routeSet.every(route => route !== undefined)) return undefined;
    return new Dialog({
      callId: state.callId,
      local,
      remote,
      routeSet,
      remoteTarget: state.remoteTarget,
      localSequence: state.localSequence + sequenceLeap,
      remoteSequence: state.remoteSequence,
    });
  }

  get state(): DialogState {
    return {
      callId: this.callId,
      local: formatNameAddress(this.local),
      remote: formatNameAddress(this.remote),
      routeSet: this.routeSet.map(formatNameAddress),
      remoteTarget: this.#remoteTarget,
      localSequence: this.#localSequence,
      ...(this.#remoteSequence !== undefined && { remoteSequence: this.#remoteSequence }),
    };
  }

  /** §12: the same for all messages of the dialog, and for no other. */
  get id(): string {
    return dialogId(this.callId, tagOf(this.local), tagOf(this.remote));
  }

  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  /** §12.2.1.1. The ACK of a 2xx takes the number of its INVITE, all others a new one. */
  createRequest(method: string, sequence = ++this.#localSequence): SipRequest {
    const headers = new Headers().add('max-forwards', '70');
    let uri = this.#remoteTarget;
    let routes = [...this.routeSet];
    const first = routes[0];
    if (first && !parseSipUri(first.uri)?.parameters.has('lr')) {
      // A strict router (RFC 2543) wants itself in the Request-URI and the target at the end.
      uri = first.uri;
      routes = [...routes.slice(1), { displayName: '', uri: this.#remoteTarget, parameters: new Map() }];
    }
    for (const route of routes) headers.add('route', formatNameAddress(route));
    return {
      kind: 'request',
      method,
      uri,
      via: [],
      from: this.local,
      to: this.remote,
      callId: this.callId,
      cseq: { sequence, method },
      headers,
      body: emptyBody,
    };
  }

  /** The URI whose host the next request goes to: the first proxy, or the peer itself. */
  get nextHopUri(): string {
    return this.routeSet[0]?.uri ?? this.#remoteTarget;
  }

  /** §12.2.2: false when the request is older than one we have seen; the answer is 500. */
  advance(request: SipRequest): boolean {
    const { sequence } = request.cseq;
    if (this.#remoteSequence !== undefined && sequence <= this.#remoteSequence) return false;
    this.#remoteSequence = sequence;
    return true;
  }

  /** INVITE, UPDATE and their 2xx may move the peer (target refresh, §12.2.1.2). */
  refreshTarget(message: SipMessage): void {
    this.#remoteTarget = contactOf(message) ?? this.#remoteTarget;
  }
}

export function dialogId(callId: string, localTag = '', remoteTag = ''): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

function contactOf(message: SipMessage): string | undefined {
  const contact = parseNameAddress(message.headers.get('contact') ?? '');
  return contact && parseSipUri(contact.uri) ? contact.uri : undefined;
}

function recordedRoutes(message: SipMessage): NameAddress[] | undefined {
  const routes: NameAddress[] = [];
  for (const value of message.headers.all('record-route')) {
    const parsed = parseNameAddresses(value);
    if (!parsed || !parsed.every(({ uri }) => parseSipUri(uri))) return undefined;
    routes.push(...parsed);
  }
  return routes.length > maxRoutes ? undefined : routes;
}
