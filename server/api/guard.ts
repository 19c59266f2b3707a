import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditLog } from '../audit/audit-log.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { Identity } from '../identity/identity.js';
import type { Permission } from '../identity/permissions.js';
import { holds, type Principal, type ProtectedObject } from '../identity/principal.js';
import type { Operation } from './operation.js';
import { problem, sendProblem } from './problem.js';
import { TokenBucket } from './token-bucket.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null: nobody who has signed in. Set by the guard. */
    principal: Principal | null;
    /** Code of the problem that it was answered with. */
    problemCode: string | null;
    /** Who tried to sign in, for the audit. */
    claimedName: string | null;
    /** What else the audit shall know. */
    auditDetail: Record<string, unknown> | null;
  }
}

export const sessionCookie = '__Host-amphi_session';
/** Requests of one user or address: at once, and a second in the long run. */
const burstRequests = 300;
const requestsPerSecond = 60;
const maxBuckets = 10_000;

export interface GuardServices {
  identity: Identity;
  audit: AuditLog;
  attempts: AttemptLimit;
  /** The conference that a recording is of; null: there is no such recording. */
  conferenceOfRecording: (recordingId: string) => Promise<string | null>;
  templateObject: (templateId: string) => ProtectedObject;
  /** Also null: there is no such account. */
  institutionOfSipAccount: (accountName: string) => string | null;
}

/** Decides about every request before anything of it is read but its address and headers. */
export class Guard {
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(private readonly services: GuardServices) {}

  /** Who asks: by bearer key or by session cookie. A wrong key counts as a wrong try. */
  principalOf(request: Pick<FastifyRequest, 'headers' | 'cookies' | 'ip'>): Principal | null {
    const { identity, attempts } = this.services;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined) return identity.principalOfSession(request.cookies[sessionCookie] ?? '');
    if (!attempts.allows(request.ip)) return null;
    const principal = identity.principalOfKey(bearer);
    if (!principal) attempts.failed(request.ip);
    return principal;
  }

  /** @returns the answer when the request is refused; undefined: it may go on, `request.principal` is set */
  async admit(request: FastifyRequest, reply: FastifyReply, operation: Operation): Promise<unknown> {
    const { access } = operation;
    const tries = request.headers.authorization !== undefined;
    if (tries && !this.services.attempts.allows(request.ip)) return tooMany(reply, 60);
    request.principal = this.principalOf(request);
    if (!this.#bucket(request.principal?.userId ?? request.ip).take()) return tooMany(reply, 1);
    if (this.#isForged(request))
      return sendProblem(reply, problem(403, 'foreign-origin', 'A page of another site has sent this.'));
    if (access === 'public' || access === 'link') return undefined;
    const { principal } = request;
    if (!principal) return sendProblem(reply, problem(401, 'sign-in', 'Sign in first.'));
    if (access === 'account') {
      // A key, or a session that a key has opened, is not the person.
      const person = principal.via.kind === 'session' && principal.scopes === null;
      return person ? undefined : this.#refuse(reply, 'Sign in with name and password for that.');
    }
    if (principal.blocked === 'password-expired')
      return sendProblem(reply, problem(403, 'password-expired', 'Choose a new password first.'));
    if (principal.blocked === 'second-factor-needed')
      return sendProblem(
        reply,
        problem(403, 'second-factor-needed', 'Set up an authenticator first; then sign in with its code.'),
      );
    if (!holds(principal, access)) return this.#refuse(reply, `That needs the permission ${access}.`);
    const object = await this.#objectOf(request, access, operation);
    if (object === 'any' || this.services.identity.may(principal, access, object)) return undefined;
    // Not said apart from what does not exist: nobody learns what others have.
    return sendProblem(reply, problem(404, 'not-found', 'There is no such thing, or it is not yours.'));
  }

  /** What is about nothing that has an owner, like metrics, is the installation's. */
  mayOfInstallation(request: FastifyRequest, permission: Permission): boolean {
    const { identity } = this.services;
    return identity.may(this.principalOf(request), permission, identity.institutionObject(null));
  }

  /** Notes what was done, or refused. */
  note(name: string, operation: Operation, request: FastifyRequest, reply: FastifyReply): void {
    const { principal, problemCode } = request;
    // A flood is counted (`attemptsRefused`); what came before it has been noted.
    if (reply.statusCode === 429) return;
    const refused = [401, 403].includes(reply.statusCode);
    const reads = operation.method === 'GET' && operation.audited !== true;
    // Who is not signed in and asks is told so; only who claims to be somebody is noted.
    const anonymous = !principal && request.claimedName === null && !request.headers.authorization;
    if ((reads && !refused) || (anonymous && refused)) return;
    this.services.audit.append({
      actorId: principal?.userId ?? null,
      actorName: principal?.userName ?? request.claimedName ?? '',
      source: request.ip,
      action: name,
      object: Object.entries((request.params ?? {}) as Record<string, string>)
        .map(([key, value]) => `${key.replace(/Id$/, '')}:${value}`)
        .join(' '),
      result: reply.statusCode < 400 ? 'ok' : (problemCode ?? String(reply.statusCode)),
      detail: { ...(principal && { via: principal.via }), ...request.auditDetail },
    });
  }

  /** For tests, which ask faster than a person. */
  forgetRates(): void {
    this.#buckets.clear();
  }

  async #objectOf(
    request: FastifyRequest,
    permission: Permission,
    { object }: Operation,
  ): Promise<ProtectedObject | 'any'> {
    const { identity, conferenceOfRecording } = this.services;
    const params = (request.params ?? {}) as Record<string, string | undefined>;
    if (object === 'installation') return identity.institutionObject(null);
    if (params.conferenceId !== undefined) return identity.conferenceObject(params.conferenceId);
    if (params.templateId !== undefined) return this.services.templateObject(params.templateId);
    if (params.recordingId !== undefined) {
      const conferenceId = await conferenceOfRecording(params.recordingId);
      return conferenceId === null
        ? identity.institutionObject(null)
        : identity.conferenceObject(conferenceId);
    }
    if (params.userId !== undefined) {
      const user = identity.accounts.records.find('userId', params.userId);
      return identity.institutionObject(user?.institutionId ?? null);
    }
    if (params.accountName !== undefined) {
      return identity.institutionObject(this.services.institutionOfSipAccount(params.accountName));
    }
    // Lists and new things of these kinds: the handler leaves out what is not the asker's.
    return /^(conference|recording|record|user|webhook|endpoint):/.test(permission)
      ? 'any'
      : identity.institutionObject(null);
  }

  /** A page of another site that uses the cookie of this one (CSRF). Browsers name the page's origin. */
  #isForged({ method, headers, principal }: FastifyRequest): boolean {
    if (method === 'GET' || method === 'HEAD') return false;
    if (headers.origin !== undefined) return headers.origin !== `https://${headers.host}`;
    // Programs send none; but a cookie is a browser's.
    return principal?.via.kind === 'session';
  }

  #refuse(reply: FastifyReply, detail: string): FastifyReply {
    return sendProblem(reply, problem(403, 'not-allowed', 'You may not do this.', detail));
  }

  #bucket(who: string): TokenBucket {
    const known = this.#buckets.get(who);
    if (known) return known;
    // Insertion order: the first is the oldest.
    if (this.#buckets.size >= maxBuckets) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    const bucket = new TokenBucket(burstRequests, requestsPerSecond);
    this.#buckets.set(who, bucket);
    return bucket;
  }
}

function tooMany(reply: FastifyReply, retryAfterS: number): FastifyReply {
  void reply.header('retry-after', retryAfterS);
  return sendProblem(reply, problem(429, 'too-many-requests', `Too many requests. Wait ${retryAfterS} s.`));
}
