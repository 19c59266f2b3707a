import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { UserError } from '../../base/errors.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { BanList } from '../../sip-gateway/sip/transport/ban-list.js';
import type { Trunks } from '../../sip-gateway/trunks/trunks.js';
import type { CallHistory } from '../../sip-gateway/trace/call-history.js';
import type { Catalogue } from '../../vod/catalogue/catalogue.js';
import { actingAs, type Actor } from '../conferences/acting.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { SipReception } from '../conferences/sip-reception.js';
import type { DialOut } from '../conferences/dial-out/dial-out.js';
import type { RecordingNumbers } from '../conferences/playback/recording-numbers.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { CallDiagnosis } from '../diagnosis/diagnosis.js';
import type { Identity } from '../identity/identity.js';
import type { Permission } from '../identity/permissions.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import type { SipAccounts } from '../endpoints/sip-accounts.js';
import type { GroupRecords } from '../store/group-records.js';
import type { PresenceOf } from '../endpoints/presence.js';
import type { CallLogRecords } from '../store/call-log-records.js';
import type { AddressRecords } from '../store/address-records.js';
import { addressBookHandlers } from './address-book-routes.js';
import { auditHandlers } from './audit-routes.js';
import { banHandlers } from './ban-routes.js';
import { trunkHandlers } from './trunk-operations.js';
import { callLogHandlers } from './call-log-routes.js';
import { callHistoryHandlers } from './call-history-routes.js';
import { openApi, signallingDocument } from './documentation.js';
import { Guard } from './guard.js';
import { Idempotency } from './idempotency.js';
import { accountHandlers, own } from './identity-routes.js';
import { lifeHandlers } from './life-routes.js';
import { scheduleHandlers } from './schedule-routes.js';
import type { LoopBackResult } from './loop-back-operations.js';
import type { ReadinessCheck } from '../conferences/readiness.js';
import type { Scheduler } from '../conferences/schedule/scheduler.js';
import type { AnswerRecords } from '../store/answer-records.js';
import type { TemplateRecords } from '../store/template-records.js';
import type { MailRecords } from '../store/mail-records.js';
import type { Operation } from './operation.js';
import { cameraHandlers } from './camera-routes.js';
import { moveHandlers } from './move-routes.js';
import { outgoingCallHandlers } from './outgoing-call-routes.js';
import { recordingHandlers } from './recording-routes.js';
import { sipAccountHandlers, type BindingsOf } from './sip-account-routes.js';
import { templateHandlers, templateObject } from './template-routes.js';
import { usageHandlers } from './usage-routes.js';
import { userHandlers } from './user-routes.js';
import { viewHandlers } from './view-routes.js';
import { webHookHandlers, type WebHookServices } from './web-hook-routes.js';
import { operations, type Conference, type OperationName } from './rest.js';

export interface RestServices {
  conferences: ConferenceDirectory;
  identity: Identity;
  groups: GroupRecords;
  audit: AuditLog;
  attempts: AttemptLimit;
  catalogue: Catalogue;
  recordingNumbers: RecordingNumbers;
  webHooks: WebHookServices;
  calls: CallHistory;
  callLog: CallLogRecords;
  bans: BanList;
  trunks: Trunks;
  sipAccounts: SipAccounts;
  bindingsOf: BindingsOf;
  addressBook: AddressRecords;
  presence: () => PresenceOf;
  diagnosis: CallDiagnosis;
  /** Absent: there is none. */
  singleSignOn?: { label: string };
  dialOut: DialOut;
  reception: Pick<SipReception, 'move'>;
  scheduler: Scheduler;
  readiness: ReadinessCheck;
  tryRoom: (address: string, title: string) => Promise<LoopBackResult>;
  templates: TemplateRecords;
  mail: MailRecords;
  answers: AnswerRecords;
  /** All that is needed to find a fault from afar. */
  diagnostics: () => Promise<Record<string, unknown>>;
  /** What a room dials, for a conference's number: sip:NUMBER@host. */
  sipAddress: (request: FastifyRequest, record: ConferenceRecord) => string;
}

export const apiPrefix = '/api/v1';
/**
 * How requests are checked. No coercion: a number is no text, whatever the default thinks. Nothing is taken off: the
 * default does it where one shape of several does not know a property, and then no shape fits.
 */
export const validation = { customOptions: { coerceTypes: false, removeAdditional: false } } as const;
const maxKnownRecordings = 10_000;

type Operations = typeof operations;
type Of<N extends OperationName, K extends string> =
  Operations[N] extends Record<K, infer S extends TSchema> ? Static<S> : undefined;
type Result<N extends OperationName> =
  Of<N, 'result'> | (Operations[N] extends { mayBeEmpty: string } ? undefined : never);
export type Handlers = {
  [N in OperationName]: (
    request: FastifyRequest,
    input: { params: Of<N, 'params'>; query: Of<N, 'query'>; body: Of<N, 'body'> },
    reply: FastifyReply,
  ) => Promise<Result<N>> | Result<N>;
};

/** Mounts every operation of `rest.ts`, with its validation, its access rule and its note in the audit. */
export function mountRest(app: FastifyInstance, services: RestServices): Guard {
  const guard = new Guard({
    ...services,
    conferenceOfRecording: conferenceOf(services.catalogue),
    templateObject: templateId => templateObject(services.templates.find(templateId)),
    institutionOfSipAccount: name => services.sipAccounts.records.find(name)?.institutionId ?? null,
  });
  const idempotency = new Idempotency(services.answers);
  const handlers = handlersOf(services);
  for (const name of ['principal', 'problemCode', 'claimedName', 'auditDetail'])
    app.decorateRequest(name, null);
  for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
    app.route({
      method: operation.method,
      url: apiPrefix + operation.path,
      schema: {
        ...(operation.params && { params: operation.params }),
        ...(operation.query && { querystring: operation.query }),
        ...(operation.body && { body: operation.body }),
      },
      onRequest: (request, reply) => guard.admit(request, reply, operation),
      preValidation: async request => {
        request.query = typedQuery(operation.query, request.query as Record<string, unknown>);
      },
      onResponse: async (request, reply) => guard.note(name, operation, request, reply),
      handler: async (request, reply) => {
        const handle = handlers[name] as (...args: unknown[]) => unknown;
        const { params, query, body } = request;
        const result = await idempotency.run(name, request, async () =>
          actingAs(actorOf(request), () => handle(request, { params, query, body }, reply)),
        );
        return result === undefined ? reply.code(204).send() : reply.send(result);
      },
    });
  }
  return guard;
}

/** An address carries texts only: those that are meant as a number or as yes and no become one. */
function typedQuery(schema: TSchema | undefined, query: Record<string, unknown>): Record<string, unknown> {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: string }> };
  const typed = (name: string, value: unknown): unknown => {
    const type = properties[name]?.type;
    if (typeof value !== 'string') return value;
    if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
    return (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  };
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typed(name, value)]));
}

function actorOf({ principal }: FastifyRequest): Actor {
  return { kind: 'user', id: principal?.userId ?? null, name: principal?.userName ?? '' };
}

/** A recording is as open as its conference; which one that was never changes. */
export function conferenceOf(catalogue: Catalogue): (recordingId: string) => Promise<string | null> {
  const known = new Map<string, string>();
  return async recordingId => {
    const conferenceId = known.get(recordingId) ?? (await catalogue.get(recordingId))?.conferenceId ?? null;
    if (conferenceId !== null) known.set(recordingId, conferenceId);
    if (known.size > maxKnownRecordings) known.delete(known.keys().next().value ?? '');
    return conferenceId;
  };
}

/** The contract, for those who write a client. */
export function mountDocumentation(app: FastifyInstance): void {
  let rest: object | undefined;
  let signalling: object | undefined;
  app.get(`${apiPrefix}/openapi.json`, () => (rest ??= openApi(apiPrefix)));
  app.get(
    `${apiPrefix}/signalling.json`,
    () => (signalling ??= signallingDocument(`${apiPrefix}/signalling`)),
  );
}

function handlersOf(services: RestServices): Handlers {
  const { conferences, identity, groups, audit, attempts, catalogue, diagnostics, sipAddress } = services;
  const { scheduler, mail } = services;
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new UserError('not-found', `There is no such ${what}.`);
    return value;
  };
  const describe = (record: ConferenceRecord): Conference => {
    const live = conferences.live(record.conferenceId);
    const { conferenceId, title, number, pin, chairPin, createdAt } = record;
    return {
      conferenceId,
      title,
      number,
      pin,
      hasChairPin: chairPin !== null,
      link: `/join/${record.link}`,
      createdAt,
      siteCount: live?.sites.length ?? 0,
      recording: Boolean(live?.recording.state),
      ...conferences.lives.of(conferenceId),
    };
  };
  const mayOf = (request: FastifyRequest, permission: Permission, conferenceId: string) =>
    identity.may(request.principal, permission, identity.conferenceObject(conferenceId));
  return {
    ...accountHandlers(identity, attempts, services.singleSignOn?.label ?? null),
    ...userHandlers(identity, groups, conferenceId => conferences.byId(conferenceId) !== undefined),
    ...auditHandlers(audit),
    ...banHandlers(services.bans),
    ...trunkHandlers(services.trunks),
    ...callHistoryHandlers(services.calls, services.diagnosis),
    ...callLogHandlers(services.callLog, identity),
    ...usageHandlers(services),
    ...templateHandlers(services.templates, services),
    ...outgoingCallHandlers(conferences, services.dialOut),
    checkConference: (_request, { params }) =>
      services.readiness.check(found(conferences.byId(params.conferenceId), 'conference').conferenceId),
    tryRoom: (_request, { params, body }) =>
      services.tryRoom(body.address, found(conferences.byId(params.conferenceId), 'conference').title),
    ...cameraHandlers(conferences),
    ...moveHandlers(conferences, services.reception, (request, conferenceId) =>
      mayOf(request, 'conference:control', conferenceId),
    ),
    ...webHookHandlers(identity, services.webHooks),
    listConferences: request =>
      conferences
        .list()
        .filter(record => mayOf(request, 'conference:read', record.conferenceId))
        .map(describe),
    createConference: (request, { body }) => {
      const record = conferences.create(body);
      const { userId, institutionId } = own(request);
      identity.access.setOwner(record.conferenceId, userId, institutionId);
      request.auditDetail = { conferenceId: record.conferenceId };
      return describe(record);
    },
    getConference: (_request, { params }) =>
      describe(found(conferences.byId(params.conferenceId), 'conference')),
    deleteConference: async (_request, { params }) => {
      found((await conferences.delete(params.conferenceId)) || undefined, 'conference');
      return undefined;
    },
    setChairPin: (_request, { params, body }) => {
      const { conferenceId } = found(conferences.byId(params.conferenceId), 'conference');
      conferences.setChairPin(conferenceId, body.chairPin);
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
    ...sipAccountHandlers(services.sipAccounts, services.bindingsOf, identity),
    ...addressBookHandlers(services.addressBook, services.presence, identity),
    ...viewHandlers(conferences),
    ...lifeHandlers(conferences),
    ...scheduleHandlers(conferences, scheduler, (request, conferenceId) =>
      mayOf(request, 'conference:read', conferenceId),
    ),
    listMail: (_request, { params, query }) =>
      mail.list(params.conferenceId, query.offset ?? 0, query.limit ?? 100),
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
    ...recordingHandlers(catalogue, services.recordingNumbers, (request, conferenceId) =>
      mayOf(request, 'recording:read', conferenceId),
    ),
  };
}
