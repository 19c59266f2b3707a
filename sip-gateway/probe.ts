import { randomBytes } from 'node:crypto';
import { parseNameAddress } from './sip/message/name-address.js';
import { parseSipUri } from './sip/message/uri.js';
import { nextHopOf } from './sip/transport/next-hop.js';
import type { InviteWay } from './sip/user-agent/outgoing-invite.js';
import type { Core } from './sip/user-agent/core.js';
import { ask, createRequest } from './trunks/ask.js';

/** What a device says when it is asked whether it is there. */
export interface Probe {
  /**
   * answers: by any response, also a refusal; it is on the network and speaks SIP. silent: none came within 4 s.
   * not-registered: an account of ours without a device. unreachable: its address is unknown, or leads over a transport that is switched off.
   */
  state: 'answers' | 'silent' | 'unreachable' | 'not-registered';
  /** ms; null: it did not answer. */
  roundTripMs: number | null;
  /** What it calls itself; '': nothing. */
  userAgent: string;
}

const silent: Probe = { state: 'silent', roundTripMs: null, userAgent: '' };
const unreachable: Probe = { state: 'unreachable', roundTripMs: null, userAgent: '' };

/** Asks by OPTIONS (RFC 3261 §11), over the way of a registration where there is one. Nothing rings. */
export async function probe(core: Core, way: InviteWay, aor: string): Promise<Probe> {
  const next = parseSipUri(parseNameAddress(way.routes[0] ?? '')?.uri ?? way.uri);
  const hop = next && nextHopOf(next);
  let { flow } = way;
  try {
    if (hop) flow ??= core.transport.flowTo(hop.protocol, await core.resolve(hop), hop.host);
  } catch {
    return unreachable;
  }
  if (!flow) return unreachable;
  const callId = randomBytes(16).toString('hex');
  const request = createRequest(core, { method: 'OPTIONS', uri: way.uri, aor, callId, sequence: 1 });
  for (const route of way.routes) request.headers.add('route', route);
  const beganMs = core.clock.now();
  const response = await ask(core, request, flow, { signal: new AbortController().signal });
  // 408 and 503 are of who stands before it, or of nobody (RFC 3261 §8.1.3.1).
  if (!response || response.status === 408 || response.status === 503) return silent;
  const { headers } = response;
  const userAgent = (headers.get('user-agent') ?? headers.get('server') ?? '').slice(0, 128);
  return { state: 'answers', roundTripMs: Math.round(core.clock.now() - beganMs), userAgent };
}
