import { answerChallenge, type Credentials } from '../sip/authentication/digest-client.js';
import { Headers } from '../sip/message/headers.js';
import { emptyBody, newTag, type SipRequest, type SipResponse } from '../sip/message/message.js';
import type { Flow } from '../sip/transport/transport.js';
import type { Core } from '../sip/user-agent/core.js';

/** How long a trunk may take for a first answer, ms. RFC 3261's 32 s are too long when a second address waits. */
export const firstAnswerMs = 4_000;

/** RFC 3261 §20.33, s; 0 where it is not said. */
export function retryAfterOf({ headers }: SipResponse): number {
  return Number(/^\d{1,9}/.exec(headers.get('retry-after') ?? '')?.[0] ?? 0);
}

/** A request of ours outside of any dialog. */
export function createRequest(
  core: Core,
  {
    method,
    uri,
    aor,
    callId,
    sequence,
  }: Record<'method' | 'uri' | 'aor' | 'callId', string> & { sequence: number },
): SipRequest {
  return {
    ...{ kind: 'request', method, uri, via: [], callId, body: emptyBody },
    from: { displayName: '', uri: aor, parameters: new Map([['tag', newTag()]]) },
    to: { displayName: '', uri: method === 'REGISTER' ? aor : uri, parameters: new Map() },
    cseq: { sequence, method },
    headers: new Headers().add('max-forwards', '70').add('user-agent', core.product),
  };
}

/** The final answer, after our password where it was asked for; undefined: none came in time. */
export async function ask(
  core: Core,
  request: SipRequest,
  flow: Flow,
  options: { signal: AbortSignal; credentials?: Credentials | undefined },
): Promise<SipResponse | undefined> {
  const { signal, credentials } = options;
  const first = await askOnce(core, request, flow, signal);
  if (!first || !credentials || (first.status !== 401 && first.status !== 407)) return first;
  const { cseq } = request;
  const again = { ...request, headers: new Headers(), cseq: { ...cseq, sequence: cseq.sequence + 1 } };
  for (const [name, value] of request.headers) again.headers.add(name, value);
  if (!answerChallenge(again, first, credentials)) return first;
  return askOnce(core, again, flow, signal);
}

function askOnce(
  core: Core,
  request: SipRequest,
  flow: Flow,
  signal: AbortSignal,
): Promise<SipResponse | undefined> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve(undefined);
    const end = (response?: SipResponse) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      resolve(response);
    };
    const onAbort = () => end();
    const timer = core.clock.after(firstAnswerMs, onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    core.transactions.request(request, flow, {
      response: response => {
        if (response.status >= 200) end(response);
      },
      failed: onAbort,
    });
  });
}
