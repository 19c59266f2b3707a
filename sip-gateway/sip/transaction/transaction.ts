import type { Clock } from '../clock.js';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.js';
import type { Flow } from '../transport/transport.js';

/** What a transaction needs of the layer that made it. */
export interface TransactionContext {
  clock: Clock;
  flow: Flow;
  send(message: SipMessage, onError: (error: Error) => void): void;
  /** Called once, when the machine has reached its end. */
  terminated(): void;
}

/** What a client transaction tells its user. After `response` with a final status, or `failed`, nothing more comes
 * but further 2xx of an INVITE (RFC 6026). */
export interface ClientTransactionUser {
  response(response: SipResponse): void;
  /** No answer at all (timers B and F; §8.1.3.1: as if 408 had come), or it could not be sent (as if 503). */
  failed(status: 408 | 503): void;
}

export interface ServerTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** A final response was sent; another would be our mistake. */
  readonly answered: boolean;
  respond(response: SipResponse): void;
}
