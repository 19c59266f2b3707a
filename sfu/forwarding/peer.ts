import type { types } from 'mediasoup';
import { Emitter } from '../../base/emitter.js';
import { ProtocolError } from '../../base/errors.js';
import type { ForwardingRoom } from './forwarding-room.js';
import { PeerStatisticsMeter, type PeerStatistics } from './peer-statistics.js';

interface PeerEvents {
  /** The stream that a consumer of this peer showed has ended; the consumer is gone. */
  consumerClosed: (consumerId: string) => void;
}

export type Direction = 'send' | 'receive';

/** bit/s that the bandwidth estimation starts from, so that the first picture is not the smallest. */
const initialOutgoingBitrate = 1_500_000;
/** bit/s from one site, at most: camera with simulcast, content and sound. */
const maxIncomingBitrate = 8_000_000;
const maxConsumers = 256;

/**
 * A browser's side of the SFU: its transports, what it sends and what it watches. All of it belongs to the
 * browser alone: ids of others are "not found". `close()` releases everything.
 */
export class Peer extends Emitter<PeerEvents> {
  readonly #room: ForwardingRoom;
  readonly #transports = new Map<Direction, types.WebRtcTransport>();
  readonly #producers = new Map<string, types.Producer>();
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #meter = new PeerStatisticsMeter();
  #deaf = false;
  /** Audio consumers that the browser wants to hear. */
  readonly #listening = new Set<string>();
  #closed = false;

  constructor(room: ForwardingRoom) {
    super();
    this.#room = room;
  }

  /** A second transport of the same direction replaces the first, and what it carried is gone. */
  async createTransport(direction: Direction): Promise<types.WebRtcTransport> {
    this.#transports.get(direction)?.close();
    const transport = await this.#room.router.createWebRtcTransport({
      webRtcServer: this.#room.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: initialOutgoingBitrate,
      // Seconds without consent (RFC 7675) until ICE is "disconnected"; the site itself lives on for a while.
      iceConsentTimeout: 10,
    });
    if (this.#closed) {
      transport.close();
      throw new ProtocolError('not-found', 'The site has left.');
    }
    this.#transports.set(direction, transport);
    if (direction === 'send') await transport.setMaxIncomingBitrate(maxIncomingBitrate);
    return transport;
  }

  async connectTransport(transportId: string, dtlsParameters: types.DtlsParameters): Promise<void> {
    await this.#transport(transportId).connect({ dtlsParameters });
  }

  async restartIce(transportId: string): Promise<types.IceParameters> {
    return this.#transport(transportId).restartIce();
  }

  async produce(transportId: string, options: types.ProducerOptions): Promise<types.Producer> {
    const transport = this.#transport(transportId);
    const producer = await transport.produce({ ...options, keyFrameRequestDelay: 500 });
    this.#producers.set(producer.id, producer);
    producer.observer.once('close', () => this.#producers.delete(producer.id));
    if (producer.kind === 'audio') await this.#room.observeSpeaker(producer);
    return producer;
  }

  /** The consumer begins paused. @throws ProtocolError `cannot-consume` when the browser lacks the codec */
  async consume(
    transportId: string,
    producerId: string,
    rtpCapabilities: types.RtpCapabilities,
  ): Promise<types.Consumer> {
    if (this.#consumers.size >= maxConsumers) {
      throw new ProtocolError('too-many-requests', 'This page watches too many streams already.');
    }
    const transport = this.#transport(transportId);
    if (!this.#room.router.canConsume({ producerId, rtpCapabilities })) {
      throw new ProtocolError('cannot-consume', 'The stream is gone, or this browser cannot decode it.');
    }
    const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
    this.#consumers.set(consumer.id, consumer);
    const forget = () => {
      this.#consumers.delete(consumer.id);
      this.#listening.delete(consumer.id);
    };
    consumer.observer.once('close', forget);
    consumer.on('producerclose', () => this.emit('consumerClosed', consumer.id));
    return consumer;
  }

  producer(producerId: string): types.Producer {
    return found(this.#producers.get(producerId), 'stream');
  }

  consumer(consumerId: string): types.Consumer {
    return found(this.#consumers.get(consumerId), 'consumer');
  }

  async resumeConsumer(consumerId: string): Promise<void> {
    const consumer = this.consumer(consumerId);
    if (consumer.kind === 'audio') this.#listening.add(consumerId);
    if (consumer.kind === 'video' || !this.#deaf) await consumer.resume();
  }

  async pauseConsumer(consumerId: string): Promise<void> {
    this.#listening.delete(consumerId);
    await this.consumer(consumerId).pause();
  }

  /** Nothing that others say goes to the browser, whatever it asks for. */
  async setDeaf(deaf: boolean): Promise<void> {
    this.#deaf = deaf;
    for (const consumerId of this.#listening) {
      const consumer = this.consumer(consumerId);
      await (deaf ? consumer.pause() : consumer.resume());
    }
  }

  /** Since the last call. */
  async statistics(): Promise<PeerStatistics> {
    return this.#meter.measure([...this.#producers.values()], [...this.#consumers.values()]);
  }

  close(): void {
    this.#closed = true;
    for (const transport of this.#transports.values()) transport.close();
    this.#transports.clear();
  }

  #transport(transportId: string): types.WebRtcTransport {
    const transport = [...this.#transports.values()].find(candidate => candidate.id === transportId);
    return found(transport, 'transport');
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ProtocolError('not-found', `There is no such ${what} of this site.`);
  return value;
}
