import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S16P,
} from 'node-av/constants';
import type { ChannelLayout, Frame } from 'node-av/lib';
import { check } from './native.js';
import { OwnedCodec, OwnedFrame, copyOf } from './owned.js';

/**
 * Sound is 16-bit PCM everywhere in this folder: an `Int16Array`, channels interleaved. "Frames" in names below
 * are the standard's packets of sound; `samples` counts one per channel.
 */
export type Channels = 1 | 2;

export function layoutOf(channels: Channels): ChannelLayout {
  return channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
}

/** The frame through which PCM goes into an encoder, and the view of its samples. */
export class PcmFrame {
  readonly #frame = new OwnedFrame();
  #view: Int16Array;

  constructor(
    readonly sampleRate: number,
    readonly channels: Channels,
    readonly samples: number,
  ) {
    const { native } = this.#frame;
    native.nbSamples = samples;
    native.format = AV_SAMPLE_FMT_S16;
    native.sampleRate = sampleRate;
    native.channelLayout = layoutOf(channels);
    check(native.getBuffer(0), 'memory for sound');
    this.#view = viewOf(native, samples * channels);
  }

  /** Puts `pcm`, which must fill the frame, into it. */
  fill(pcm: Int16Array, pts: number): OwnedFrame {
    if (pcm.length !== this.samples * this.channels) {
      throw new RangeError(`${pcm.length / this.channels} samples given, ${this.samples} needed`);
    }
    const { native } = this.#frame;
    // An encoder that still holds the last samples must not see them change.
    if (!native.isWritable) {
      check(native.makeWritable(), 'memory for sound');
      this.#view = viewOf(native, this.samples * this.channels);
    }
    this.#view.set(pcm);
    native.pts = BigInt(pts);
    return this.#frame;
  }

  close(): void {
    this.#view = new Int16Array(0);
    this.#frame.close();
  }
}

/** One packet in, its samples out. */
export class SoundDecoder {
  readonly #frame = new OwnedFrame();
  #pcm = new Int16Array(0);
  /** Packets that the codec refused. */
  errors = 0;

  constructor(
    private readonly codec: OwnedCodec,
    readonly sampleRate: number,
    readonly channels: Channels,
  ) {}

  /** The samples, valid until the next call; null when the bytes are no valid packet. */
  decode(packet: Uint8Array): Int16Array | null {
    if (!this.codec.feed(packet) || !this.codec.receiveInto(this.#frame)) {
      this.errors++;
      return null;
    }
    const { native } = this.#frame;
    const length = native.nbSamples * this.channels;
    const { format } = native;
    // Of one channel both ways to lay them out are the same.
    const isMono = this.channels === 1;
    const isPcm = format === AV_SAMPLE_FMT_S16 || (isMono && format === AV_SAMPLE_FMT_S16P);
    const isFloat = isMono && (format === AV_SAMPLE_FMT_FLT || format === AV_SAMPLE_FMT_FLTP);
    if (!(isPcm || isFloat) || native.channels !== this.channels || length === 0) {
      this.errors++;
      return null;
    }
    if (this.#pcm.length < length) this.#pcm = new Int16Array(length);
    if (isFloat) toPcm(floatsOf(native, length), this.#pcm);
    else this.#pcm.set(viewOf(native, length));
    return this.#pcm.subarray(0, length);
  }

  close(): void {
    this.#frame.close();
    this.codec.close();
  }
}

/** One packet's samples in, the packet out. */
export class SoundEncoder {
  readonly #input: PcmFrame;
  #pts = 0;

  constructor(
    protected readonly codec: OwnedCodec,
    sampleRate: number,
    channels: Channels,
    /** Samples per channel in a packet. */
    readonly samplesPerPacket: number,
  ) {
    this.#input = new PcmFrame(sampleRate, channels, samplesPerPacket);
  }

  /**
   * The packet, which is the caller's; null when the codec keeps the samples for the next.
   * @throws RangeError unless `pcm` holds exactly a packet's samples
   */
  encode(pcm: Int16Array): Buffer | null {
    check(this.codec.encode(this.#input.fill(pcm, this.#pts)), 'encoding sound');
    this.#pts += this.samplesPerPacket;
    const packet = this.codec.receive();
    return packet && copyOf(packet);
  }

  close(): void {
    this.#input.close();
    this.codec.close();
  }
}

/** A view of native memory: for use at once, never to be kept beyond the frame. */
function viewOf(frame: Frame, length: number): Int16Array {
  const plane = frame.data?.[0];
  if (!plane || plane.length < length * 2) throw new RangeError('a frame of sound without its samples');
  return new Int16Array(plane.buffer, plane.byteOffset, length);
}

function floatsOf(frame: Frame, length: number): Float32Array {
  const plane = frame.data?.[0];
  if (!plane || plane.length < length * 4) throw new RangeError('a frame of sound without its samples');
  return new Float32Array(plane.buffer, plane.byteOffset, length);
}

/** 1.0 is full scale; what is louder is cut. */
function toPcm(floats: Float32Array, pcm: Int16Array): void {
  for (let i = 0; i < floats.length; i++) {
    const value = Math.round(floats[i]! * 32_768);
    pcm[i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
  }
}
