import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance } from 'fastify';
import { createLog, silentLog } from '../../base/log.js';
import { EventFeed } from '../../server/api/event-feed.js';
import type { WorkerPool } from '../../sfu/workers/worker-pool.js';
import { Guard, sessionCookie } from '../../server/api/guard.js';
import { problemOf, sendProblem } from '../../server/api/problem.js';
import { mountRest, validation } from '../../server/api/rest-routes.js';
import { AuditLog } from '../../server/audit/audit-log.js';
import { CallDiagnosis } from '../../server/diagnosis/diagnosis.js';
import { MediaWatch } from '../../server/diagnosis/media-watch.js';
import { ConferenceDirectory } from '../../server/conferences/conference-directory.js';
import { DialOut } from '../../server/conferences/dial-out/dial-out.js';
import { ReadinessCheck } from '../../server/conferences/readiness.js';
import { DialPolicy } from '../../server/conferences/dial-out/dial-policy.js';
import { Lives } from '../../server/conferences/life/lives.js';
import { Scheduler, type Announcement } from '../../server/conferences/schedule/scheduler.js';
import { Accounts } from '../../server/identity/accounts.js';
import { AttemptLimit } from '../../server/identity/attempt-limit.js';
import { Identity } from '../../server/identity/identity.js';
import { PasswordHasher } from '../../server/identity/password-hash.js';
import type { Role } from '../../server/identity/permissions.js';
import { AccessRecords } from '../../server/store/access-records.js';
import { AuditRecords } from '../../server/store/audit-records.js';
import { ConferenceRecords } from '../../server/store/conference-records.js';
import { CredentialRecords } from '../../server/store/credential-records.js';
import { GroupRecords } from '../../server/store/group-records.js';
import { systemClock } from '../../sip-gateway/sip/clock.js';
import { BanList } from '../../sip-gateway/sip/transport/ban-list.js';
import { Trunks } from '../../sip-gateway/trunks/trunks.js';
import { CallHistory } from '../../sip-gateway/trace/call-history.js';
import { JournalRecords } from '../../server/store/journal-records.js';
import { LifeRecords } from '../../server/store/life-records.js';
import { TemplateRecords } from '../../server/store/template-records.js';
import { AnswerRecords } from '../../server/store/answer-records.js';
import { BookingRecords } from '../../server/store/booking-records.js';
import { MailRecords } from '../../server/store/mail-records.js';
import { UserRecords } from '../../server/store/user-records.js';
import { WebHookRecords } from '../../server/store/web-hook-records.js';
import { WebHookDispatcher } from '../../server/web-hooks/dispatcher.js';
import { ReachableAddresses } from '../../server/web-hooks/reachable.js';
import { SipAccounts } from '../../server/endpoints/sip-accounts.js';
import { TrustedAddresses } from '../../server/endpoints/trusted-addresses.js';
import { presenceNow } from '../../server/endpoints/presence.js';
import { CallLogRecords } from '../../server/store/call-log-records.js';
import { AddressRecords } from '../../server/store/address-records.js';
import { SipAccountRecords } from '../../server/store/sip-account-records.js';
import { RecordingNumbers } from '../../server/conferences/playback/recording-numbers.js';
import { RecordingNumberRecords } from '../../server/store/recording-number-records.js';
import type { Catalogue } from '../../vod/catalogue/catalogue.js';
import { openTestDatabase } from './test-database.js';

export const apiHost = 'amphi.test';

/** The whole REST API in this process, on a database in memory, without media: nobody joins its conferences. */
export class ApiApp {
  readonly database = openTestDatabase();
  /** Moves the clock of identity. */
  aheadMs = 0;
  readonly #now = () => Date.now() + this.aheadMs;
  readonly hasher = new PasswordHasher({ memoryKiB: 64, passes: 1 });
  readonly accounts = new Accounts(new UserRecords(this.database), this.hasher, this.#now);
  readonly identity = new Identity(
    this.accounts,
    new CredentialRecords(this.database),
    new AccessRecords(this.database),
    { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 },
    this.#now,
  );
  readonly audit = new AuditLog(new AuditRecords(this.database), this.#now);
  readonly attempts = new AttemptLimit();
  /** Set it before `open`. */
  calls = new CallHistory();
  bans = new BanList(systemClock);
  readonly app: FastifyInstance = fastify({ ajv: validation });
  readonly conferences = new ConferenceDirectory(
    new ConferenceRecords(this.database),
    {} as WorkerPool, // is asked when somebody joins
    {} as ConstructorParameters<typeof ConferenceDirectory>[2],
    {} as ConstructorParameters<typeof ConferenceDirectory>[3],
    createLog({ level: 'silent' }),
    new Lives(new LifeRecords(this.database), new JournalRecords(this.database)),
  );
  readonly feed = new EventFeed(this.conferences, this.#now);
  readonly webHooks = {
    records: new WebHookRecords(this.database),
    reachable: new ReachableAddresses(['127.0.0.2/32']),
  };
  /** Waits between tries, in s. */
  readonly dispatcher = new WebHookDispatcher(
    { ...this.webHooks, feed: this.feed, identity: this.identity, log: createLog({ level: 'silent' }) },
    [0.05, 3600],
    this.#now,
  );
  readonly sipAccounts = new SipAccounts(
    new SipAccountRecords(this.database),
    {
      numbers: [this.conferences],
      attempts: this.attempts,
      trusted: new TrustedAddresses([]),
      log: createLog({ level: 'silent' }),
    },
    { realm: 'amphi', algorithms: ['SHA-256', 'MD5'], credentials: 'required', guests: false },
  );
  readonly callLog = new CallLogRecords(this.database);
  readonly templates = new TemplateRecords(this.database);
  /** Accounts whose devices are there. */
  readonly registered = new Set<string>();
  /** Rooms that planned conferences have called, and mails that they would have sent. */
  readonly dialled: string[] = [];
  readonly announced: Announcement[] = [];
  readonly scheduler = new Scheduler(
    {
      conferences: this.conferences,
      bookings: new BookingRecords(this.database),
      units: () => 10,
      dial: (_record, rooms) => void this.dialled.push(...rooms.map(({ address }) => address)),
      announce: announcement => void (announcement.to.length > 0 && this.announced.push(announcement)),
      log: createLog({ level: 'silent' }),
    },
    this.#now,
  );
  guard: Guard | undefined;

  /** @param catalogue of recordings: `get` tells which conference one is of */
  async open(
    catalogue: Pick<Catalogue, 'get' | 'list'>,
    configure?: (app: FastifyInstance) => void,
  ): Promise<this> {
    await this.app.register(cookie);
    this.app.setErrorHandler((error: unknown, _request, reply) => {
      const known = problemOf(error);
      return known ? sendProblem(reply, known) : reply.send(error);
    });
    configure?.(this.app);
    this.guard = mountRest(this.app, {
      conferences: this.conferences,
      identity: this.identity,
      groups: new GroupRecords(this.database),
      audit: this.audit,
      attempts: this.attempts,
      catalogue: catalogue as Catalogue,
      recordingNumbers: new RecordingNumbers(new RecordingNumberRecords(this.database), catalogue, number =>
        this.conferences.isNumber(number),
      ),
      webHooks: { ...this.webHooks, dispatcher: this.dispatcher },
      calls: this.calls,
      callLog: this.callLog,
      bans: this.bans,
      trunks: new Trunks([], silentLog),
      sipAccounts: this.sipAccounts,
      bindingsOf: () => [],
      addressBook: new AddressRecords(this.database),
      presence: () =>
        presenceNow(this.sipAccounts, account => this.registered.has(account), this.conferences.allLive),
      diagnosis: new CallDiagnosis({
        history: this.calls,
        watch: new MediaWatch(),
        mediaEncryption: 'optional',
        siteOf: () => undefined,
      }),
      scheduler: this.scheduler,
      tryRoom: async () => ({ failure: 'busy', detail: '486 Busy Here', findings: null }),
      readiness: new ReadinessCheck({
        ...{ scheduler: this.scheduler, recordingBitrate: 4_000_000 },
        policy: new DialPolicy({ allow: ['private'], registered: () => undefined, ownPorts: () => [] }),
        probe: async () => ({ state: 'answers', roundTripMs: 7, userAgent: 'Stub' }),
        presence: () =>
          presenceNow(this.sipAccounts, account => this.registered.has(account), this.conferences.allLive),
        freeUnits: () => 2,
        freeBytes: async () => 4e9,
      }),
      mail: new MailRecords(this.database),
      templates: this.templates,
      answers: new AnswerRecords(this.database),
      reception: { move: () => Promise.reject(new Error('this server has no rooms')) },
      dialOut: new DialOut(
        {
          conferences: this.conferences,
          reception: { expect: () => {} },
          gateway: { calls: [], dial: () => Promise.reject(new Error('this server calls nobody')) },
          policy: new DialPolicy({ allow: ['private'], registered: () => undefined, ownPorts: () => [] }),
        },
        { maxCalls: 1, maxLines: 1, ringS: 1, retryAfterS: 1 },
        createLog({ level: 'silent' }),
      ),
      diagnostics: async () => ({}),
      sipAddress: () => 'sip:1@amphi.test',
    });
    await this.app.ready();
    return this;
  }

  /** @returns the cookie of a session of a new user */
  signedIn(userName: string, role: Role, institutionId: string | null): { userId: string; cookie: string } {
    const { userId } = this.accounts.create({
      userName,
      displayName: userName,
      institutionId,
      roles: [role],
    });
    return { userId, cookie: this.session(userId) };
  }

  session(userId: string): string {
    const token = this.identity.openSession(
      { userId },
      { scopes: null, secondFactor: true, source: '127.0.0.1', userAgent: 'test' },
    );
    return `${sessionCookie}=${token}`;
  }

  /** A request as a browser's page sends it. */
  async ask<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, options: AskOptions = {}) {
    const { body, cookie: value, headers } = options;
    const response = await this.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: {
        host: apiHost,
        origin: `https://${apiHost}`,
        ...(value !== undefined && { cookie: value }),
        ...headers,
      },
      ...(body !== undefined && { payload: body }),
    });
    const text = response.body;
    const json: unknown = /json(;|$)/.test(String(response.headers['content-type']))
      ? JSON.parse(text)
      : null;
    return {
      status: response.statusCode,
      json: json as T,
      text,
      headers: response.headers,
    };
  }

  async close(): Promise<void> {
    await this.app.close();
    this.dispatcher.close();
    await this.feed.close();
    await this.hasher.close();
    this.database.close();
  }
}

interface AskOptions {
  body?: object;
  cookie?: string;
  headers?: Record<string, string>;
}
