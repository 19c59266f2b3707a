import path from 'node:path';
import type { Log, LogLines } from '../base/log.js';
import { UserError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import type { Archive } from '../recorder/archive/archive.js';
import type { S3Options } from '../recorder/archive/s3-archive.js';
import { FolderArchive } from '../recorder/archive/folder-archive.js';
import { Recorder } from '../recorder/recorder.js';
import { PortPool } from '../sfu/forwarding/port-pool.js';
import { Capacity } from '../sfu/mixing/capacity/capacity.js';
import { localAddresses } from '../sfu/workers/listen-addresses.js';
import { WorkerPool } from '../sfu/workers/worker-pool.js';
import { makeDtlsIdentity } from '../sip-gateway/dtls-identity.js';
import { isNetwork } from '../sip-gateway/sip/transport/ban-list.js';
import { SipGateway, type SipGatewayConfig } from '../sip-gateway/gateway.js';
import { trunkOfNumber } from '../sip-gateway/trunks/trunks.js';
import { Catalogue } from '../vod/catalogue/catalogue.js';
import { Player } from '../vod/player/player.js';
import { Responder } from '../vod/serve/responder.js';
import { EventFeed } from './api/event-feed.js';
import type { FirstParts } from './first-parts.js';
import { AuditKeeper } from './audit/audit-keeper.js';
import { AuditLog } from './audit/audit-log.js';
import { ConferenceDirectory } from './conferences/conference-directory.js';
import { DialOut } from './conferences/dial-out/dial-out.js';
import { DialPolicy } from './conferences/dial-out/dial-policy.js';
import { Lives } from './conferences/life/lives.js';
import { Scheduler } from './conferences/schedule/scheduler.js';
import { ReadinessCheck } from './conferences/readiness.js';
import { PointToPoint } from './conferences/point-to-point.js';
import { LoopBacks } from './conferences/loop-back/loop-backs.js';
import { Playbacks } from './conferences/playback/playbacks.js';
import { RecordingNumbers } from './conferences/playback/recording-numbers.js';
import { Transfers } from './conferences/transfer/transfers.js';
import { SipReception } from './conferences/sip-reception.js';
import { CallDiagnosis } from './diagnosis/diagnosis.js';
import { MediaWatch } from './diagnosis/media-watch.js';
import { SipAccounts } from './endpoints/sip-accounts.js';
import { TrustedAddresses } from './endpoints/trusted-addresses.js';
import { AttemptLimit } from './identity/attempt-limit.js';
import { ExternalUsers } from './identity/directory/external-users.js';
import { SingleSignOn } from './identity/single-sign-on/single-sign-on.js';
import { DirectoryRecheck } from './identity/directory/directory-recheck.js';
import { openDirectory } from './identity/directory/open-directory.js';
import { DailyBackup } from './operation/daily-backup.js';
import { diagnostics } from './operation/diagnostics.js';
import { HealthCheck } from './operation/health.js';
import { Accounts } from './identity/accounts.js';
import { firstStart, type FirstStart } from './identity/first-start.js';
import { Identity } from './identity/identity.js';
import { PasswordHasher } from './identity/password-hash.js';
import { Metrics } from './operation/metrics.js';
import { AccessRecords } from './store/access-records.js';
import { TemplateRecords } from './store/template-records.js';
import { AnswerRecords } from './store/answer-records.js';
import { AuditRecords } from './store/audit-records.js';
import { BookingRecords } from './store/booking-records.js';
import { CallLogRecords } from './store/call-log-records.js';
import { CallRecords } from './store/call-records.js';
import { ConferenceRecords, type ConferenceRecord } from './store/conference-records.js';
import { CredentialRecords } from './store/credential-records.js';
import { openDatabase, versionOf } from './store/database.js';
import { GroupRecords } from './store/group-records.js';
import { JournalRecords } from './store/journal-records.js';
import { LifeRecords } from './store/life-records.js';
import type { Ways } from './mail/invitation.js';
import { Mailer } from './mail/mailer.js';
import { MailRecords } from './store/mail-records.js';
import { Settings } from './store/settings.js';
import { RecordingNumberRecords } from './store/recording-number-records.js';
import { AddressRecords } from './store/address-records.js';
import { presenceNow } from './endpoints/presence.js';
import { SipAccountRecords } from './store/sip-account-records.js';
import { StoredSecrets } from './store/stored-secrets.js';
import { UserRecords } from './store/user-records.js';
import { CallLog } from './statistics/call-log.js';
import { loadCertificate, readPem, type Certificate } from './web/certificate.js';
import { WebHookRecords } from './store/web-hook-records.js';
import { WebHookDispatcher } from './web-hooks/dispatcher.js';
import { ReachableAddresses } from './web-hooks/reachable.js';
import { WebServer } from './web/web-server.js';

export interface RunningServer {
  httpPort: number;
  sipPort: number;
  /** Null: SIP over TLS is off. */
  sipTlsPort: number | null;
  /** The administrator that this start has made: shown once. */
  firstStart: FirstStart | null;
  /** Hangs up, stops recordings, releases everything. */
  close(): Promise<void>;
}

/** Wires everything. What it has opened is closed in reverse when a later part does not start. */
export async function startServer(
  config: Config,
  log: Log,
  logLines: LogLines,
  firstParts: FirstParts,
): Promise<RunningServer> {
  try {
    return await open(config, log, logLines, firstParts);
  } catch (error) {
    await firstParts.scope.close();
    throw error;
  }
}

async function open(
  config: Config,
  log: Log,
  logLines: LogLines,
  { scope, mixer }: FirstParts,
): Promise<RunningServer> {
  const part = (name: string) => log.child({ part: name });
  const database = openDatabase(config.dataDir, config.database.url);
  scope.onClose(() => database.close());
  const settings = new Settings(database);
  const secrets = StoredSecrets.open(config.dataDir, database);
  const hasher = scope.own(new PasswordHasher());
  const accounts = new Accounts(new UserRecords(database, secrets), hasher);
  const access = new AccessRecords(database);
  const identity = new Identity(accounts, new CredentialRecords(database), access, {
    idleMs: config.http.sessionIdleMinutes * 60_000,
    absoluteMs: config.http.sessionHours * 3_600_000,
  });
  const first = await firstStart(accounts, identity, settings);
  const audit = new AuditLog(new AuditRecords(database));
  scope.own(new AuditKeeper(audit, config.audit.keepMonths, part('audit')));
  const { ldap, oidc } = config.identity;
  if (ldap) {
    const signIn = openDirectory(ldap, identity, part('directory'));
    scope.own(new DirectoryRecheck(signIn, ldap.recheckMinutes * 60_000, audit, part('directory')));
  }
  const singleSignOn =
    oidc === null
      ? undefined
      : new SingleSignOn(oidc, new ExternalUsers('oidc', oidc.roles, identity), part('sign-on'));
  const attempts = new AttemptLimit();
  const certificate = await loadCertificate({ ...config.http, ...config });

  const workers = scope.own(
    await WorkerPool.start({
      ...config.sfu,
      host: config.host,
      announcedAddress: config.announcedAddress,
      log: part('sfu'),
    }),
  );
  const ports = new PortPool(config.media.portMin, config.media.portMax, config.host);
  const capacity = new Capacity({
    units: config.mixer.capacity,
    preset: config.mixer.preset,
    log: part('capacity'),
  });
  const directory = path.join(config.dataDir, 'recordings');
  const recorder = scope.own(new Recorder({ directory, s3: config.archive.s3, log: part('recorder') }));
  const archives = [
    new FolderArchive(directory),
    ...(config.archive.s3 ? [await openS3Archive(config.archive.s3)] : []),
  ];
  const catalogue = new Catalogue(archives, part('vod'), recordingId => recorder.isRecording(recordingId));

  const conferences = new ConferenceDirectory(
    new ConferenceRecords(database),
    workers,
    {
      mixer,
      capacity,
      recorder,
      ports,
      recordingBitrate: config.recorder.bitrate,
    },
    { ...config.conference, ...config.recorder },
    part('conference'),
    new Lives(new LifeRecords(database), new JournalRecords(database)),
  );
  const callLog = new CallLog(
    new CallLogRecords(database),
    access,
    config.callRecords.keepMonths,
    part('call-records'),
  );
  callLog.follow(conferences);
  scope.own(callLog);
  scope.onClose(() => conferences.close());

  const events = { feed: scope.own(new EventFeed(conferences)), counters: { slowReaders: 0, readers: 0 } };
  const hooks = {
    records: new WebHookRecords(database, secrets),
    reachable: new ReachableAddresses(config.webHooks.allowedNetworks),
  };
  const dispatcher = scope.own(
    new WebHookDispatcher({ ...hooks, feed: events.feed, identity, log: part('web-hooks') }),
  );

  const watch = new MediaWatch();
  const sipAccountRecords = new SipAccountRecords(database);
  const recordingNumbers = new RecordingNumbers(
    new RecordingNumberRecords(database),
    catalogue,
    number =>
      conferences.isNumber(number) ||
      number === config.sip.accessNumber ||
      number === config.sip.loopBackNumber ||
      sipAccountRecords.accountOfAlias(number) !== undefined,
  );
  conferences.isTakenElsewhere = number => recordingNumbers.isNumber(number);
  const player = scope.own(new Player({ directory, s3: config.archive.s3 }, part('vod')));
  const playbacks = new Playbacks({ mixer, capacity, ports, player, numbers: recordingNumbers }, part('sip'));
  const loopBacks = new LoopBacks(
    { mixer, capacity },
    { number: config.sip.loopBackNumber, ringS: config.sip.dialOut.ringS },
    part('sip'),
  );
  const calls = new CallRecords(database);
  const reception = new SipReception(
    { conferences, attempts, ports, mixer, capacity, calls, watch, playbacks, loopBacks },
    {
      bindAddress: config.host,
      announcedAddress: config.announcedAddress,
      maxCallBitrate: config.sip.maxCallBitrate,
      maxFrameRate: config.sip.maxFrameRate,
      keys: config.sip.keys,
      accessNumber: config.sip.accessNumber,
      ivr: config.sip.ivr,
      mediaEncryption: config.sip.mediaEncryption,
      cameraControl: config.sip.cameraControl,
      dtlsIdentity: await makeDtlsIdentity(),
    },
    part('sip'),
  );
  const sipAccounts = new SipAccounts(
    sipAccountRecords,
    {
      numbers: [conferences, recordingNumbers],
      attempts,
      trusted: new TrustedAddresses(config.sip.trusted),
      log: part('sip'),
    },
    { ...config.sip, algorithms: config.sip.digest },
  );
  const gateway = scope.own(
    new SipGateway({
      config: {
        ...config.sip,
        address: config.host,
        ...(config.announcedAddress !== null && { announcedAddress: config.announcedAddress }),
        tls: sipTls(config, certificate),
        bans: { trusted: trustedNetworks(config) },
      },
      handler: reception,
      accounts: sipAccounts,
      log: part('sip'),
    }),
  );
  loopBacks.gateway = gateway;
  callLog.followCalls(gateway.history, callId => gateway.history.find(callId));
  const resumed = await conferences.resume();
  callLog.resumed(conferences);
  sipAccounts.revoked = account => gateway.registrar?.forget(account);
  const { udpPort: sipPort, tlsPort: sipTlsPort } = await gateway.listen();
  reception.resume(gateway);
  const diagnosis = new CallDiagnosis({
    history: gateway.history,
    watch,
    mediaEncryption: config.sip.mediaEncryption,
    siteOf: callId => reception.siteOf(callId),
  });
  const policy = new DialPolicy({
    allow: config.sip.dialOut.allow,
    registered: written => sipAccounts.addressOfWritten(written),
    trunkOf: number => trunkOfNumber(config.sip.trunks, number),
    ownPorts: () => [sipPort, sipTlsPort],
  });
  reception.pointToPoint = new PointToPoint(
    {
      ...{ conferences, accounts: sipAccounts, gateway, access },
      expect: (call, destination) => reception.expect(call, destination),
    },
    config.sip.dialOut,
    part('sip'),
  );
  const dialOut = scope.own(
    new DialOut(
      { conferences, reception, gateway, policy },
      { ...config.sip.dialOut, maxLines: config.sip.maxCalls },
      part('dial-out'),
    ),
  );

  reception.transfers = new Transfers(
    {
      ...{ conferences, attempts, dialOut },
      placeOf: call => reception.placeOf(call),
      move: (site, record) => reception.move(site, record),
      isOwn: uri => policy.isOwn(uri) || uri.host === sipAccounts.realm,
      deviceOf: (user, { remote }) => {
        const account = sipAccounts.mayCallDevices(remote) ? sipAccounts.accountOf(user) : undefined;
        return account === undefined ? undefined : sipAccounts.addressOf(account);
      },
    },
    part('sip'),
  );

  const mailRecords = new MailRecords(database);
  const mailer = mailerOf(config, mailRecords, record => waysOf(config, sipPort, record), part('mail'));
  if (mailer) scope.own(mailer).start();
  const scheduler = scope.own(
    new Scheduler({
      conferences,
      bookings: new BookingRecords(database),
      units: () => capacity.units,
      dial: (record, rooms) => void dialOut.dial(record, { rooms }),
      announce: announcement => mailer?.announce(announcement),
      log: part('schedule'),
    }),
  );
  scheduler.start();

  const health = new HealthCheck({
    sfuWorkers: () => workers.pids.length,
    mixer: () => mixer.pid !== undefined,
    recorder: () => recorder.pid !== undefined,
    store: () => versionOf(database),
    draining: () => conferences.draining,
    dataDir: config.dataDir,
  });
  const presence = () =>
    presenceNow(
      sipAccounts,
      account => (gateway.registrar?.bindingsOf(account).length ?? 0) > 0,
      conferences.allLive,
    );
  const backup = backupOf(config, part('backup'));
  if (backup) scope.own(backup).start();
  const metrics = new Metrics({
    conferences: () => conferences.allLive,
    calls: () => gateway.calls.length,
    sfuWorkerDeaths: () => workers.deaths,
    capacity: () => capacity,
    mixerRestarts: () => mixer.restarts,
    recorderRestarts: () => recorder.restarts,
    archiving: () => recorder.archiving,
    attemptsRefused: () => attempts.refused,
    sip: () => gateway.counters,
    sipBans: () => gateway.bans.list().length,
    sipTrunks: () => gateway.trunks.status,
    diskFreeBytes: () => health.freeBytes(),
    backup: () => backup,
    webHooks: () => ({ ...dispatcher.counters, waiting: dispatcher.waiting }),
    events: () => ({ ...events.counters, told: events.feed.told }),
  });
  const web = scope.own(
    await WebServer.start(
      { host: config.host, port: config.http.port, certificate },
      {
        rest: {
          conferences,
          identity,
          groups: new GroupRecords(database),
          audit,
          attempts,
          catalogue,
          recordingNumbers,
          webHooks: { ...hooks, dispatcher },
          calls: gateway.history,
          callLog: callLog.records,
          bans: gateway.bans,
          trunks: gateway.trunks,
          sipAccounts,
          bindingsOf: account => gateway.registrar?.bindingsOf(account) ?? [],
          addressBook: new AddressRecords(database),
          presence,
          diagnosis,
          ...(singleSignOn && { singleSignOn }),
          dialOut,
          reception,
          scheduler,
          readiness: new ReadinessCheck({
            ...{ scheduler, policy, presence, recordingBitrate: config.recorder.bitrate },
            probe: uri => gateway.probe(uri),
            freeUnits: () => capacity.units - capacity.used,
            freeBytes: async () => (config.archive.s3 ? null : health.freeBytes()),
          }),
          tryRoom: (address, title) => loopBacks.try(policy.resolve(address), title),
          mail: mailRecords,
          templates: new TemplateRecords(database),
          answers: new AnswerRecords(database),
          diagnostics: () =>
            diagnostics({
              config,
              health,
              conferences: () => conferences.allLive,
              metrics: () => metrics.render(),
              log: logLines,
            }),
          sipAddress: (request, record) =>
            sipAddress(config.announcedAddress ?? request.hostname.replace(/:\d+$/, ''), sipPort, record),
        },
        signalling: {
          conferences,
          attempts,
          iceServers: config.sfu.iceServers,
          log: part('signalling'),
          counters: metrics,
        },
        recordings: new Responder(catalogue),
        events,
        singleSignOn,
        health,
        sip: gateway,
        metrics: () => metrics.render(),
        log: part('web'),
      },
    ),
  );
  scope.onClose(() => (callLog.stopping = true));
  await Promise.all([recorder.ready(), calibrate(capacity, settings, resumed > 0)]);
  return {
    httpPort: web.port,
    sipPort,
    sipTlsPort,
    firstStart: first,
    close: () => scope.close(),
  };
}

/** Undefined: no mail server is configured, and nothing is sent. */
function mailerOf(
  { mail }: Config,
  records: MailRecords,
  ways: (record: ConferenceRecord) => Ways,
  log: Log,
): Mailer | undefined {
  if (mail.host === null) return undefined;
  const from = { name: mail.fromName, email: mail.from };
  return new Mailer(records, { ...mail, host: mail.host, from }, ways, log);
}

/** How a conference is joined, from outside. */
function waysOf(config: Config, sipPort: number, record: ConferenceRecord): Ways {
  const host = config.mail.address ?? reachableAddresses(config)[0] ?? 'localhost';
  const port = config.http.port === 443 ? '' : `:${config.http.port}`;
  return {
    link: `https://${host}${port}/join/${record.link}`,
    sipAddress: sipAddress(host, sipPort, record),
    number: record.number,
    pin: record.pin,
    phone: config.mail.phone,
  };
}

/** Loaded where it is used only: its client takes a good part of a start. */
async function openS3Archive(options: S3Options): Promise<Archive> {
  const { S3Archive } = await import('../recorder/archive/s3-archive.js');
  return new S3Archive(options);
}

/** Not while rooms wait for their picture after a crash: then the last measurement has to do. */
async function calibrate(capacity: Capacity, settings: Settings, isUrgent: boolean): Promise<void> {
  const name = 'capacity.portMs';
  const lastMs = Number(settings.get(name) ?? 0);
  if (isUrgent && lastMs > 0) return capacity.setPortMs(lastMs);
  const portMs = await capacity.calibrate();
  if (portMs !== null) settings.set(name, String(portMs));
}

function backupOf({ backup, dataDir, database }: Config, log: Log): DailyBackup | undefined {
  const { directory } = backup;
  const place = { dataDir, databaseUrl: database.url };
  return directory === null ? undefined : new DailyBackup(place, { ...backup, directory }, log);
}

/** Undefined when it is off. @throws UserError when `sip.tls.ca` cannot be read */
function sipTls({ sip: { port, tls } }: Config, { cert, key }: Certificate): SipGatewayConfig['tls'] {
  if (!tls.enabled) return undefined;
  const { requireClientCertificate } = tls;
  if (requireClientCertificate && tls.ca === null)
    throw new UserError('bad-config', 'sip.tls.requireClientCertificate needs sip.tls.ca.');
  return {
    ...{ cert, key, requireClientCertificate },
    port: tls.port ?? (port === 0 ? 0 : port + 1),
    ...(tls.ca !== null && { ca: readPem(tls.ca) }),
  };
}

/** @throws UserError when one is no network */
function trustedNetworks({ sip: { trustedNetworks: networks } }: Config): string[] {
  const wrong = networks.find(network => !isNetwork(network));
  if (wrong === undefined) return networks;
  throw new UserError('bad-config', `sip.trustedNetworks: ${wrong} is neither an address nor a network.`);
}

/** What a hardware room dials; the PIN goes with the number. */
function sipAddress(
  host: string,
  port: number,
  { number, pin }: { number: string; pin: string | null },
): string {
  const user = pin === null ? number : `${number}*${pin}`;
  return `sip:${user}@${host}${port === 5060 ? '' : `:${port}`}`;
}

/** The addresses under which the server is reached, best first. */
export function reachableAddresses(config: Config): string[] {
  if (config.announcedAddress !== null) return [config.announcedAddress];
  return config.host === '0.0.0.0' ? localAddresses() : [config.host];
}
