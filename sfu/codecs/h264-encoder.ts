import { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P } from 'node-av/constants';
import { Rational } from 'node-av/lib';
import { forEachNal, nalType } from '../rtp/h264-nal.js';
import { check, openEncoder } from './native.js';
import { OwnedCodec, copyOf } from './owned.js';
import { PinnedFrame } from './pinned-frame.js';
import type { Surface } from './surface.js';

export interface H264EncoderOptions {
  width: number;
  height: number;
  frameRate: number;
  /** bit/s, also the maximum over `bufferMs` */
  bitrate: number;
  preset: 'ultrafast' | 'superfast' | 'veryfast';
  profile: 'baseline' | 'high';
  /** As in `level_idc` (31 is level 3.1); absent: what size and rate need. */
  level?: number;
  /** Seconds between keyframes; 0: only on request. */
  keyframeIntervalS: number;
  /** Largest NAL unit in bytes, for packetization-mode 0, which cannot split them; absent: one slice a picture. */
  maxNalUnitBytes?: number;
  /** Codes columns anew in turn, all of them in a second, instead of keyframes at intervals. */
  intraRefresh?: boolean;
  /** How long a burst above the bit rate may last (the VBV). */
  bufferMs?: number;
  threads?: number;
}

export interface EncodedPicture {
  /** Annex B, with SPS and PPS before each IDR picture. */
  data: Buffer;
  keyframe: boolean;
  /** The number that `encode` was given. */
  index: number;
}

/** Seconds that a refresh of the whole picture takes. */
const refreshS = 1;

/** x264 sends no picture later than the one it was given: no look-ahead, no B-frames. */
export class H264Encoder {
  readonly #codec: OwnedCodec;
  readonly #bufferMs: number;
  /** Of the surfaces that it was given: one, as a rule. */
  readonly #frames = new Map<Surface, PinnedFrame>();
  #bitrate: number;
  #keyframeWanted = true;
  #closed = false;

  constructor(readonly options: H264EncoderOptions) {
    const { width, height, frameRate, bitrate, profile, keyframeIntervalS } = options;
    this.#bufferMs = options.bufferMs ?? 500;
    this.#bitrate = bitrate;
    const intervalS = options.intraRefresh ? refreshS : keyframeIntervalS;
    const keyint = intervalS > 0 ? Math.round(intervalS * frameRate) : 'infinite';
    const x264 = [
      `keyint=${keyint}`,
      'scenecut=0',
      ...(options.intraRefresh ? ['intra-refresh=1'] : []),
      'repeat-headers=1',
      // Without this the first 700 bytes of each keyframe tell x264's version and settings.
      'opts=0',
      ...(options.maxNalUnitBytes ? [`slice-max-size=${options.maxNalUnitBytes}`] : []),
      ...(options.level ? [`level-idc=${options.level}`] : []),
    ];
    this.#codec = new OwnedCodec(
      openEncoder(
        'libx264',
        context => {
          context.width = width;
          context.height = height;
          context.pixelFormat = AV_PIX_FMT_YUV420P;
          context.timeBase = new Rational(1, frameRate);
          context.framerate = new Rational(frameRate, 1);
          context.maxBFrames = 0;
          context.threadCount = options.threads ?? 1;
          context.bitRate = BigInt(bitrate);
          context.rcMaxRate = BigInt(bitrate);
          context.rcBufferSize = Math.round((bitrate * this.#bufferMs) / 1000);
        },
        {
          preset: options.preset,
          tune: 'zerolatency',
          profile,
          'forced-idr': '1',
          'x264-params': x264.join(':'),
        },
      ),
    );
  }

  /** bit/s; may be changed at any time. */
  get bitrate(): number {
    return this.#bitrate;
  }

  set bitrate(bitrate: number) {
    if (bitrate === this.#bitrate) return;
    const context = this.#codec.native;
    const setMaximum = () => {
      context.rcMaxRate = BigInt(bitrate);
      context.rcBufferSize = Math.round((bitrate * this.#bufferMs) / 1000);
    };
    // x264 refuses an average above the maximum, whichever way the two are going.
    if (bitrate > this.#bitrate) setMaximum();
    context.bitRate = BigInt(bitrate);
    if (bitrate < this.#bitrate) setMaximum();
    this.#bitrate = bitrate;
  }

  /** The next picture will be an IDR picture. */
  requestKeyframe(): void {
    this.#keyframeWanted = true;
  }

  /**
   * Encodes the whole surface, which must have the encoder's size. `index` counts frame intervals and must grow.
   * Null when the encoder gave nothing out.
   */
  encode(surface: Surface, index: number): EncodedPicture | null {
    const { width, height } = this.options;
    if (surface.width !== width || surface.height !== height || !surface.whole) {
      throw new RangeError(`an encoder of ${width}×${height} was given ${surface.width}×${surface.height}`);
    }
    let frame = this.#frames.get(surface);
    if (!frame) this.#frames.set(surface, (frame = new PinnedFrame(surface)));
    const { native } = frame;
    native.pts = BigInt(index);
    native.pictType = this.#keyframeWanted ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    check(this.#codec.encode(frame), 'encoding H.264');
    this.#keyframeWanted = false;
    const packet = this.#codec.receive();
    if (!packet) return null;
    const data = copyOf(packet);
    // A refresh that is complete counts as a keyframe to x264, but nobody can begin there.
    const keyframe = packet.isKeyframe && (!this.options.intraRefresh || hasIdr(data));
    return { data, keyframe, index: Number(packet.pts) };
  }

  rest(): void {
    for (const frame of this.#frames.values()) frame.close();
    this.#frames.clear();
    this.#keyframeWanted = true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#codec.close();
    this.rest();
  }
}

function hasIdr(data: Buffer): boolean {
  let found = false;
  forEachNal(data, start => {
    if ((data[start]! & 0x1f) === nalType.idrSlice) found = true;
  });
  return found;
}
