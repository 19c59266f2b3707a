import { randomBytes } from 'node:crypto';
import type { types } from 'mediasoup';
import { ProtocolError } from '../../base/errors.js';
import type { ForwardingRoom } from '../../sfu/forwarding/forwarding-room.js';
import { Peer } from '../../sfu/forwarding/peer.js';
import type { SiteSound } from '../api/sound.js';
import type { StreamSource } from '../api/signalling.js';
import { sha256 } from '../identity/secrets.js';
import type { SavedSite } from './life/saved-run.js';
import { Site, qualityLevel } from './site.js';

/** One for each restart that a page may have missed the answer of. */
const keptSecrets = 4;

const kindOf: Record<StreamSource, types.MediaKind> = {
  microphone: 'audio',
  camera: 'video',
  content: 'video',
};

/** What a site tells the signalling connection that serves it. */
export interface SiteConnection {
  consumerClosed(consumerId: string): void;
  /** Another connection has taken the site over. */
  replaced(): void;
  /** Somebody else presents now: what this site shared is shown no more. */
  contentTaken(): void;
}

/** A browser. It lives longer than its connections: `resumeSecret` lets it take its place again. */
export class WebRtcSite extends Site {
  readonly kind = 'webrtc';
  readonly resumeSecret = randomBytes(18).toString('base64url');
  /** Of `resumeSecret`, and of those of before a crash of the server. */
  readonly #secretHashes: string[];
  #fresh = true;
  #peer: Peer;
  #connection: SiteConnection | undefined;
  /** Its own people have switched the microphone off, whatever the conference does. */
  #microphoneOff = false;

  constructor(
    name: string,
    private readonly room: ForwardingRoom,
    /** Streams came or went. */
    private readonly onChange: () => void,
    before?: SavedSite,
  ) {
    super(name, before);
    this.#secretHashes = [sha256(this.resumeSecret), ...(before?.secretHashes ?? [])].slice(0, keptSecrets);
    this.#peer = this.#newPeer();
  }

  get peer(): Peer {
    return this.#peer;
  }

  mayResume(secret: string): boolean {
    return this.#secretHashes.includes(sha256(secret));
  }

  /** Whether it has been served already: if not, no media of it is here yet. */
  get served(): boolean {
    return !this.#fresh;
  }

  override get saved(): SavedSite {
    return { ...super.saved, secretHashes: this.#secretHashes };
  }

  /** The connection that serves the site from now on; the one before, if any, is told that it was replaced. */
  attach(connection: SiteConnection): void {
    this.#connection?.replaced();
    this.#connection = connection;
    this.#fresh = false;
  }

  /** @returns whether it was this connection that served the site: then nobody does now */
  detach(connection: SiteConnection): boolean {
    if (this.#connection !== connection) return false;
    this.#connection = undefined;
    return true;
  }

  /** A second stream of the same source replaces the first. */
  async publish(
    transportId: string,
    source: StreamSource,
    options: Pick<types.ProducerOptions, 'kind' | 'rtpParameters' | 'paused'>,
  ): Promise<types.Producer> {
    if (options.kind !== kindOf[source]) {
      throw new ProtocolError('bad-request', `A ${source} is ${kindOf[source]}, not ${options.kind}.`);
    }
    if (source === 'microphone') {
      this.#microphoneOff = options.paused ?? false;
      options = { ...options, paused: this.#microphoneOff || this.sound.mouth.muted };
    }
    const producer = await this.#peer.produce(transportId, options);
    const previous = this.streams.get(source);
    this.streams.set(source, producer);
    previous?.close();
    producer.observer.once('close', () => {
      if (this.streams.get(source) !== producer) return;
      this.streams.delete(source);
      this.onChange();
    });
    this.onChange();
    return producer;
  }

  /** Somebody else presents now. */
  loseContent(): void {
    this.streams.get('content')?.close();
    this.#connection?.contentTaken();
  }

  async setPaused(producerId: string, paused: boolean): Promise<void> {
    const producer = this.#peer.producer(producerId);
    const isMicrophone = producer === this.streams.get('microphone');
    if (isMicrophone) this.#microphoneOff = paused;
    const isPaused = paused || (isMicrophone && this.sound.mouth.muted);
    await (isPaused ? producer.pause() : producer.resume());
    this.onChange();
  }

  /** The SFU forwards nothing of a muted mouth, and nothing to a muted ear. */
  override async setSound(sound: SiteSound): Promise<void> {
    await super.setSound(sound);
    const microphone = this.streams.get('microphone');
    if (microphone) await this.setPaused(microphone.id, this.#microphoneOff);
    await this.#peer.setDeaf(sound.ear.muted);
  }

  /** The SFU was restarted: nothing of the old peer is left, the browser builds it up anew. */
  reset(): void {
    this.#peer.close();
    this.streams.clear();
    this.#peer = this.#newPeer();
  }

  override async measure(): Promise<void> {
    const { fractionLost, jitterMs, roundTripMs, sendBitrate, receiveBitrate } =
      await this.#peer.statistics();
    const level =
      this.connection === 'reconnecting' ? 'lost' : qualityLevel({ fractionLost, jitterMs, roundTripMs });
    this.quality = { level, fractionLost, jitterMs, roundTripMs, sendBitrate, receiveBitrate };
  }

  override close(): void {
    this.#peer.close();
    this.streams.clear();
  }

  #newPeer(): Peer {
    const peer = new Peer(this.room);
    void peer.setDeaf(this.sound.ear.muted);
    peer.on('consumerClosed', consumerId => this.#connection?.consumerClosed(consumerId));
    return peer;
  }
}
