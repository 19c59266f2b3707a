import type { SipRequest } from '../message/message.js';

/**
 * What scanners and password guessers call themselves when nobody has taken the trouble to change it. Tools that
 * people test their own rooms with (sipsak, sipp) are not here.
 */
const products =
  /friendly-scanner|friendly-request|sipvicious|sundayddr|sip-?scan\b|sipcli\b|\bsmap\b|\biwar\b|vaxsipuseragent|vaxipuseragent|pplsip|sipptk|sivus|gulp\/|\bsv(?:map|war|crack|crash)\b/i;

/** By its User-Agent, or by the name in From, which sipvicious writes too. */
export function isScanner({ headers, from }: SipRequest): boolean {
  return products.test(headers.get('user-agent') ?? '') || /^"?sipvicious/i.test(from.displayName);
}
