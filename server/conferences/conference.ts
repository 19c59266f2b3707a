import { Emitter } from '../../base/emitter.js';
import { UserError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { Scope } from '../../base/scope.js';
import type { ForwardingRoom } from '../../sfu/forwarding/forwarding-room.js';
import type { GraphNode } from '../../sfu/mixing/plan.js';
import type { CallProgress } from '../api/outgoing-calls.js';
import type { ConferenceState, EventData, SiteQuality } from '../api/signalling.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import type { SiteStatistics } from '../api/statistics.js';
import type { SiteSound, SoundRequest } from '../api/sound.js';
import type { ViewWish } from '../api/views.js';
import { Composition, type CompositionServices } from './composition.js';
import type { Look } from './composition-plan.js';
import { ContentFloor } from './content-floor.js';
import { ConferenceRecording } from './conference-recording.js';
import type { JournalKind, Lives } from './life/lives.js';
import type { SavedRun, SavedSite } from './life/saved-run.js';
import type { Site } from './site.js';
import { SipSite } from './sip-site.js';
import { siteStatistics } from './site-statistics.js';
import { ViewControl, type ViewOwner } from './views/view-control.js';
import { WebRtcSite } from './webrtc-site.js';

export interface ConferenceEvents {
  /** Something that a page shows has changed; at most one for each turn of the event loop. */
  changed: () => void;
  activeSpeaker: (siteId: string | null) => void;
  quality: (sites: Record<string, SiteQuality>) => void;
  /** The SFU was restarted; browsers build their media up anew. */
  mediaReset: (epoch: number) => void;
  /** Also when the place of a site goes on in another call. */
  siteAdded: (site: Site) => void;
  siteRemoved: (site: Site, reason: EventData<'ended'>['reason']) => void;
  /** Nobody is left, or it was ended: the object is closed. */
  ended: () => void;
}

/** What the conference was when the server crashed. */
export interface Before {
  startedAt: string;
  locked: boolean;
  run: SavedRun | null;
}

export interface ConferenceLimits {
  maxSites: number;
  /** A site that lost its network is removed after this. */
  vanishedAfterS: number;
}

const measureIntervalMs = 2_000;

/**
 * A conference while somebody is in it: the one model of its sites, whatever they are connected by. It owns its
 * place in the SFU, its composition in the MCU and its recording, and closes them when the last site has gone.
 */
export class Conference extends Emitter<ConferenceEvents> {
  readonly startedAt: string;
  readonly recording: ConferenceRecording;
  readonly views: ViewControl;
  readonly #sites = new Map<string, Site>();
  readonly #scope = new Scope();
  readonly #composition: Composition;
  readonly #vanishing = new Map<Site, NodeJS.Timeout>();
  readonly #floor = new ContentFloor();
  /** Rooms that were in it before a crash, by their call. */
  readonly #awaited: Map<string, SavedSite>;
  #recordingBefore: SavedRun['recording'] = null;
  #locked: boolean;
  #notice: string[] | null = null;
  #savedRun = '';
  #activeSpeaker: string | null = null;
  #outgoingCalls: CallProgress[] = [];
  #changePending = false;

  constructor(
    readonly record: ConferenceRecord,
    readonly room: ForwardingRoom,
    services: CompositionServices,
    private readonly limits: ConferenceLimits,
    readonly log: Log,
    view: ViewWish,
    private readonly lives: Lives,
    before?: Before,
  ) {
    super();
    this.startedAt = before?.startedAt ?? new Date().toISOString();
    this.#locked = before?.locked ?? false;
    this.#scope.onClose(() => room.close());
    this.#composition = this.#scope.own(new Composition(this, services));
    this.views = this.#scope.own(new ViewControl(view, this.#viewOwner()));
    this.recording = new ConferenceRecording(this, this.#composition, services);
    this.#scope.onClose(() => this.recording.stop());
    this.#scope.onClose(room.on('activeSpeaker', producerId => this.#speaks(producerId)));
    this.#scope.onClose(room.on('reset', epoch => this.#resetMedia(epoch)));
    const timer = setInterval(() => void this.#measure(), measureIntervalMs);
    this.#scope.onClose(() => clearInterval(timer));
    const rooms = before?.run?.sites.filter(({ callId }) => callId !== null) ?? [];
    this.#awaited = new Map(rooms.map(site => [site.callId!, site]));
    if (before) this.#restore(before);
  }

  get conferenceId(): string {
    return this.record.conferenceId;
  }

  get sites(): Site[] {
    return [...this.#sites.values()];
  }

  get closed(): boolean {
    return this.#scope.closed;
  }

  site(siteId: string): Site | undefined {
    return this.#sites.get(siteId);
  }

  get state(): ConferenceState {
    const { conferenceId, title, number } = this.record;
    return {
      conferenceId,
      title,
      number,
      sites: this.sites.map(site => site.state),
      activeSpeaker: this.#activeSpeaker,
      recording: this.recording.state,
      calls: this.#outgoingCalls,
      startedAt: this.startedAt,
      endsAt: this.lives.of(conferenceId).endsAt,
      locked: this.#locked,
      notice: this.#notice,
      views: this.views.state,
    };
  }

  /** Whose content is seen; null: nobody presents. */
  get presenter(): string | null {
    return this.#floor.holder;
  }

  /** How everybody is to be shown, as of now. */
  get look(): Look {
    return { ...this.views.input, sites: [...this.#sites.keys()], speaker: this.#activeSpeaker };
  }

  /** See `GraphNode`. */
  get graph(): readonly GraphNode[] {
    return this.#composition.graph;
  }

  /** What is seen now, as a small JPEG; null while the MCU makes no picture. */
  thumbnail(): Promise<Buffer | null> {
    return this.#composition.thumbnail();
  }

  /** Of one site, or all; signals later than `afterMs`, ms since 1970. */
  statistics(siteId: string | undefined, afterMs: number): SiteStatistics[] {
    const pictureOf = (sourceId: string) => this.#composition.pictureOf(sourceId);
    return this.sites
      .filter(site => siteId === undefined || site.siteId === siteId)
      .map(site => siteStatistics(site, pictureOf, afterMs));
  }

  /** @throws UserError `conference-full`, `conference-locked` for those whom nobody has called */
  admit(invited = false): void {
    if (this.#locked && !invited)
      throw new UserError('conference-locked', 'The conference is locked. Ask the one who leads it.');
    if (this.#sites.size < this.limits.maxSites) return;
    throw new UserError(
      'conference-full',
      `The conference is full: ${this.limits.maxSites} sites are in it.`,
    );
  }

  addWebRtcSite(name: string): WebRtcSite {
    this.admit();
    const site: WebRtcSite = new WebRtcSite(name, this.room, () => this.changed());
    this.#add(site);
    return site;
  }

  addSipSite(site: SipSite): void {
    const before = this.#sites.get(site.siteId);
    if (before) return this.#replace(before, site);
    const cameBack = this.#awaited.delete(site.call.id);
    if (!cameBack) this.admit(site.call.direction === 'outgoing');
    this.#add(site, cameBack);
  }

  /** Another call has the place now, with all that was chosen for it (RFC 3891): nobody sees it leave. */
  #replace(before: Site, site: Site): void {
    clearTimeout(this.#vanishing.get(before));
    this.#vanishing.delete(before);
    for (const [source, producer] of before.streams) site.streams.set(source, producer);
    before.streams.clear();
    const { siteId, name, kind } = site;
    this.#sites.set(siteId, site);
    this.log.info({ siteId, kind }, 'site goes on in another call');
    this.note('site-joined', { siteId, name, kind, replaces: before.name });
    this.emit('siteAdded', site);
    this.changed();
  }

  /** What is known of a room whose call stood when the server crashed. */
  awaited(callId: string): SavedSite | undefined {
    return this.#awaited.get(callId);
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Nobody comes in any more but who is called. */
  setLocked(locked: boolean): void {
    if (locked === this.#locked) return;
    this.#locked = locked;
    this.lives.change(this.conferenceId, { locked });
    this.lives.note(this.conferenceId, locked ? 'locked' : 'unlocked');
    this.changed();
  }

  /** Told to everybody, on pages and in the rooms' pictures. Null: nothing any more. */
  setNotice(lines: string[] | null): void {
    this.#notice = lines;
    this.changed();
  }

  get notice(): string[] | null {
    return this.#notice;
  }

  /** @throws UserError `not-found` */
  async setSound(siteId: string, { mouth, ear }: SoundRequest): Promise<SiteSound> {
    const site = this.#sites.get(siteId);
    if (!site) throw new UserError('not-found', 'There is no such site in the conference.');
    const sound = { mouth: { ...site.sound.mouth, ...mouth }, ear: { ...site.sound.ear, ...ear } };
    await site.setSound(sound);
    this.log.info({ siteId, sound }, 'sound of a site set');
    this.note('sound', { siteId, sound });
    this.changed();
    return sound;
  }

  /** @throws UserError `not-found` */
  setChair(siteId: string): void {
    const site = this.#sites.get(siteId);
    if (!site) throw new UserError('not-found', 'There is no such site in the conference.');
    site.chair = true;
    this.note('chair', { siteId });
    this.changed();
  }

  /** Rooms that are called into it, for those who see the list of sites. */
  setOutgoingCalls(calls: CallProgress[]): void {
    this.#outgoingCalls = calls;
    this.changed();
  }

  connected(site: Site): void {
    clearTimeout(this.#vanishing.get(site));
    this.#vanishing.delete(site);
    site.connection = 'connected';
    this.#resumeRecording();
    this.changed();
  }

  /** The site's network dropped: it keeps its place for a while. */
  vanished(site: Site): void {
    if (this.#sites.get(site.siteId) !== site || this.closed) return;
    site.connection = 'reconnecting';
    clearTimeout(this.#vanishing.get(site));
    this.#vanishing.set(
      site,
      setTimeout(() => this.remove(site, 'removed'), this.limits.vanishedAfterS * 1000),
    );
    this.changed();
  }

  remove(site: Site, reason: EventData<'ended'>['reason']): void {
    // Its place may be another call's by now.
    if (this.#sites.get(site.siteId) !== site) return;
    this.#sites.delete(site.siteId);
    clearTimeout(this.#vanishing.get(site));
    this.#vanishing.delete(site);
    if (this.#activeSpeaker === site.siteId) this.#activeSpeaker = null;
    this.views.left(site.siteId);
    site.close(reason);
    this.log.info({ siteId: site.siteId, kind: site.kind, reason }, 'site left');
    this.recording.note({ kind: 'site-left', siteId: site.siteId, name: site.name });
    this.note('site-left', { siteId: site.siteId, name: site.name, reason });
    this.emit('siteRemoved', site, reason);
    this.changed();
    if (this.#sites.size === 0 && this.#awaited.size === 0) this.#closeLogged();
  }

  /** Ends it for everybody. */
  async end(reason: EventData<'ended'>['reason']): Promise<void> {
    this.#awaited.clear();
    for (const site of this.sites) this.remove(site, reason);
    await this.close();
  }

  /** Called by the conference's own parts when something changed that pages or the MCU must know. */
  changed(): void {
    if (this.#changePending || this.closed) return;
    this.#changePending = true;
    queueMicrotask(() => {
      this.#changePending = false;
      if (this.closed) return;
      this.#floor.update(this.sites);
      this.#composition.update();
      this.#save();
      this.emit('changed');
    });
  }

  /** Into its journal. */
  note(kind: JournalKind, detail: Record<string, unknown> = {}): void {
    this.lives.note(this.conferenceId, kind, detail);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    const closing = this.#scope.close();
    for (const timer of this.#vanishing.values()) clearTimeout(timer);
    this.lives.over(this.conferenceId);
    this.emit('ended');
    await closing;
  }

  #closeLogged(): void {
    this.close().catch((error: unknown) =>
      this.log.error({ reason: messageOf(error) }, 'conference closed with errors'),
    );
  }

  #add(site: Site, cameBack = false): void {
    const { siteId, name, kind } = site;
    if (this.#sites.size === 0) this.lives.began(this.conferenceId, this.startedAt);
    this.#sites.set(siteId, site);
    if (cameBack) this.#sortSites();
    else this.note('site-joined', { siteId, name, kind });
    this.log.info({ siteId, kind, cameBack }, 'site joined');
    this.recording.note({ kind: 'site-joined', siteId, name });
    this.emit('siteAdded', site);
    this.changed();
  }

  /** Whatever comes back first, places in the picture are by who came first. */
  #sortSites(): void {
    const sorted = this.sites.sort((a, b) => a.joinedAt.localeCompare(b.joinedAt));
    this.#sites.clear();
    for (const site of sorted) this.#sites.set(site.siteId, site);
  }

  /** Browsers have their places kept; rooms take theirs when their calls are resumed. */
  #restore({ run, locked }: Before): void {
    this.note('resumed', { startedAt: this.startedAt, locked });
    if (run) {
      this.views.restore(run.views);
      this.#recordingBefore = run.recording;
      for (const saved of run.sites.filter(({ kind }) => kind === 'webrtc')) {
        const site: WebRtcSite = new WebRtcSite(saved.name, this.room, () => this.changed(), saved);
        this.#sites.set(site.siteId, site);
        this.vanished(site);
      }
    }
    const timer = setTimeout(() => {
      for (const { siteId, name } of this.#awaited.values()) {
        this.views.left(siteId);
        this.note('site-left', { siteId, name, reason: 'removed' });
      }
      this.#awaited.clear();
      if (this.#sites.size === 0) this.#closeLogged();
    }, this.limits.vanishedAfterS * 1000);
    this.#scope.onClose(() => clearTimeout(timer));
  }

  /** What was recorded before a crash is recorded on, as a recording of its own: the first one was closed by then. */
  #resumeRecording(): void {
    const before = this.#recordingBefore;
    if (!before) return;
    this.#recordingBefore = null;
    this.recording.start({ continues: before.recordingId }).catch((error: unknown) => {
      this.log.warn({ reason: messageOf(error) }, 'recording does not go on yet');
      this.#recordingBefore = before;
    });
  }

  /** So that a crash loses nothing that somebody has chosen. */
  #save(): void {
    const sites = [...this.sites.map(site => site.saved), ...this.#awaited.values()];
    const recording = this.recording.state ?? this.#recordingBefore;
    const run: SavedRun = { sites, views: this.views.state, recording };
    const text = JSON.stringify(run);
    if (text === this.#savedRun) return;
    this.#savedRun = text;
    this.lives.saveRun(this.conferenceId, text);
  }

  #speaks(producerId: string | null): void {
    if (producerId === null) return; // who spoke last stays in the picture
    const site = this.sites.find(candidate => candidate.streams.get('microphone')?.id === producerId);
    if (!site || site.siteId === this.#activeSpeaker) return;
    this.#activeSpeaker = site.siteId;
    this.emit('activeSpeaker', site.siteId);
    this.views.heard(site.siteId);
    this.#composition.update(); // the border follows at once, the picture when the voice has been confirmed
  }

  #viewOwner(): ViewOwner {
    const sites = this.#sites;
    return {
      get siteIds() {
        return [...sites.keys()];
      },
      chosen: (what, detail) => {
        this.note(what, detail);
        this.changed();
      },
      moved: () => this.#composition.update(),
    };
  }

  #resetMedia(epoch: number): void {
    for (const site of this.sites) {
      if (site instanceof WebRtcSite) site.reset();
      else site.streams.clear();
    }
    this.#composition.reset();
    this.recording.reconnect();
    this.emit('mediaReset', epoch);
    this.changed();
  }

  async #measure(): Promise<void> {
    const weak = () =>
      this.sites
        .filter(site => site.isWeak)
        .map(site => site.siteId)
        .join();
    const before = weak();
    await Promise.all(this.sites.map(site => site.measure()));
    if (this.closed) return;
    for (const site of this.sites) site.noteQuality(Date.now());
    if (weak() !== before) this.#composition.update();
    if (this.sites.some(({ connection }) => connection === 'connected')) this.#resumeRecording();
    this.emit('quality', Object.fromEntries(this.sites.map(site => [site.siteId, site.quality])));
  }
}
