import type { types } from 'mediasoup-client';
import type { StreamSource } from '../../../server/api/signalling.js';
import type { Signalling } from '../signalling.js';
import type { MediaConnection, ProducerData } from './media-connection.js';

/** What is to be sent of one source. Without a track and not paused: nothing. */
interface Wanted {
  track: MediaStreamTrack | null;
  paused: boolean;
}

interface Stream {
  wanted: Wanted;
  producer: types.Producer | undefined;
  /** What the server knows; undefined when a request failed, and it may know or not. */
  announcedPaused: boolean | undefined;
  busy: boolean;
  dirty: boolean;
}

const retryMs = 500;

/** Layers of 180, 360 and 720 lines from a 720p camera; bit/s each. A failing network loses the upper ones first. */
const cameraEncodings: types.RtpEncodingParameters[] = [
  { rid: 'r0', scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T1' },
  { rid: 'r1', scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T1' },
  { rid: 'r2', scaleResolutionDownBy: 1, maxBitrate: 1_700_000, scalabilityMode: 'L1T1' },
];
/** Text must stay readable: the rate is for 1080p, frames are given up before sharpness (contentHint). */
const contentEncodings: types.RtpEncodingParameters[] = [{ maxBitrate: 2_500_000, maxFramerate: 30 }];
const microphoneEncodings: types.RtpEncodingParameters[] = [{ maxBitrate: 48_000 }];

/** kbit/s at which the bandwidth estimation starts, so that the first seconds are not a blur. */
const startBitrateKbps = 1_000;

/**
 * What this browser sends. `set` tells what is wanted; the publisher brings producers there, and again after each
 * reconnect or new media connection. It owns the producers, never the tracks.
 */
export class Publisher {
  readonly #streams = new Map<StreamSource, Stream>();
  #connection: MediaConnection | undefined;
  #closed = false;

  constructor(private readonly signalling: Signalling) {}

  set(source: StreamSource, track: MediaStreamTrack | null, paused: boolean): void {
    const stream = this.#streams.get(source);
    if (stream) stream.wanted = { track, paused };
    else {
      this.#streams.set(source, {
        wanted: { track, paused },
        producer: undefined,
        announcedPaused: paused,
        busy: false,
        dirty: false,
      });
    }
    this.#sync(source);
  }

  /** Sends everything over this connection from now on; the producers of the one before died with it. */
  attach(connection: MediaConnection): void {
    this.#connection = connection;
    for (const stream of this.#streams.values()) stream.producer = undefined;
    this.syncAll();
  }

  /** The connection is gone or will be replaced: wait for `attach`. */
  detach(): void {
    this.#connection = undefined;
    for (const stream of this.#streams.values()) stream.producer = undefined;
  }

  /** After signalling came back: what failed meanwhile is tried again. */
  syncAll(): void {
    for (const source of this.#streams.keys()) this.#sync(source);
  }

  close(): void {
    this.#closed = true;
    this.#connection = undefined;
  }

  #sync(source: StreamSource): void {
    const stream = this.#streams.get(source);
    if (!stream || this.#closed) return;
    stream.dirty = true;
    if (!stream.busy) void this.#run(source, stream);
  }

  async #run(source: StreamSource, stream: Stream): Promise<void> {
    stream.busy = true;
    while (stream.dirty && !this.#closed) {
      stream.dirty = false;
      const connection = this.#connection;
      if (!connection) break;
      try {
        await this.#step(source, stream, connection);
      } catch {
        // Interrupted, or the SFU is being restarted: both are followed by a new connection or a resume. What
        // was refused for another reason is tried again, slowly.
        setTimeout(() => this.#sync(source), retryMs);
        break;
      }
    }
    stream.busy = false;
  }

  async #step(source: StreamSource, stream: Stream, connection: MediaConnection): Promise<void> {
    const { track, paused } = stream.wanted;
    const { producer } = stream;
    if (!producer || producer.closed) {
      if (track && track.readyState === 'live') await this.#produce(source, stream, connection, track);
      return;
    }
    if (source === 'content' && track === null) {
      stream.producer = undefined;
      producer.close();
      await this.signalling.request('closeProducer', { producerId: producer.id });
      return;
    }
    if (paused && stream.announcedPaused !== true) await this.#announce(stream, producer, true);
    if (producer.track !== track && track?.readyState !== 'ended') await producer.replaceTrack({ track });
    if (!paused && stream.announcedPaused !== false && track) await this.#announce(stream, producer, false);
  }

  async #produce(
    source: StreamSource,
    stream: Stream,
    connection: MediaConnection,
    track: MediaStreamTrack,
  ): Promise<void> {
    const { paused } = stream.wanted;
    if (source !== 'microphone' && !connection.device.canProduce('video')) return;
    const appData: ProducerData = { source, paused };
    const producer = await connection.send.produce({
      track,
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: false,
      appData,
      ...(source === 'microphone'
        ? {
            encodings: microphoneEncodings,
            // The network is to be known at every moment, so silence is sent too (no DTX).
            codecOptions: { opusDtx: false, opusFec: true, opusStereo: false },
          }
        : {
            // mediasoup-client writes into what it is given.
            encodings: structuredClone(source === 'camera' ? cameraEncodings : contentEncodings),
            codecOptions: { videoGoogleStartBitrate: startBitrateKbps },
          }),
    });
    if (this.#connection !== connection) return producer.close();
    stream.producer = producer;
    stream.announcedPaused = paused;
    stream.dirty = true; // what was wanted may have changed meanwhile
  }

  async #announce(stream: Stream, producer: types.Producer, paused: boolean): Promise<void> {
    stream.announcedPaused = undefined;
    await this.signalling.request('setPaused', { producerId: producer.id, paused });
    stream.announcedPaused = paused;
  }
}
