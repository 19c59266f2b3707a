import { signal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import { SignallingError, type Signalling } from '../signalling.js';
import { layerFor } from './layer-choice.js';
import type { MediaConnection } from './media-connection.js';

export interface RemoteStream {
  producerId: string;
  kind: 'audio' | 'video';
  /** Streams of one group are played in step with each other (lip-sync): the later one waits for the earlier. */
  group: string;
}

interface Subscription extends RemoteStream {
  /** Largest height at which it is on screen, in device pixels; 0 when it is not visible. Sound always is. */
  shownHeight: number;
  consumer: types.Consumer | undefined;
  spatialLayers: number;
  /** What the server knows; undefined when a request failed, and it may know or not. */
  paused: boolean | undefined;
  layer: number | undefined;
  refused: boolean;
  busy: boolean;
  dirty: boolean;
  closed: boolean;
}

const retryMs = 700;
/** A tile that leaves the screen is paused after this, so that scrolling and paging cause no blinking. */
const hideAfterMs = 1_500;

/**
 * What this browser receives. `setAvailable` tells which streams there are, `show` and `hide` what of it is on
 * screen and how large; the subscriber brings consumers there: everything audible is received, pictures only
 * while they are visible, in the simulcast layer that fits.
 */
export class Subscriber {
  /** Tracks by producerId. */
  readonly tracks = signal<ReadonlyMap<string, MediaStreamTrack>>(new Map());
  /** Streams that this browser cannot decode. */
  readonly refused = signal<ReadonlySet<string>>(new Set());
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #heights = new Map<string, Map<object, number>>();
  #connection: MediaConnection | undefined;
  #closed = false;

  constructor(private readonly signalling: Signalling) {}

  setAvailable(streams: RemoteStream[]): void {
    const present = new Set(streams.map(stream => stream.producerId));
    for (const subscription of this.#subscriptions.values()) {
      if (!present.has(subscription.producerId)) this.#drop(subscription);
    }
    for (const stream of streams) {
      if (this.#subscriptions.has(stream.producerId)) continue;
      this.#subscriptions.set(stream.producerId, {
        ...stream,
        shownHeight: this.#heightOf(stream.producerId),
        consumer: undefined,
        spatialLayers: 1,
        paused: true,
        layer: undefined,
        refused: false,
        busy: false,
        dirty: false,
        closed: false,
      });
      this.#sync(stream.producerId);
    }
  }

  /** `viewer` is the tile; the largest of several counts. `height` is in device pixels. */
  show(producerId: string, viewer: object, height: number): void {
    const viewers = this.#heights.get(producerId) ?? new Map<object, number>();
    viewers.set(viewer, height);
    this.#heights.set(producerId, viewers);
    this.#update(producerId);
  }

  hide(producerId: string, viewer: object): void {
    const viewers = this.#heights.get(producerId);
    if (!viewers?.delete(viewer)) return;
    if (viewers.size === 0) this.#heights.delete(producerId);
    setTimeout(() => this.#update(producerId), hideAfterMs);
  }

  /** The server closed it, because the stream has ended. */
  consumerClosed(consumerId: string): void {
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.consumer?.id === consumerId) this.#drop(subscription);
    }
  }

  attach(connection: MediaConnection): void {
    this.detach();
    this.#connection = connection;
    this.syncAll();
  }

  /** All consumers are gone with their connection; what is wanted is kept. */
  detach(): void {
    this.#connection = undefined;
    for (const subscription of this.#subscriptions.values()) {
      subscription.consumer?.close();
      subscription.consumer = undefined;
      subscription.paused = true;
      subscription.layer = undefined;
      subscription.refused = false;
    }
    this.tracks.value = new Map();
    this.refused.value = new Set();
  }

  /** After signalling came back: what failed meanwhile is tried again. */
  syncAll(): void {
    for (const producerId of this.#subscriptions.keys()) this.#sync(producerId);
  }

  /** For the details that people ask for: what arrives of a stream. */
  async statistics(producerId: string): Promise<RTCStatsReport | undefined> {
    return this.#subscriptions.get(producerId)?.consumer?.getStats();
  }

  close(): void {
    this.#closed = true;
    this.detach();
    this.#subscriptions.clear();
  }

  #heightOf(producerId: string): number {
    return Math.max(0, ...(this.#heights.get(producerId)?.values() ?? []));
  }

  #update(producerId: string): void {
    const subscription = this.#subscriptions.get(producerId);
    if (!subscription) return;
    subscription.shownHeight = this.#heightOf(producerId);
    this.#sync(producerId);
  }

  #sync(producerId: string): void {
    const subscription = this.#subscriptions.get(producerId);
    if (!subscription || this.#closed) return;
    subscription.dirty = true;
    if (!subscription.busy) void this.#run(subscription);
  }

  async #run(subscription: Subscription): Promise<void> {
    subscription.busy = true;
    while (subscription.dirty && !subscription.closed && !this.#closed) {
      subscription.dirty = false;
      const connection = this.#connection;
      if (!connection || subscription.refused) break;
      try {
        await this.#step(subscription, connection);
      } catch (error) {
        if (error instanceof SignallingError && error.code === 'cannot-consume') this.#refuse(subscription);
        else setTimeout(() => this.#sync(subscription.producerId), retryMs);
        break;
      }
    }
    subscription.busy = false;
  }

  async #step(subscription: Subscription, connection: MediaConnection): Promise<void> {
    const visible = subscription.kind === 'audio' || subscription.shownHeight > 0;
    if (!subscription.consumer) {
      if (visible) await this.#consume(subscription, connection);
      return;
    }
    const consumerId = subscription.consumer.id;
    if (visible && subscription.kind === 'video' && subscription.spatialLayers > 1) {
      const layer = layerFor(subscription.shownHeight, subscription.spatialLayers, subscription.layer);
      if (layer !== subscription.layer) {
        subscription.layer = undefined;
        await this.signalling.request('setPreferredLayer', { consumerId, spatialLayer: layer });
        subscription.layer = layer;
      }
    }
    if (subscription.paused !== !visible) {
      subscription.paused = undefined;
      await this.signalling.request(visible ? 'resumeConsumer' : 'pauseConsumer', { consumerId });
      subscription.paused = !visible;
    }
  }

  async #consume(subscription: Subscription, connection: MediaConnection): Promise<void> {
    const { producerId } = subscription;
    const answer = await this.signalling.request('consume', {
      transportId: connection.receive.id,
      producerId,
      rtpCapabilities: connection.device.rtpCapabilities,
    });
    if (this.#connection !== connection) return;
    const consumer = await connection.receive.consume({
      id: answer.consumerId,
      producerId,
      kind: answer.kind,
      rtpParameters: answer.rtpParameters as unknown as types.RtpParameters,
      streamId: subscription.group,
    });
    if (this.#connection !== connection || subscription.closed) return consumer.close();
    subscription.consumer = consumer;
    subscription.spatialLayers = answer.spatialLayers;
    subscription.paused = true;
    subscription.layer = undefined;
    subscription.dirty = true;
    this.tracks.value = new Map(this.tracks.value).set(producerId, consumer.track);
  }

  #refuse(subscription: Subscription): void {
    subscription.refused = true;
    this.refused.value = new Set(this.refused.value).add(subscription.producerId);
  }

  #drop(subscription: Subscription): void {
    subscription.closed = true;
    this.#subscriptions.delete(subscription.producerId);
    subscription.consumer?.close();
    const tracks = new Map(this.tracks.value);
    if (tracks.delete(subscription.producerId)) this.tracks.value = tracks;
  }
}
