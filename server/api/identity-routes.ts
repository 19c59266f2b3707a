import type { FastifyReply, FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import { LogInRefused } from '../identity/accounts.js';
import type { Identity } from '../identity/identity.js';
import { allPermissions } from '../identity/permissions.js';
import { holds, type Principal } from '../identity/principal.js';
import { newTotpSecret, totpAddress } from '../identity/totp.js';
import { sessionCookie } from './guard.js';
import type { Session, identityOperations } from './identity-operations.js';
import type { Handlers } from './rest-routes.js';

type AccountHandlers = Pick<
  Handlers,
  Extract<
    keyof typeof identityOperations,
    | `${string}Session`
    | 'getSignOn'
    | 'listSessions'
    | `${string}Key`
    | 'listKeys'
    | `${string}Totp`
    | 'changePassword'
  >
>;

/** Signing in and out, and what is one's own: password, authenticator, sessions, keys. */
export function accountHandlers(
  identity: Identity,
  attempts: AttemptLimit,
  signOnLabel: string | null,
): Omit<AccountHandlers, 'resetTotp'> {
  const { accounts, credentials } = identity;
  const openSession = (
    request: FastifyRequest,
    reply: FastifyReply,
    user: { userId: string },
    rest: { scopes: Principal['scopes']; secondFactor: boolean },
  ): Session => {
    const token = identity.openSession(user, {
      secondFactor: rest.secondFactor,
      scopes: rest.scopes && [...rest.scopes],
      source: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
    });
    reply.setCookie(sessionCookie, token, { path: '/', httpOnly: true, secure: true, sameSite: 'strict' });
    request.principal = identity.principalOfSession(token);
    return describeSession(request.principal);
  };
  return {
    getSession: request => describeSession(request.principal),
    createSession: async (request, { body }, reply) => {
      if (!attempts.allows(request.ip))
        throw new UserError('too-many-requests', 'Too many wrong tries from this address. Wait a minute.');
      if ('token' in body) {
        request.claimedName = 'API key';
        const holder = identity.principalOfKey(body.token.trim());
        if (holder)
          return openSession(request, reply, holder, { scopes: holder.scopes, secondFactor: false });
        attempts.failed(request.ip);
        throw new UserError('wrong-token', 'There is no such key, or it has expired.');
      }
      request.claimedName = body.userName;
      try {
        const { user, secondFactor } = await accounts.logIn(body.userName, body.password, body.code);
        return openSession(request, reply, user, { scopes: null, secondFactor });
      } catch (error) {
        if (error instanceof LogInRefused) {
          request.auditDetail = { reason: error.reason };
          if (error.code !== 'code-needed') attempts.failed(request.ip);
        }
        throw error;
      }
    },
    deleteSession: (request, _input, reply) => {
      const { principal } = request;
      if (principal?.via.kind === 'session') credentials.deleteSession(principal.userId, principal.via.id);
      reply.clearCookie(sessionCookie, { path: '/', secure: true });
      return undefined;
    },
    getSignOn: request => {
      const { principal } = request;
      const user = principal && accounts.records.find('userId', principal.userId);
      return { label: signOnLabel, current: signOnLabel !== null && user?.origin === 'oidc' };
    },
    changePassword: async (request, { body }) => {
      const { userId, via } = own(request);
      await accounts.changePassword(userId, body.current, body.password);
      credentials.deleteSessionsOf(userId, via.id);
      return undefined;
    },
    listSessions: request => {
      const { userId, via } = own(request);
      return credentials
        .sessionsOf(userId)
        .map(({ sessionId, createdAt, lastSeenAt, source, userAgent }) => ({
          sessionId,
          current: sessionId === via.id,
          createdAt,
          lastSeenAt,
          source,
          userAgent,
        }));
    },
    endSession: (request, { params }) => {
      if (!credentials.deleteSession(own(request).userId, params.sessionId))
        throw new UserError('not-found', 'There is no such session.');
      return undefined;
    },
    beginTotp: request => {
      const secret = newTotpSecret();
      return { secret, address: totpAddress(secret, own(request).userName) };
    },
    confirmTotp: async (request, { body }) => {
      const { userId, via, blocked } = own(request);
      if (blocked === 'password-expired')
        throw new UserError('password-expired', 'Choose a new password first.');
      await accounts.confirm(userId, body.password);
      const recoveryCodes = accounts.enrolTotp(userId, body.secret, body.code);
      credentials.deleteSessionsOf(userId, via.id);
      credentials.setSecondFactor(via.id);
      return { recoveryCodes };
    },
    listKeys: request =>
      credentials.keysOf(own(request).userId).map(({ keyId, name, scopes, createdAt, expiresAt }) => ({
        keyId,
        name,
        scopes,
        createdAt,
        expiresAt,
      })),
    createKey: (request, { body }) => identity.newKey(own(request), body),
    deleteKey: (request, { params }) => {
      if (!credentials.deleteKey(own(request).userId, params.keyId))
        throw new UserError('not-found', 'There is no such key.');
      return undefined;
    },
  };
}

/** The guard lets only those in who have signed in. */
export function own(request: FastifyRequest): Principal {
  if (!request.principal) throw new UserError('sign-in', 'Sign in first.');
  return request.principal;
}

function describeSession(principal: Principal | null): Session {
  if (!principal) return { operator: false, user: null };
  const { userId, userName, roles, blocked } = principal;
  const held = allPermissions.filter(permission => holds(principal, permission));
  return {
    operator: held.includes('conference:create'),
    user: { userId, userName, roles, permissions: held, blocked },
  };
}
