import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type {
  ConferenceState,
  EventData,
  Params,
  SiteQuality,
  SiteState,
  StreamSource,
} from '../../server/api/signalling.js';
import type { ViewRequest } from '../../server/api/views.js';
import type { LocalMedia } from './media/local-media.js';
import { MediaConnection, type MediaState } from './media/media-connection.js';
import { Publisher } from './media/publisher.js';
import { Subscriber, type RemoteStream } from './media/subscriber.js';
import {
  Signalling,
  SignallingError,
  type EndReason,
  type JoinResult,
  type SignallingHandler,
} from './signalling.js';

export type Way = Params<'join'>['conference'];

/**
 *   joining ──> joined <──> reconnecting ──> ended
 *      └────────────────────────────────────> ended
 */
export type Phase = 'joining' | 'joined' | 'reconnecting' | 'ended';

const rebuildRetryMs = 500;

/**
 * Our place in a conference: signalling, media connection, what is sent and what is received, held together over
 * cuts of the network and restarts of the SFU. The view reads its signals and calls its methods.
 */
export class Session {
  readonly phase = signal<Phase>('joining');
  /** The server was not reached at the last attempt. */
  readonly unreachable = signal(false);
  readonly endReason = signal<EndReason | SignallingError | 'left' | null>(null);
  readonly siteId = signal<string | null>(null);
  /** As an operator, or as chair: record, choose views, mute others, lock. */
  readonly mayControl: ReadonlySignal<boolean> = computed(() => this.#mayRecord.value || this.#isChair.value);
  readonly hasChairPin = signal(false);
  readonly conference = signal<ConferenceState | null>(null);
  readonly activeSpeaker = signal<string | null>(null);
  readonly quality = signal<Readonly<Record<string, SiteQuality>>>({});
  readonly media = signal<MediaState>('idle');
  readonly subscriber: Subscriber;
  readonly #mayRecord = signal(false);
  readonly #isChair = computed(() => this.#ownSite?.chair ?? false);
  readonly #publisher: Publisher;
  readonly #signalling: Signalling;
  readonly #stopFollowing: () => void;
  #connection: MediaConnection | undefined;
  /** The SFU's life that `#connection` belongs to. */
  #mediaEpoch = -1;
  #joined: JoinResult | undefined;
  /** Raised with every rebuild, so that a slower one before it gives up. */
  #build = 0;

  constructor(
    who: { conference: Way; name: string },
    private readonly local: LocalMedia,
  ) {
    const url = new URL('/api/v1/signalling', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#signalling = new Signalling(url.href, who, this.#handler());
    this.#publisher = new Publisher(this.#signalling);
    this.subscriber = new Subscriber(this.#signalling);
    this.#stopFollowing = this.#followLocalMedia();
    this.#signalling.start();
    addEventListener('pagehide', this.#onPageHide);
  }

  async startRecording(): Promise<void> {
    await this.#signalling.request('startRecording', {});
  }

  async stopRecording(): Promise<void> {
    await this.#signalling.request('stopRecording', {});
  }

  /** What rooms and the recording see; without `siteId` all of them. Null: the site sees what all do. */
  async setView(siteId: string | undefined, view: ViewRequest | null): Promise<void> {
    await this.#signalling.request('setView', { ...(siteId !== undefined && { siteId }), view });
  }

  async broadcast(siteId: string | null): Promise<void> {
    await this.#signalling.request('broadcast', { siteId });
  }

  async watch(viewer: string, siteId: string | null): Promise<void> {
    await this.#signalling.request('watch', { viewer, siteId });
  }

  /** @throws SignallingError `wrong-pin`, `too-many-requests` */
  async takeChair(pin: string): Promise<void> {
    await this.#signalling.request('takeChair', { pin });
  }

  async setLocked(locked: boolean): Promise<void> {
    await this.#signalling.request('setLocked', { locked });
  }

  get othersMuted(): boolean {
    const sites = this.conference.value?.sites.filter(({ siteId }) => siteId !== this.siteId.value) ?? [];
    return sites.length > 0 && sites.every(({ sound }) => sound.mouth.muted);
  }

  /** All others, for all; when they are muted already they may be heard again. */
  async muteOthers(): Promise<void> {
    const others = this.conference.value?.sites.filter(({ siteId }) => siteId !== this.siteId.value) ?? [];
    const muted = !this.othersMuted;
    const sound = { mouth: { muted } };
    await Promise.all(others.map(({ siteId }) => this.#signalling.request('setSound', { siteId, sound })));
  }

  leave(): void {
    this.#end('left');
  }

  get #ownSite(): SiteState | undefined {
    return this.conference.value?.sites.find(({ siteId }) => siteId === this.siteId.value);
  }

  #handler(): SignallingHandler {
    return {
      joined: result => this.#onJoined(result),
      event: event => {
        if (event.event === 'conference') this.#show(event.data);
        else if (event.event === 'activeSpeaker') this.activeSpeaker.value = event.data.siteId;
        else if (event.event === 'quality') this.quality.value = event.data.sites;
        else if (event.event === 'contentTaken') this.local.contentTaken();
        else if (event.event === 'consumerClosed') this.subscriber.consumerClosed(event.data.consumerId);
        else this.#onMediaReset(event.data);
      },
      interrupted: () => {
        if (this.phase.value === 'joined') this.phase.value = 'reconnecting';
        this.unreachable.value = true;
      },
      ended: reason => this.#end(reason),
    };
  }

  #onJoined(result: JoinResult): void {
    const livesOn = result.resumed && result.mediaEpoch === this.#mediaEpoch && this.#connection;
    this.#joined = result;
    batch(() => {
      this.phase.value = 'joined';
      this.unreachable.value = false;
      this.siteId.value = result.siteId;
      this.#mayRecord.value = result.mayRecord;
      this.hasChairPin.value = result.hasChairPin;
      this.#show(result.conference);
    });
    if (livesOn) {
      this.#connection?.restartIce();
      this.#publisher.syncAll();
      this.subscriber.syncAll();
    } else this.#rebuild(result.mediaEpoch);
  }

  #onMediaReset({ mediaEpoch }: EventData<'mediaReset'>): void {
    if (mediaEpoch > this.#mediaEpoch) this.#rebuild(mediaEpoch);
  }

  /** Makes the media connection anew; producers, consumers and the pictures follow. */
  #rebuild(mediaEpoch: number): void {
    this.#mediaEpoch = mediaEpoch;
    const build = ++this.#build;
    this.#publisher.detach();
    this.subscriber.detach();
    this.#connection?.close();
    this.#connection = undefined;
    this.media.value = 'connecting';
    void this.#open(build);
  }

  async #open(build: number): Promise<void> {
    const joined = this.#joined;
    if (!joined || build !== this.#build) return;
    try {
      const connection = await MediaConnection.open(this.#signalling, joined, {
        onState: state => (this.media.value = state),
        onBroken: () => this.#rebuild(this.#mediaEpoch),
      });
      if (build !== this.#build) return connection.close();
      this.#connection = connection;
      this.#publisher.attach(connection);
      this.subscriber.attach(connection);
    } catch (error) {
      if (!(error instanceof SignallingError)) {
        this.#end(new SignallingError('cannot-consume', 'This browser has no WebRTC.'));
      } else if (this.phase.value !== 'ended') {
        // The SFU is being restarted, or the network was cut in between.
        setTimeout(() => void this.#open(build), rebuildRetryMs);
      }
    }
  }

  #show(conference: ConferenceState): void {
    const own = this.#joined?.siteId;
    const quality = Object.fromEntries(conference.sites.map(site => [site.siteId, site.quality]));
    batch(() => {
      this.conference.value = conference;
      this.activeSpeaker.value = conference.activeSpeaker;
      this.quality.value = quality;
    });
    this.subscriber.setAvailable(
      conference.sites
        .filter(site => site.siteId !== own)
        .flatMap(site =>
          site.streams.map((stream): RemoteStream => ({
            producerId: stream.producerId,
            kind: stream.source === 'microphone' ? 'audio' : 'video',
            // A room's sound and picture reach the SFU on ways of their own: their clocks say nothing about
            // each other, and waiting for the wrong one would delay the picture.
            group: site.kind === 'webrtc' && stream.source !== 'content' ? site.siteId : stream.producerId,
          })),
        ),
    );
  }

  #followLocalMedia(): () => void {
    const { camera, microphone, content } = this.local;
    const send = (source: StreamSource, track: MediaStreamTrack | null, on: boolean) =>
      this.#publisher.set(source, track, !on || track === null);
    const stops = [
      effect(() => send('microphone', microphone.track.value, microphone.on.value)),
      effect(() => send('camera', camera.track.value, camera.on.value)),
      effect(() => send('content', content.value, true)),
    ];
    return () => stops.forEach(stop => stop());
  }

  readonly #onPageHide = (): void => this.#end('left');

  #end(reason: EndReason | SignallingError | 'left'): void {
    if (this.phase.value === 'ended') return;
    removeEventListener('pagehide', this.#onPageHide);
    this.#build++;
    this.#stopFollowing();
    batch(() => {
      this.phase.value = 'ended';
      this.endReason.value = reason;
    });
    this.#signalling.close();
    this.#publisher.close();
    this.subscriber.close();
    this.#connection?.close();
    this.#connection = undefined;
  }
}
