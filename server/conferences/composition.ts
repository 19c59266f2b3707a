import type { types } from 'mediasoup';
import { ProtocolError, messageOf } from '../../base/errors.js';
import { inject, tap, type Injection, type Tap } from '../../sfu/forwarding/plain-streams.js';
import { h264Injection, opusInjection } from '../../sfu/forwarding/codecs.js';
import type { PortPool } from '../../sfu/forwarding/port-pool.js';
import { spatialLayerFor } from '../../sfu/layouts/simulcast-layer.js';
import type { Capacity } from '../../sfu/mixing/capacity/capacity.js';
import type { PictureClass } from '../../sfu/mixing/capacity/hd-units.js';
import { planLoad } from '../../sfu/mixing/capacity/plan-load.js';
import type { Mixer } from '../../sfu/mixing/mixer.js';
import type { GraphNode, SourceStatistics } from '../../sfu/mixing/plan.js';
import type { RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import type { Recorder } from '../../recorder/recorder.js';
import type { StreamSource } from '../api/signalling.js';
import type { Conference } from './conference.js';
import { buildPlan, tileHeights, type Composite, type PlanInput } from './composition-plan.js';
import { SipSite } from './sip-site.js';
import { WebRtcSite } from './webrtc-site.js';

export interface CompositionServices {
  mixer: Mixer;
  capacity: Capacity;
  recorder: Recorder;
  ports: PortPool;
  /** bit/s of the recorded composite. */
  recordingBitrate: number;
  /** @throws ResourceError `recorder-full` when as many recordings run as may, `machine-full` */
  admitRecording: () => void;
}

/** A stream between the SFU and the MCU together with the port that the MCU uses for it. */
type Leased<T extends Tap | Injection> = T & { port: number };

/** Wait before trying again after the SFU refused something, for example while it is being restarted. */
const retryMs = 300;

/**
 * Keeps the MCU doing what the conference needs: looks at the conference's sites, opens and closes the streams
 * between SFU and MCU, publishes the rooms' media, and sends the resulting plan. It is level-triggered: `update`
 * may be called at any time and as often as one likes; what is wanted is derived anew from the conference.
 */
export class Composition {
  readonly #taps = new Map<string, Leased<Tap>>();
  readonly #published = new Map<string, Leased<Injection>>();
  #composite: { video: Leased<Injection>; audio: Leased<Injection> } | undefined;
  #compositeWanted = false;
  #compositeWaiters: (() => void)[] = [];
  #running = false;
  #dirty = false;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  #graph: GraphNode[] = [];
  #sources: Record<string, SourceStatistics> = {};
  readonly #unsubscribe: (() => void)[];

  constructor(
    private readonly conference: Conference,
    private readonly services: CompositionServices,
  ) {
    const { events } = services.mixer;
    this.#unsubscribe = [
      events.on('sessionFailed', (conferenceId, session, reason) => {
        if (conferenceId === conference.conferenceId) this.#sessionFailed(session, reason);
      }),
      events.on('statistics', (conferenceId, { graph, sources }) => {
        if (conferenceId !== conference.conferenceId) return;
        this.#graph = graph;
        this.#sources = sources;
      }),
    ];
  }

  /** How the MCU makes its pictures, as of the last second; empty while it makes none. */
  get graph(): readonly GraphNode[] {
    return this.#graph;
  }

  /** What is seen now, as a small JPEG; null while no picture is composed. */
  thumbnail(): Promise<Buffer | null> {
    return this.services.mixer.thumbnail(this.conference.conferenceId);
  }

  /** As the MCU sees it; undefined where it does not decode it. */
  pictureOf(sourceId: string): SourceStatistics | undefined {
    return this.#sources[sourceId];
  }

  /** Something changed: look again. */
  update(): void {
    this.#dirty = true;
    if (this.#running || this.#closed) return;
    this.#running = true;
    void this.#run();
  }

  /** The SFU was restarted: all streams to and from it are gone. */
  reset(): void {
    for (const stream of [...this.#taps.values(), ...this.#published.values()]) this.#release(stream);
    this.#taps.clear();
    this.#published.clear();
    this.#dropComposite();
  }

  /** Has the composite of everybody made and published; resolves with its producers. */
  async openComposite(): Promise<{ video: types.Producer; audio: types.Producer }> {
    this.#compositeWanted = true;
    this.update();
    while (!this.#composite) {
      if (this.#closed) throw new ProtocolError('unavailable', 'The conference has ended.');
      await new Promise<void>(resolve => this.#compositeWaiters.push(resolve));
    }
    return { video: this.#composite.video.producer, audio: this.#composite.audio.producer };
  }

  closeComposite(): void {
    this.#compositeWanted = false;
    this.update();
  }

  close(): void {
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    clearTimeout(this.#retry);
    this.reset();
    this.#removePlan();
    this.#wakeWaiters();
  }

  async #run(): Promise<void> {
    while (this.#dirty && !this.#closed) {
      this.#dirty = false;
      try {
        await this.#sync();
      } catch (error) {
        if (this.#closed) break;
        this.conference.log.warn(
          { reason: messageOf(error) },
          'composition cannot be brought up to date yet',
        );
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.update(), retryMs);
        break;
      }
    }
    this.#running = false;
  }

  async #sync(): Promise<void> {
    const sites = this.conference.sites;
    const rooms = sites.filter(site => site instanceof SipSite);
    const needed = rooms.length > 0 || this.#compositeWanted;
    const browsers = needed ? sites.filter(site => site instanceof WebRtcSite) : [];

    await this.#syncTaps(browsers.flatMap(site => [...site.streams.values()]));
    await this.#syncPublished(rooms);
    if (this.#compositeWanted && !this.#composite) {
      const video = await this.#inject(h264Injection, 'composite:video');
      this.#composite = { video, audio: await this.#inject(opusInjection, 'composite:audio') };
    }
    if (!this.#compositeWanted) this.#dropComposite();
    if (this.#closed) return this.reset();

    if (needed) {
      const input: PlanInput = {
        conferenceId: this.conference.conferenceId,
        browsers: browsers.map(site => ({
          siteId: site.siteId,
          name: site.name,
          weak: site.isWeak,
          sound: site.sound,
          streams: [...site.streams].map(([source, producer]) => ({
            source,
            paused: producer.paused,
            session: this.#taps.get(producer.id)?.session,
          })),
        })),
        rooms: rooms.map(site => ({
          siteId: site.siteId,
          name: site.name,
          weak: site.isWeak,
          sound: site.sound,
          media: site.call.media,
          publishedAudio: this.#published.get(`${site.siteId}:microphone`)?.session,
          publishedVideo: this.#published.get(`${site.siteId}:camera`)?.session,
          publishedContent: this.#published.get(`${site.siteId}:content`)?.session,
          presents: this.conference.presenter === site.siteId,
          takesContent: site.takesContent,
          muted: site.muted,
          notice: site.notice ?? this.conference.notice ?? undefined,
        })),
        composite: this.#compositeSessions(),
      };
      const plan = buildPlan(input, this.conference.look);
      this.services.mixer.setPlan(plan);
      this.services.capacity.setLoad(
        plan.conferenceId,
        planLoad(plan, siteId => this.#pictureOf(siteId)),
      );
      await this.#chooseLayers(tileHeights(plan));
    } else {
      this.#graph = [];
      this.#sources = {};
      this.#removePlan();
    }
    this.#wakeWaiters();
  }

  async #syncTaps(producers: types.Producer[]): Promise<void> {
    const wanted = new Set(producers.map(producer => producer.id));
    for (const [producerId, leased] of this.#taps) {
      if (wanted.has(producerId)) continue;
      this.#taps.delete(producerId);
      this.#release(leased);
    }
    for (const producer of producers) {
      if (this.#taps.has(producer.id) || producer.closed) continue;
      const leased = await this.#lease(port =>
        tap(this.conference.room, producer, `tap:${producer.id}`, port),
      );
      this.#taps.set(producer.id, leased);
    }
  }

  /** Each room's picture and sound become producers of the SFU, like a browser's. */
  async #syncPublished(rooms: SipSite[]): Promise<void> {
    const wanted = new Map<string, { site: SipSite; source: StreamSource; codec: RtpCodec }>();
    for (const site of rooms) {
      if (site.call.media?.audio?.receive) {
        wanted.set(`${site.siteId}:microphone`, { site, source: 'microphone', codec: opusInjection });
      }
      if (site.call.media?.video?.session.receive) {
        wanted.set(`${site.siteId}:camera`, { site, source: 'camera', codec: h264Injection });
      }
      if (this.conference.presenter === site.siteId && site.call.media?.content?.session.receive) {
        wanted.set(`${site.siteId}:content`, { site, source: 'content', codec: h264Injection });
      }
    }
    for (const [key, leased] of this.#published) {
      if (wanted.has(key)) continue;
      this.#published.delete(key);
      this.#release(leased);
    }
    for (const [key, { site, source, codec }] of wanted) {
      if (this.#published.has(key)) continue;
      const leased = await this.#inject(codec, `publish:${key}`);
      this.#published.set(key, leased);
      // Another call may have its place by now.
      const current = () => this.conference.site(site.siteId) ?? site;
      current().streams.set(source, leased.producer);
      leased.producer.observer.once('close', () => {
        const { streams } = current();
        if (streams.get(source) !== leased.producer) return;
        streams.delete(source);
        this.conference.changed();
      });
      site.applyMute();
      if (source === 'microphone') await this.conference.room.observeSpeaker(leased.producer);
      this.conference.changed();
    }
  }

  /** Of a simulcast sender, the smallest layer that fills the largest tile it is shown in. */
  async #chooseLayers(tileHeightOf: (sessionId: string) => number): Promise<void> {
    for (const { consumer, session } of this.#taps.values()) {
      if (consumer.type !== 'simulcast') continue;
      const spatialLayer = spatialLayerFor(tileHeightOf(session.id));
      if (consumer.preferredLayers?.spatialLayer === spatialLayer || consumer.closed) continue;
      await consumer.setPreferredLayers({ spatialLayer });
    }
  }

  /** Somebody else has taken the port: ours get another; a room's is in its SDP, so its call has to end. */
  #sessionFailed(sessionId: string, reason: string): void {
    for (const streams of [this.#taps, this.#published]) {
      for (const [key, leased] of streams) {
        if (leased.session.id !== sessionId) continue;
        streams.delete(key);
        this.#release(leased);
      }
    }
    const { video, audio } = this.#composite ?? {};
    if (video?.session.id === sessionId || audio?.session.id === sessionId) {
      this.#dropComposite();
      this.conference.recording.reconnect();
    }
    const room = this.conference.sites.find(
      site => site instanceof SipSite && sessionIdsOf(site).includes(sessionId),
    );
    if (room) this.conference.remove(room, 'removed');
    this.conference.log.warn({ session: sessionId, reason }, 'media session failed; made anew');
    this.update();
  }

  #removePlan(): void {
    this.services.mixer.removePlan(this.conference.conferenceId);
    this.services.capacity.setLoad(this.conference.conferenceId, 0);
  }

  /** As the MCU last saw it; undefined before its first picture. */
  #pictureOf(siteId: string): PictureClass | undefined {
    const seen = this.#sources[siteId];
    return seen && seen.width > 0 ? { ...seen, frameRate: seen.framesPerSecond } : undefined;
  }

  #compositeSessions(): Composite | undefined {
    if (!this.#composite) return undefined;
    const { video, audio } = this.#composite;
    return { video: video.session, audio: audio.session, bitrate: this.services.recordingBitrate };
  }

  #inject(codec: RtpCodec, sessionId: string): Promise<Leased<Injection>> {
    const { room } = this.conference;
    return this.#lease(port => inject(room, codec, `${sessionId}:${room.epoch}`, port));
  }

  async #lease<T extends { session: RtpSession }>(
    open: (port: number) => Promise<T>,
  ): Promise<T & { port: number }> {
    const port = await this.services.ports.takePair();
    try {
      return Object.assign(await open(port), { port });
    } catch (error) {
      this.services.ports.release(port);
      throw error;
    }
  }

  #release(leased: Leased<Tap> | Leased<Injection>): void {
    leased.close();
    this.services.ports.release(leased.port);
  }

  #dropComposite(): void {
    if (!this.#composite) return;
    this.#release(this.#composite.video);
    this.#release(this.#composite.audio);
    this.#composite = undefined;
  }

  #wakeWaiters(): void {
    for (const wake of this.#compositeWaiters.splice(0)) wake();
  }
}

function sessionIdsOf({ call }: SipSite): (string | undefined)[] {
  const { audio, video, content } = call.media ?? {};
  return [audio?.id, video?.session.id, content?.session.id];
}
