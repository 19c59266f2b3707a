import type { Call, CallEnd, Caller, CallState } from '../call/call.js';
import type { NegotiatedMedia } from '../sdp/types.js';
import { formatHostPort } from '../sip/message/grammar.js';
import { contentTypeOf, type SipMessage } from '../sip/message/message.js';
import type { MessageObserver } from '../sip/transport/transport-layer.js';
import type { Flow } from '../sip/transport/transport.js';
import { MessageRing, type TracedMessage } from './message-ring.js';
import { blankUris, withoutSecrets } from './secrets.js';

export interface HistoryLimits {
  /** Ended calls that stood, and those that never did: scanners make many of the second kind. */
  ended: number;
  refused: number;
  /** Characters of all messages together; the oldest of the ended calls go first. */
  characters: number;
}

export const historyLimits: HistoryLimits = { ended: 200, refused: 100, characters: 32 * 1024 * 1024 };

/** What is known of a call, now and some time after it has ended. */
export interface CallRecord {
  readonly callId: string;
  readonly direction: Call['direction'];
  /** What was dialled, without a PIN. */
  readonly target: string;
  readonly remote: Caller;
  readonly state: CallState;
  /** What is agreed, or was. With its keys: not to be shown as it is. */
  readonly media: NegotiatedMedia | undefined;
  /** Since 1970, ms. */
  readonly startedAtMs: number;
  readonly establishedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly end: CallEnd | undefined;
  /** Oldest first. */
  readonly messages: TracedMessage[];
  readonly messageCount: number;
  /** Messages that are not kept, and before which of `messages` they were. */
  readonly omitted: MessageRing['omitted'];
  /** The peer's last offer or answer, without secrets. */
  readonly remoteSdp: string | undefined;
}

/**
 * The calls that ring and stand, and the last ones that ended, with the messages of each: what an operator
 * reads when a room does not work. All is bounded, and secrets are never taken in.
 */
export class CallHistory implements MessageObserver {
  readonly #byCallId = new Map<string, Entry>();
  readonly #byId = new Map<string, Entry>();
  #characters = 0;
  /** What came last: the INVITE of a call that is about to begin. */
  #current: { message: SipMessage; traced: () => TracedMessage } | undefined;
  /** Told of each call when it is over; set before the first call comes. */
  onEnded: (call: CallRecord) => void = () => {};

  constructor(
    private readonly limits: HistoryLimits = historyLimits,
    private readonly now: () => number = Date.now,
  ) {}

  /** UTF-16 units of all messages. */
  get characters(): number {
    return this.#characters;
  }

  /** From now on the messages with this Call-ID are of this call, with the one that is being handled. */
  begin(call: Call, sipCallId: string): void {
    const entry = new Entry(call, sipCallId, this.now());
    // A peer that uses its Call-ID again: the messages go to the newer call.
    this.#byCallId.set(sipCallId, entry);
    this.#byId.set(call.id, entry);
    if (this.#current?.message.callId === sipCallId) this.#add(entry, this.#current);
    call.on('ended', end => {
      entry.ended(end, this.now());
      this.onEnded(entry);
      this.#trim();
    });
  }

  /** Both sides have agreed. */
  established(call: Call): void {
    const entry = this.#byId.get(call.id);
    if (entry) entry.establishedAtMs = this.now();
  }

  find(callId: string): CallRecord | undefined {
    return this.#byId.get(callId);
  }

  /** Newest first. */
  list(): CallRecord[] {
    return [...this.#byId.values()].reverse();
  }

  // ---- what the transport sees ----

  received(message: SipMessage, data: Buffer, flow: Flow): void {
    this.#observe(message, data, flow, 'received');
  }

  sent(message: SipMessage, data: Buffer, flow: Flow): void {
    this.#observe(message, data, flow, 'sent');
  }

  #observe(message: SipMessage, data: Buffer, flow: Flow, direction: TracedMessage['direction']): void {
    const { protocol, remote } = flow;
    // Only those of calls are ever made into text.
    const traced = (): TracedMessage => ({
      atMs: this.now(),
      direction,
      protocol,
      peer: formatHostPort(remote.address, remote.port),
      text: withoutSecrets(data.toString('utf8')),
    });
    const entry = this.#byCallId.get(message.callId);
    if (entry) this.#add(entry, { message, traced });
    this.#current = direction === 'received' ? { message, traced } : undefined;
  }

  #add(entry: Entry, { message, traced }: { message: SipMessage; traced: () => TracedMessage }): void {
    const before = entry.characters;
    entry.add(traced(), message);
    this.#characters += entry.characters - before;
    if (this.#characters > this.limits.characters) this.#trim();
  }

  #trim(): void {
    const entries = [...this.#byId.values()];
    const refused = entries.filter(({ wasRefused }) => wasRefused);
    const ended = entries.filter(entry => entry.end && !entry.wasRefused);
    for (const entry of refused.slice(0, Math.max(0, refused.length - this.limits.refused)))
      this.#forget(entry);
    for (const entry of ended.slice(0, Math.max(0, ended.length - this.limits.ended))) this.#forget(entry);
    for (const entry of [...refused, ...ended]) {
      if (this.#characters <= this.limits.characters) return;
      this.#forget(entry);
    }
  }

  #forget(entry: Entry): void {
    if (!this.#byId.delete(entry.callId)) return;
    if (this.#byCallId.get(entry.sipCallId) === entry) this.#byCallId.delete(entry.sipCallId);
    this.#characters -= entry.characters;
  }
}

class Entry implements CallRecord {
  readonly callId: string;
  readonly direction: Call['direction'];
  readonly target: string;
  readonly remote: Caller;
  readonly #ring = new MessageRing();
  /** Until the end: it holds all of its call. */
  #call: Call | undefined;
  #media: NegotiatedMedia | undefined;
  establishedAtMs: number | undefined;
  endedAtMs: number | undefined;
  end: CallEnd | undefined;
  remoteSdp: string | undefined;

  constructor(
    call: Call,
    readonly sipCallId: string,
    readonly startedAtMs: number,
  ) {
    this.#call = call;
    this.callId = call.id;
    this.direction = call.direction;
    this.target = blankUris(`sip:${call.target.user}`).slice('sip:'.length);
    this.remote = { ...call.remote, uri: blankUris(call.remote.uri) };
  }

  get state(): CallState {
    return this.#call?.state ?? 'ended';
  }

  get media(): NegotiatedMedia | undefined {
    return this.#call ? this.#call.media : this.#media;
  }

  get messages(): TracedMessage[] {
    return this.#ring.messages;
  }

  get messageCount(): number {
    return this.#ring.count;
  }

  get omitted(): MessageRing['omitted'] {
    return this.#ring.omitted;
  }

  get characters(): number {
    return this.#ring.characters;
  }

  get wasRefused(): boolean {
    return this.end !== undefined && this.establishedAtMs === undefined;
  }

  add(traced: TracedMessage, message: SipMessage): void {
    this.#ring.add(traced);
    if (traced.direction !== 'received' || contentTypeOf(message) !== 'application/sdp') return;
    this.remoteSdp = traced.text.slice(traced.text.search(/\r?\n\r?\n/)).trimStart();
  }

  ended(end: CallEnd, atMs: number): void {
    this.end = { ...end, text: blankUris(end.text) };
    this.endedAtMs = atMs;
    this.#media = this.#call?.media;
    this.#call = undefined;
  }
}
