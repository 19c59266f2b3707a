import { AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { SoftwareResampleContext } from 'node-av/lib';
import { check } from './native.js';
import { layoutOf, type Channels } from './sound.js';

export interface SoundFormat {
  sampleRate: number;
  channels: Channels;
}

/** Changes rate and number of channels of 16-bit PCM; a piece at a time, with no seam between pieces. */
export class Resampler {
  #native: SoftwareResampleContext | undefined;
  #out = Buffer.alloc(0);

  constructor(
    readonly from: SoundFormat,
    readonly to: SoundFormat,
  ) {
    const native = new SoftwareResampleContext();
    check(
      native.allocSetOpts2(
        layoutOf(to.channels),
        AV_SAMPLE_FMT_S16,
        to.sampleRate,
        layoutOf(from.channels),
        AV_SAMPLE_FMT_S16,
        from.sampleRate,
      ),
      'resampler',
    );
    check(native.init(), 'resampler');
    this.#native = native;
  }

  /** The samples that are ready, valid until the next call. A few stay inside for the next (the filter's length). */
  convert(pcm: Int16Array): Int16Array {
    if (!this.#native) throw new Error('resampler used after close');
    const samples = Math.floor(pcm.length / this.from.channels);
    const most = this.#native.getOutSamples(samples);
    const bytesPerSample = 2 * this.to.channels;
    // `Buffer.alloc` may share an 8 KB pool with an odd offset; a buffer of its own is aligned for Int16Array.
    if (this.#out.length < most * bytesPerSample) {
      this.#out = Buffer.from(new ArrayBuffer(most * bytesPerSample));
    }
    const input = Buffer.from(pcm.buffer, pcm.byteOffset, samples * this.from.channels * 2);
    const written = check(this.#native.convertSync([this.#out], most, [input], samples), 'resampling');
    return new Int16Array(this.#out.buffer, 0, written * this.to.channels);
  }

  /** Slides the output by up to `samples` over the next `distance` output samples, to follow another clock. */
  compensate(samples: number, distance: number): void {
    if (!this.#native) throw new Error('resampler used after close');
    check(this.#native.setCompensation(samples, distance), 'resampler compensation');
  }

  close(): void {
    this.#native?.free();
    this.#native = undefined;
  }
}
