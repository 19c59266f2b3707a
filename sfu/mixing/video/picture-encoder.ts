import type { MessagePort } from 'node:worker_threads';
import type { Surface } from '../../codecs/surface.js';
import { createVideoEncoder, type VideoEncoder } from '../../codecs/video-encoder.js';
import { maxSliceBytes } from '../../rtp/h264-packetizer.js';
import type { Clock } from '../clock.js';
import type { MediaProcessOptions } from '../media-process-options.js';
import type { OutputStatistics, VideoEncoding } from '../plan.js';
import type { EncoderShelf } from './encoder-shelf.js';
import type { AccessUnit } from './messages.js';

/** However many ask: a keyframe is ten times as large as another picture, and one serves all. */
const keyframeDistanceMs = 300;
/** Where the picture heals by itself, a keyframe is for those who begin; over a bad network it rarely arrives whole. */
const refreshedDistanceMs = 3_000;

/** One encoder of a canvas, and the threads that send what it makes. */
export class PictureEncoder {
  outputs: string[] = [];
  ports: MessagePort[] = [];
  readonly #encoder: VideoEncoder;
  readonly #kind: string;
  readonly #distanceMs: number;
  #keyframeWanted = false;
  #somebodyBegins = false;
  #lastKeyframeMs = 0;
  #keyframes = 0;
  #frames = 0;
  #encodeMs = 0;
  #costMs = 0;

  constructor(
    readonly id: string,
    encoding: VideoEncoding,
    preset: MediaProcessOptions['preset'],
    private readonly shelf: EncoderShelf,
  ) {
    this.#distanceMs = encoding.intraRefresh ? refreshedDistanceMs : keyframeDistanceMs;
    const { bitrate, ...fixed } = encoding;
    this.#kind = JSON.stringify(fixed);
    const kept = shelf.take(this.#kind);
    if (kept) kept.bitrate = bitrate;
    this.#encoder =
      kept ??
      createVideoEncoder(encoding.codec, {
        ...encoding,
        preset,
        // Who cannot ask again shall lose a few rows with a packet, not the picture.
        ...((encoding.packetizationMode === 0 || encoding.intraRefresh) && {
          maxNalUnitBytes: maxSliceBytes,
        }),
      });
  }

  set bitrate(bitrate: number) {
    this.#encoder.bitrate = bitrate;
  }

  /** `begins`: somebody sees nothing before it comes. */
  requestKeyframe(begins: boolean): void {
    this.#keyframeWanted = true;
    this.#somebodyBegins ||= begins;
  }

  /** `tickMs` and `wallMs` say when the picture was due, on the two times of `clock`. */
  encode(surface: Surface, index: number, tickMs: number, wallMs: number, clock: Clock): void {
    const startMs = clock.nowMs();
    const distanceMs = this.#somebodyBegins ? keyframeDistanceMs : this.#distanceMs;
    if (this.#keyframeWanted && startMs - this.#lastKeyframeMs >= distanceMs) this.#encoder.requestKeyframe();
    const picture = this.#encoder.encode(surface, index);
    this.#costMs += clock.nowMs() - startMs;
    if (!picture) return;
    if (picture.keyframe) {
      this.#keyframeWanted = this.#somebodyBegins = false;
      this.#lastKeyframeMs = startMs;
      this.#keyframes++;
    }
    this.#frames++;
    this.#encodeMs += Math.max(0, clock.nowMs() - tickMs);
    this.ports.forEach((port, n) => {
      // The memory itself goes to the last; the others get copies.
      const last = n === this.ports.length - 1;
      const data = new Uint8Array(picture.data.buffer, picture.data.byteOffset, picture.data.length);
      const unit: AccessUnit = {
        encoder: this.id,
        data: last ? data : data.slice(),
        keyframe: picture.keyframe,
        index,
        wallMs,
      };
      port.postMessage(unit, [unit.data.buffer as ArrayBuffer]);
    });
  }

  /** Time spent in the encoder since the last call, in ms. */
  takeCostMs(): number {
    const costMs = this.#costMs;
    this.#costMs = 0;
    return costMs;
  }

  /** Since the last call, which was `seconds` ago. */
  takeStatistics(seconds: number): OutputStatistics {
    const statistics = {
      framesPerSecond: this.#frames / seconds,
      encodeMs: this.#frames > 0 ? this.#encodeMs / this.#frames : 0,
      keyframes: this.#keyframes,
    };
    this.#frames = this.#encodeMs = 0;
    return statistics;
  }

  close(nowMs: number): void {
    this.shelf.put(this.#kind, this.#encoder, nowMs);
  }
}
