import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { CallRecord } from '../../sip-gateway/trace/call-history.js';
import { currentActor } from '../conferences/acting.js';
import type { Conference } from '../conferences/conference.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import { SipSite } from '../conferences/sip-site.js';
import type { Site } from '../conferences/site.js';
import type { AccessRecords } from '../store/access-records.js';
import type { CallLogRecord, CallLogRecords } from '../store/call-log-records.js';
import { endReasons, reasonOfCall, type EndReason } from './end-reasons.js';
import { addMedia, addQuality, noMedia, noQuality } from './stay-quality.js';

type SipCalls = (callId: string) => CallRecord | undefined;
type NewRecord = Omit<CallLogRecord, 'sequence'>;

interface Stay {
  record: CallLogRecord;
  /** Who came in, when signed in: who takes himself out has left. */
  userId: string | null;
}

const keepEveryMs = 3_600_000;
const monthMs = 31 * 86_400_000;
/** What is known of calls that stand is written this often: a crash loses no more of it. */
const noteEveryMs = 30_000;
/** Scanners call by the hundred: they are written together, once a second, and so many are kept. */
const gatherMs = 1_000;
const maxGathered = 1_000;
const maxNowhere = 10_000;
const maxText = 256;

/**
 * Notes each site's stay in a conference, with how its line was, and each SIP call that led into none. It only
 * listens. A stay is written when it begins, so that one that a crash has cut is there, too.
 */
export class CallLog {
  /** By the site. */
  readonly #stays = new Map<string, Stay>();
  /** SIP calls that are, or were, a site's. */
  readonly #siteCalls = new Set<string>();
  readonly #nowhere: NewRecord[] = [];
  #gathering: NodeJS.Timeout | undefined;
  readonly #timers: NodeJS.Timeout[];
  #sipCall: SipCalls = () => undefined;
  /** Set when the server is about to stop: whoever is hung up now is so for that reason. */
  stopping = false;
  /** SIP calls that were not noted since too many came at once. */
  dropped = 0;

  constructor(
    readonly records: CallLogRecords,
    private readonly access: Pick<AccessRecords, 'owner'>,
    private readonly keepMonths: number,
    private readonly log: Log,
    private readonly now: () => number = Date.now,
  ) {
    this.#keep();
    this.#timers = [
      setInterval(() => this.#keep(), keepEveryMs),
      setInterval(() => this.#note(), noteEveryMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Before the first conference opens. */
  follow(conferences: Pick<ConferenceDirectory, 'on'>): void {
    conferences.on('opened', conference => {
      for (const site of conference.sites) this.#added(conference, site);
      conference.on('siteAdded', site => this.#added(conference, site));
      conference.on('siteRemoved', (site, reason) => this.#removed(site, reason));
      conference.on('quality', () => this.#measured(conference));
      conference.on('ended', () => this.#ended(conference));
    });
  }

  /** @param find what is known of a SIP call */
  followCalls(history: { onEnded: (call: CallRecord) => void }, find: SipCalls): void {
    history.onEnded = call => this.#callEnded(call);
    this.#sipCall = find;
  }

  /** Once all that goes on after a start does: the other stays ended when the server did. */
  resumed(conferences: Pick<ConferenceDirectory, 'live'>): void {
    const over = this.records
      .standing()
      .filter(({ conferenceId }) => conferenceId === null || !conferences.live(conferenceId));
    for (const record of over) end(record, 'not-back', record.seenAt);
    this.records.update(over);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#flush();
  }

  #added(conference: Conference, site: Site): void {
    const known = this.#stays.get(site.siteId)?.record ?? this.#standingOf(site.siteId);
    const remote = remoteOf(site);
    if (site instanceof SipSite) this.#siteCalls.add(site.call.id);
    if (known) {
      this.#stays.set(site.siteId, { record: { ...known, ...remote }, userId: null });
      return;
    }
    const { kind, id } = currentActor();
    const userId = kind === 'user' ? id : null;
    const { conferenceId, title, number } = conference.record;
    const record: NewRecord = {
      ...{ conferenceId, title, number },
      institutionId: this.access.owner(conferenceId).institutionId,
      siteId: site.siteId,
      way: site.kind === 'sip' ? 'sip' : kind === 'user' ? 'browser' : 'link',
      direction: 'incoming',
      remoteUri: '',
      remoteAddress: '',
      userAgent: '',
      dialled: number,
      callId: null,
      name: site.name,
      ...remote,
      beganAt: site.joinedAt,
      answeredAt: site.joinedAt,
      endedAt: null,
      seenAt: this.#time(),
      ...{ result: 'running', reason: null, status: null, detail: '', media: noMedia, quality: noQuality() },
    };
    this.#write(() => {
      const sequence = this.records.insert(record);
      this.#stays.set(site.siteId, { record: { ...record, sequence }, userId });
    });
  }

  #removed(site: Site, why: string): void {
    const stay = this.#stays.get(site.siteId);
    if (!stay) return;
    this.#stays.delete(site.siteId);
    const reason = why === 'removed' ? this.#reasonOf(site, stay) : (why as EndReason);
    if (site instanceof SipSite) stay.record.detail = this.#sipCall(site.call.id)?.end?.text ?? '';
    end(stay.record, reason in endReasons ? reason : 'removed', this.#time());
    this.#write(() => this.records.update([stay.record]));
  }

  #reasonOf(site: Site, { userId }: Stay): EndReason {
    if (site instanceof SipSite && site.call.state !== 'ended') return 'moved';
    const ending = site instanceof SipSite ? this.#sipCall(site.call.id)?.end : undefined;
    if (ending && (ending.by === 'remote' || ending.cause !== 'hangup')) return reasonOfCall(ending, true);
    const { kind, id } = currentActor();
    const itself = (kind === 'site' && id === site.siteId) || (kind === 'user' && id === userId);
    if (itself) return 'left';
    if (kind === 'user') return 'removed';
    if (this.stopping) return 'server-stopping';
    return site.connection === 'reconnecting' ? 'network-lost' : 'hung-up';
  }

  #measured(conference: Conference): void {
    for (const site of conference.sites) {
      const record = this.#stays.get(site.siteId)?.record;
      if (!record) continue;
      addQuality(record.quality, site.quality);
      const [statistics] = conference.statistics(site.siteId, Infinity);
      if (statistics) record.media = addMedia(record.media, statistics.streams);
    }
  }

  /** Sites that were waited for after a crash, and did not come back. */
  #ended({ conferenceId }: Conference): void {
    const missing = this.records.standing().filter(record => record.conferenceId === conferenceId);
    for (const record of missing) {
      end(record, 'not-back', record.seenAt);
      this.#stays.delete(record.siteId ?? '');
    }
    this.#write(() => this.records.update(missing));
  }

  #callEnded(call: CallRecord): void {
    // Of a site: told when that is removed.
    if (this.#siteCalls.delete(call.callId)) return;
    const { direction, remote, target, startedAtMs, establishedAtMs, endedAtMs } = call;
    const reason = reasonOfCall(call.end!, establishedAtMs !== undefined);
    if (this.#nowhere.length >= maxGathered) return void this.dropped++;
    const record: NewRecord = {
      ...{ conferenceId: null, title: '', number: '', institutionId: null, siteId: null },
      ...{ callId: call.callId, way: 'sip', direction },
      name: remote.displayName.slice(0, maxText),
      remoteUri: remote.uri.slice(0, maxText),
      remoteAddress: remote.address,
      userAgent: remote.userAgent.slice(0, maxText),
      dialled: target.slice(0, maxText),
      beganAt: timeOf(startedAtMs),
      answeredAt: establishedAtMs === undefined ? null : timeOf(establishedAtMs),
      endedAt: timeOf(endedAtMs!),
      seenAt: timeOf(endedAtMs!),
      ...{ result: endReasons[reason].result, reason },
      status: call.end!.status ?? null,
      detail: call.end!.text.slice(0, maxText),
      ...{ media: noMedia, quality: noQuality() },
    };
    this.#nowhere.push(record);
    this.#gathering ??= setTimeout(() => this.#flush(), gatherMs);
  }

  #flush(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#write(() => this.records.insertAll(this.#nowhere.splice(0)));
  }

  #note(): void {
    const seenAt = this.#time();
    const standing = [...this.#stays.values()].map(({ record }) => Object.assign(record, { seenAt }));
    if (standing.length > 0) this.#write(() => this.records.update(standing));
  }

  #keep(): void {
    const before = timeOf(this.now() - this.keepMonths * monthMs);
    this.#write(() => {
      const deleted = this.records.deleteOld(before, maxNowhere);
      if (deleted > 0) this.log.info({ deleted }, 'old call records deleted');
    });
  }

  /** On a timer nobody takes what is thrown: a full disk must not end the calls. */
  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.log.warn({ reason: messageOf(error) }, 'call records not written');
    }
  }

  #standingOf(siteId: string): CallLogRecord | undefined {
    return this.records.standing().find(record => record.siteId === siteId);
  }

  #time(): string {
    return timeOf(this.now());
  }
}

function remoteOf(site: Site): Partial<NewRecord> {
  if (!(site instanceof SipSite)) return {};
  const { id, direction, remote, target } = site.call;
  return {
    ...{ callId: id, direction, name: site.name },
    remoteUri: remote.uri.slice(0, maxText),
    remoteAddress: remote.address,
    userAgent: remote.userAgent.slice(0, maxText),
    // Without the PIN.
    dialled: target.user.split('*')[0]!.slice(0, maxText),
  };
}

function end(record: CallLogRecord, reason: EndReason, at: string): void {
  Object.assign(record, { endedAt: at, seenAt: at, reason, result: endReasons[reason].result });
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
