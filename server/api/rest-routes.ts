import '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { UserError } from '../../base/errors.js';
import type { Catalogue } from '../../vod/catalogue/catalogue.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { Access } from '../identity/permissions.js';
import type { Operator } from '../identity/operator.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import { openApi, signallingDocument } from './documentation.js';
import { problem, sendProblem } from './problem.js';
import { viewHandlers } from './view-routes.js';
import { operations, type Conference, type OperationName, type Recording } from './rest.js';

export interface RestServices {
  conferences: ConferenceDirectory;
  operator: Operator;
  attempts: AttemptLimit;
  catalogue: Catalogue;
  /** All that is needed to find a fault from afar. */
  diagnostics: () => Promise<Record<string, unknown>>;
  /** What a room dials, for a conference's number: sip:NUMBER@host. */
  sipAddress: (request: FastifyRequest, record: ConferenceRecord) => string;
}

export const apiPrefix = '/api/v1';
export const recordingsPrefix = '/media';
export const sessionCookie = 'amphi_session';

type Operations = typeof operations;
type Of<N extends OperationName, K extends string> =
  Operations[N] extends Record<K, infer S extends TSchema> ? Static<S> : undefined;
export type Handlers = {
  [N in OperationName]: (
    request: FastifyRequest,
    input: { params: Of<N, 'params'>; body: Of<N, 'body'> },
    reply: FastifyReply,
  ) => Promise<Of<N, 'result'>> | Of<N, 'result'>;
};

/** Whether the request comes from the operator: by bearer token or by session cookie. */
export function isOperator(
  request: FastifyRequest,
  { operator, attempts }: Pick<RestServices, 'operator' | 'attempts'>,
): boolean {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return operator.isSession(request.cookies[sessionCookie] ?? '');
  if (!attempts.allows(request.ip)) return false;
  if (operator.isToken(bearer)) return true;
  attempts.failed(request.ip);
  return false;
}

/** Mounts every operation of `rest.ts`, with its validation and its access rule. */
export function mountRest(app: FastifyInstance, services: RestServices): void {
  const handlers = handlersOf(services);
  for (const [name, operation] of Object.entries(operations) as [
    OperationName,
    Operations[OperationName],
  ][]) {
    app.route({
      method: operation.method,
      url: apiPrefix + operation.path,
      schema: {
        ...('params' in operation ? { params: operation.params } : {}),
        ...('body' in operation ? { body: operation.body } : {}),
      },
      preHandler: async (request, reply) => {
        const { access } = operation as { access: Access };
        if (access === 'public' || access === 'link' || isOperator(request, services)) return;
        return sendProblem(reply, problem(401, 'sign-in', 'Sign in with the operator token first.'));
      },
      handler: async (request, reply) => {
        const handle = handlers[name] as (...args: unknown[]) => unknown;
        const result = await handle(request, { params: request.params, body: request.body }, reply);
        return result === undefined ? reply.code(204).send() : reply.send(result);
      },
    });
  }
}

/** The contract, for those who write a client. */
export function mountDocumentation(app: FastifyInstance): void {
  const rest = openApi(apiPrefix);
  const signalling = signallingDocument(`${apiPrefix}/signalling`);
  app.get(`${apiPrefix}/openapi.json`, () => rest);
  app.get(`${apiPrefix}/signalling.json`, () => signalling);
}

function handlersOf({
  conferences,
  operator,
  attempts,
  catalogue,
  diagnostics,
  sipAddress,
}: RestServices): Handlers {
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new UserError('not-found', `There is no such ${what}.`);
    return value;
  };
  const describe = (record: ConferenceRecord): Conference => {
    const live = conferences.live(record.conferenceId);
    const { conferenceId, title, number, pin, createdAt } = record;
    return {
      conferenceId,
      title,
      number,
      pin,
      link: `/join/${record.link}`,
      createdAt,
      siteCount: live?.sites.length ?? 0,
      recording: Boolean(live?.recording.state),
    };
  };
  return {
    getSession: request => ({ operator: isOperator(request, { operator, attempts }) }),
    createSession: (request, { body }, reply) => {
      if (!attempts.allows(request.ip)) {
        throw new UserError('too-many-requests', 'Too many wrong tries from this address. Wait a minute.');
      }
      if (!operator.isToken(body.token.trim())) {
        attempts.failed(request.ip);
        throw new UserError('wrong-token', 'That is not the operator token. The first start has shown it.');
      }
      reply.setCookie(sessionCookie, operator.newSession(), {
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'strict',
      });
      return { operator: true };
    },
    deleteSession: (_request, _input, reply) => {
      reply.clearCookie(sessionCookie, { path: '/' });
      return undefined;
    },
    listConferences: () => conferences.list().map(describe),
    createConference: (_request, { body }) => describe(conferences.create(body)),
    getConference: (_request, { params }) =>
      describe(found(conferences.byId(params.conferenceId), 'conference')),
    deleteConference: async (_request, { params }) => {
      found((await conferences.delete(params.conferenceId)) || undefined, 'conference');
      return undefined;
    },
    startRecording: async (_request, { params }) => {
      found(conferences.byId(params.conferenceId), 'conference');
      const live = conferences.live(params.conferenceId);
      if (!live)
        throw new UserError(
          'nobody-there',
          'Nobody is in the conference yet: recording begins when the first site has joined.',
        );
      return live.recording.start();
    },
    stopRecording: async (_request, { params }) => {
      found(conferences.byId(params.conferenceId), 'conference');
      await conferences.live(params.conferenceId)?.recording.stop();
      return undefined;
    },
    ...viewHandlers(conferences),
    setDraining: (_request, { body: { draining } }) => {
      conferences.draining = draining;
      return { draining, conferences: conferences.allLive.length };
    },
    getDiagnostics: () => diagnostics(),
    getInvitation: (request, { params }) => {
      if (!attempts.allows(request.ip))
        throw new UserError('too-many-requests', 'Too many wrong tries from this address. Wait a minute.');
      const record = conferences.byLink(params.link);
      if (!record) attempts.failed(request.ip);
      const { title, number } = found(record, 'conference, or it has ended');
      return { title, number, sipAddress: sipAddress(request, found(record, 'conference')) };
    },
    listRecordings: async () => (await catalogue.list()).map(describeRecording),
    getRecording: async (_request, { params }) =>
      describeRecording(found((await catalogue.get(params.recordingId)) ?? undefined, 'recording')),
    deleteRecording: async (_request, { params }) => {
      found((await catalogue.delete(params.recordingId)) || undefined, 'recording');
      return undefined;
    },
  };
}

function describeRecording(summary: Awaited<ReturnType<Catalogue['list']>>[number]): Recording {
  const base = `${recordingsPrefix}/${summary.recordingId}`;
  const { recordingId, conferenceId, title, startedAt, durationMs, bytes, state } = summary;
  return {
    recordingId,
    conferenceId,
    title,
    startedAt,
    durationMs,
    bytes,
    state,
    poster: summary.hasPoster ? `${base}/poster.jpg` : null,
    playlist: `${base}/index.m3u8`,
    download: `${base}/download.mp4`,
  };
}
