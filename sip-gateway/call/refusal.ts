import { quote } from '../sip/message/grammar.js';

/** Q.850 causes by SIP status, after RFC 3398 §8.2.6.1: what a PBX or an ISDN room shows to its user. */
const q850Causes: Record<number, number> = {
  403: 21, // call rejected
  404: 1, // unallocated number
  480: 18, // no user responding
  486: 17, // user busy
  488: 88, // incompatible destination
  503: 41, // temporary failure
};

/** Reason (RFC 3326; in responses: RFC 6432) and Warning (RFC 3261 §20.43) of a refusal, with text for people. */
export function refusalHeaders(
  status: number,
  text: string,
  warning?: string,
): [name: string, value: string][] {
  const headers: [string, string][] = [['warning', warning ?? `399 amphi ${quote(text)}`]];
  const cause = q850Causes[status];
  if (cause !== undefined) headers.push(['reason', `Q.850;cause=${cause};text=${quote(text)}`]);
  return headers;
}
