import { randomBytes } from 'node:crypto';
import type { SipRequest, SipResponse } from '../message/message.js';
import {
  algorithmOf,
  digestKeys,
  digestResponse,
  digestAlgorithms,
  formatDigest,
  parseDigest,
} from './digest.js';

/** Ours at somebody else's server. */
export interface Credentials {
  userName: string;
  password: string;
  /** Only to a challenge of this realm; absent: of any. */
  realm?: string;
}

/**
 * RFC 3261 §22.2, §22.3: puts the answer to a 401 or 407 on `request`, which is then sent again with a higher CSeq.
 * False when there is nothing to answer: no challenge that we speak, or the one that we have answered already.
 */
export function answerChallenge(
  request: SipRequest,
  response: SipResponse,
  { userName, password, realm: ours }: Credentials,
): boolean {
  const isProxy = response.status === 407;
  const name = isProxy ? 'proxy-authorization' : 'authorization';
  const challenges = response.headers
    .all(isProxy ? 'proxy-authenticate' : 'www-authenticate')
    .map(parseDigest)
    .filter(challenge => challenge !== undefined)
    .filter(challenge => ours === undefined || challenge.get('realm') === ours);
  // RFC 8760 §2.4: the best that both know.
  const usable = digestAlgorithms.flatMap(algorithm =>
    challenges.filter(challenge => algorithmOf(challenge) === algorithm),
  );
  const challenge = usable[0];
  if (!challenge) return false;
  const isStale = challenge.get('stale')?.toLowerCase() === 'true';
  if (request.headers.has(name) && !isStale) return false;
  const algorithm = algorithmOf(challenge)!;
  const [realm = '', nonce = ''] = [challenge.get('realm'), challenge.get('nonce')];
  const offersAuth = (challenge.get('qop') ?? '')
    .split(',')
    .some(word => word.trim().toLowerCase() === 'auth');
  const counted = offersAuth ? { nc: '00000001', cnonce: randomBytes(8).toString('hex') } : undefined;
  const { method, uri } = request;
  const key = digestKeys(userName, realm, password)[algorithm];
  const opaque = challenge.get('opaque');
  const parameters: [string, string][] = [
    ['username', userName],
    ['realm', realm],
    ['nonce', nonce],
    ['uri', uri],
    ['response', digestResponse(algorithm, key, { method, uri, nonce, ...(counted && { counted }) })],
    ['algorithm', algorithm],
  ];
  if (opaque !== undefined) parameters.push(['opaque', opaque]);
  if (counted) parameters.push(['qop', 'auth'], ['nc', counted.nc], ['cnonce', counted.cnonce]);
  request.headers.set(name, formatDigest(parameters, false));
  return true;
}
