import type { Clock, Timer } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';
import {
  attributeTypes,
  errorCodes,
  primitives,
  type BfcpAttribute,
  type BfcpMessage,
  type BfcpVersion,
} from './bfcp.js';
import type { ParsedBfcp } from './reassembly.js';

/** RFC 8855 §8.3.3: doubled with each of three repetitions, so 7.5 s in all. */
const t1Ms = 500;
const maxRepetitions = 3;
/** How long an answer is kept to be given again, §8.3.3. */
const t2Ms = 10_000;
const maxKeptAnswers = 16;
/** Newer ones make these out of date, so more are never needed. */
const maxWaiting = 8;

export interface Content {
  primitive: number;
  attributes: BfcpAttribute[];
}

export interface BfcpSessionOptions {
  role: 'server' | 'client';
  /** Over UDP: what is lost is repeated, and everything is answered. */
  reliable: boolean;
  version: BfcpVersion;
  conferenceId: number;
  /** The participant's, whichever side it is on. */
  userId: number;
  clock: Clock;
  counters: Counters;
  send: (message: BfcpMessage) => void;
  /** The other side's request or notification; what comes back answers it. */
  received: (message: BfcpMessage) => Content | undefined;
  /** Nothing was answered for 7.5 s. */
  lost: () => void;
}

interface Transaction extends Content {
  answered: ((message: BfcpMessage) => void) | undefined;
}

/** What answers, whether or not the sender sets R: some do not. */
const acknowledgements = new Set<number>([
  primitives.ChairActionAck,
  primitives.HelloAck,
  primitives.Error,
  primitives.FloorRequestStatusAck,
  primitives.FloorStatusAck,
  primitives.GoodbyeAck,
]);

/** Transactions of one floor control connection (RFC 8855 §8), either side, over TCP and UDP. */
export class BfcpSession {
  #nextTransactionId = 1;
  /** Over UDP one at a time is under way, the others wait (§8.2). */
  readonly #waiting: Transaction[] = [];
  #current: { transaction: Transaction; message: BfcpMessage; timer: Timer | undefined } | undefined;
  /** Over TCP any number, by transaction. */
  readonly #open = new Map<number, Transaction>();
  #answers: { transactionId: number; answer: BfcpMessage; atMs: number }[] = [];
  #version: BfcpVersion;
  #closed = false;

  constructor(private readonly options: BfcpSessionOptions) {
    this.#version = options.version;
  }

  /** Begins a transaction; a server's notifications over TCP are not answered. */
  send(primitive: number, attributes: BfcpAttribute[] = [], answered?: (message: BfcpMessage) => void): void {
    if (this.#closed) return;
    const transaction: Transaction = { primitive, attributes, answered };
    if (this.options.reliable) return this.#sendReliably(transaction);
    if (this.#waiting.length === maxWaiting) this.#waiting.shift();
    this.#waiting.push(transaction);
    this.#next();
  }

  receive(parsed: ParsedBfcp): void {
    if (!parsed || this.#closed) return;
    const { counters } = this.options;
    if (!parsed.ok) {
      counters.count(`bfcp.${parsed.fault}`);
      const { header, fault } = parsed;
      if (!header || header.responder || this.options.role === 'client') return;
      const code = fault === 'incorrect-length' ? errorCodes.incorrectLength : errorCodes.unreadable;
      return this.#answer(header, errorContent(code));
    }
    const { message } = parsed;
    this.#version = message.version;
    if (this.#isAnswer(message)) return this.#answered(message);
    if (message.responder) return counters.count('bfcp.answers-to-nothing');
    this.#request(message);
  }

  close(): void {
    this.#closed = true;
    this.#current?.timer?.cancel();
  }

  #message(content: Content, transactionId: number, responder: boolean): BfcpMessage {
    const { conferenceId, userId, reliable } = this.options;
    const { primitive, attributes } = content;
    const version = this.#version;
    return {
      version,
      responder: responder && !reliable,
      primitive,
      conferenceId,
      transactionId,
      userId,
      attributes,
    };
  }

  #takeTransactionId(): number {
    const transactionId = this.#nextTransactionId;
    this.#nextTransactionId = (transactionId % 0xffff) + 1;
    return transactionId;
  }

  // ---- ours ----

  #sendReliably(transaction: Transaction): void {
    const transactionId = this.options.role === 'server' ? 0 : this.#takeTransactionId();
    if (transactionId !== 0) this.#open.set(transactionId, transaction);
    this.options.send(this.#message(transaction, transactionId, false));
  }

  #next(): void {
    const transaction = this.#current ? undefined : this.#waiting.shift();
    if (!transaction) return;
    const message = this.#message(transaction, this.#takeTransactionId(), false);
    this.#current = { transaction, message, timer: undefined };
    this.#repeat(0);
  }

  #repeat(repetitions: number): void {
    const current = this.#current!;
    this.options.send(current.message);
    current.timer = this.options.clock.after(t1Ms * 2 ** repetitions, () => {
      if (repetitions < maxRepetitions) return this.#repeat(repetitions + 1);
      this.options.counters.count('bfcp.unanswered');
      this.#current = undefined;
      this.#waiting.length = 0;
      this.options.lost();
    });
  }

  #isAnswer({ responder, primitive, transactionId }: BfcpMessage): boolean {
    if (this.options.reliable) return this.#open.has(transactionId);
    if (this.#current?.message.transactionId !== transactionId) return false;
    return responder || acknowledgements.has(primitive);
  }

  #answered(message: BfcpMessage): void {
    const { transactionId } = message;
    const transaction = this.#current?.transaction ?? this.#open.get(transactionId);
    this.#open.delete(transactionId);
    this.#current?.timer?.cancel();
    this.#current = undefined;
    transaction?.answered?.(message);
    this.#next();
  }

  // ---- theirs ----

  #request(message: BfcpMessage): void {
    const { reliable, clock, received } = this.options;
    const { transactionId } = message;
    if (!reliable) {
      const nowMs = clock.now();
      this.#answers = this.#answers.filter(({ atMs }) => nowMs - atMs < t2Ms);
      const repeated = this.#answers.find(answer => answer.transactionId === transactionId);
      if (repeated) return this.options.send(repeated.answer);
    }
    const content = received(message);
    if (content) this.#answer(message, content);
  }

  #answer(request: Pick<BfcpMessage, 'transactionId'>, content: Content): void {
    const { reliable, clock, send } = this.options;
    const answer = this.#message(content, request.transactionId, true);
    if (!reliable) {
      const kept = { transactionId: request.transactionId, answer, atMs: clock.now() };
      this.#answers = [...this.#answers.slice(1 - maxKeptAnswers), kept];
    }
    send(answer);
  }
}

/** §5.3.13. `details` belong to the code: the types that were not known. */
export function errorContent(code: number, details: number[] = []): Content {
  const data = Buffer.from([code, ...details]);
  return {
    primitive: primitives.Error,
    attributes: [{ type: attributeTypes.errorCode, mandatory: true, data }],
  };
}
