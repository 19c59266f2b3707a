import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ResourceError, UserError } from '../../base/errors.js';
import { sessionCookie } from '../api/guard.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { Identity } from '../identity/identity.js';
import { newSecret } from '../identity/secrets.js';
import { returnPath, type SingleSignOn } from '../identity/single-sign-on/single-sign-on.js';

export interface SignOnServices {
  singleSignOn: SingleSignOn;
  identity: Identity;
  audit: AuditLog;
  attempts: AttemptLimit;
}

/** Ties what is under way to the browser that began it: nobody else's return signs it in (RFC 6749 §10.12). */
const signOnCookie = '__Host-amphi_sign_on';
/** A page of ours, and nothing that leads elsewhere. */
const ownPage = /^\/(?!\/)[A-Za-z0-9/_-]{0,200}$/;

/** Where browsers go, by navigation, to the single sign-on and back. */
export function serveSignOn(app: FastifyInstance, services: SignOnServices): void {
  const { singleSignOn, identity, audit, attempts } = services;
  const setCookie = (reply: FastifyReply, value: string, sameSite: 'lax' | 'strict') =>
    reply.setCookie(signOnCookie, value, { path: '/', httpOnly: true, secure: true, sameSite });
  /** The page that it began on says what went wrong, in its language. */
  const fail = (request: FastifyRequest, reply: FastifyReply, from: string, error: unknown) => {
    if (!(error instanceof UserError || error instanceof ResourceError)) throw error;
    attempts.failed(request.ip);
    note(request, '', null, error.code);
    return reply.redirect(`${from}?signInError=${error.code}`);
  };
  const note = (request: FastifyRequest, actorName: string, actorId: string | null, result: string) =>
    audit.append({ actorId, actorName, source: request.ip, action: 'signOn', object: '', result });

  app.get<{ Querystring: { from?: string } }>('/sign-in/oidc', async (request, reply) => {
    const wished = request.query.from;
    const from = typeof wished === 'string' && ownPage.test(wished) ? wished : '/';
    if (!attempts.allows(request.ip)) return reply.redirect(`${from}?signInError=too-many-requests`);
    const browser = newSecret();
    try {
      const address = await singleSignOn.begin(browser, from);
      // Lax: the provider's page leads back, and the browser must send it then.
      return await setCookie(reply, browser, 'lax').redirect(address.href);
    } catch (error) {
      return fail(request, reply, from, error);
    }
  });

  app.get(returnPath, async (request, reply) => {
    const browser = request.cookies[signOnCookie] ?? '';
    const attempt = singleSignOn.take(browser);
    const query = request.url.slice(returnPath.length);
    try {
      const { user, secondFactor, from } = await singleSignOn.finish(browser, attempt, query);
      const token = identity.openSession(user, {
        scopes: null,
        secondFactor,
        source: request.ip,
        userAgent: request.headers['user-agent'] ?? '',
      });
      note(request, user.userName, user.userId, 'ok');
      reply.setCookie(sessionCookie, token, { path: '/', httpOnly: true, secure: true, sameSite: 'strict' });
      return await setCookie(reply, browser, 'strict').redirect(from);
    } catch (error) {
      return fail(request, reply, attempt?.from ?? '/', error);
    }
  });

  app.get('/sign-in/oidc/end', async (request, reply) => {
    const browser = request.cookies[signOnCookie] ?? '';
    reply.clearCookie(signOnCookie, { path: '/', secure: true });
    try {
      return await reply.redirect((await singleSignOn.end(browser))?.href ?? '/');
    } catch (error) {
      return fail(request, reply, '/', error);
    }
  });
}
