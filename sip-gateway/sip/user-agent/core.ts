import type { Log } from '../../../base/log.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { EarlyDialog } from '../dialog/early-dialog.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { createResponse, type SipRequest, type SipResponse } from '../message/message.js';
import type { TransactionLayer } from '../transaction/transaction-layer.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Resolve } from '../transport/next-hop.js';
import type { TransportLayer } from '../transport/transport-layer.js';
import type { RateLimit } from '../transport/rate-limit.js';

/** What sessions need of the user agent that they belong to. */
export interface Core {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Log;
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly strangers: RateLimit;
  readonly resolve: Resolve;
  /** 0 to 1, for waiting times; what must not be guessed comes from node:crypto. */
  readonly random: () => number;
  /** Product and version, for Server and User-Agent. */
  readonly product: string;
  /** What we ask for and grant at most, s (RFC 4028). */
  readonly sessionExpiresS: number;
  /** Requests within its dialog go to the usage until it is removed. */
  addUsage(usage: InviteUsage): void;
  removeUsage(usage: InviteUsage): void;
  /** The same before the INVITE is answered. */
  addEarly(early: EarlyDialog): void;
  removeEarly(early: EarlyDialog): void;
}

/** A response to fill. `localTag` is the dialog's, where there is one. */
export function createAnswer(transaction: ServerTransaction, status: number, localTag?: string): SipResponse {
  return createResponse(transaction.request, status, localTag);
}

/** Answers with `status` and these header fields. */
export function respond(
  transaction: ServerTransaction,
  status: number,
  headers: readonly [name: string, value: string][] = [],
): SipResponse {
  const response = createAnswer(transaction, status);
  for (const [name, value] of headers) response.headers.add(name, value);
  transaction.respond(response);
  return response;
}

/** The body when it is of that type; undefined when there is none; null when it is of another. */
export function bodyOfType(
  message: SipRequest | SipResponse,
  contentType: string,
): string | undefined | null {
  if (message.body.length === 0) return undefined;
  const type = (message.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  return type === contentType ? message.body.toString('utf8') : null;
}
