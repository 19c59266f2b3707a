import { withBody } from '../message/message.js';
import { tagOf } from '../message/name-address.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import { writeCapabilities } from '../user-agent/capabilities.js';
import { bodyOfType, createAnswer, respond, type Core } from '../user-agent/core.js';
import type { Dialog } from './dialog.js';
import type { OfferRefusal } from './session-handler.js';

/** A dialog whose INVITE has had a provisional response, and no final one (RFC 3261 §12). */
export interface EarlyDialog {
  readonly dialog: Dialog;
  receive(transaction: ServerTransaction): void;
}

/** RFC 3261 §14.2, RFC 3311 §5.2: something else has to be through first. */
const retryAfterS = 2;

/** The peer is to ask again. */
export function postpone(transaction: ServerTransaction): void {
  respond(transaction, 500, [['retry-after', String(retryAfterS)]]);
}

/** UPDATE before the call is answered (RFC 3311 §5.2). Timers of the session do not run yet (RFC 4028 §7). */
export function answerEarlyUpdate(
  core: Core,
  dialog: Dialog,
  transaction: ServerTransaction,
  answerTo: (offer: string) => { ok: true; answer: string } | OfferRefusal | 'pending',
): void {
  const { request, flow } = transaction;
  const offer = bodyOfType(request, 'application/sdp');
  if (offer === null) return void respond(transaction, 415, [['accept', 'application/sdp']]);
  const result = offer === undefined ? undefined : answerTo(offer);
  if (result === 'pending') return postpone(transaction);
  if (result?.ok === false) {
    const headers: [string, string][] = result.warning === '' ? [] : [['warning', result.warning]];
    return void respond(transaction, result.status, headers);
  }
  dialog.refreshTarget(request);
  const response = createAnswer(transaction, 200, tagOf(dialog.local));
  writeCapabilities(response.headers)
    .set('contact', core.transport.contact(flow))
    .set('server', core.product);
  transaction.respond(result ? withBody(response, 'application/sdp', result.answer) : response);
}
