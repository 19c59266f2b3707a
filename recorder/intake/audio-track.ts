import { AacEncoder } from '../../sfu/codecs/aac-encoder.js';
import { OpusDecoder } from '../../sfu/codecs/opus.js';
import { aacBitrate } from '../mux/track-config.js';

/** Everything in samples of 48 kHz, for each of two channels. */
const sampleRate = 48_000;
const channels = 2;
/** Opus can guess so much of what was lost; what is longer is silence. */
const longestConcealed = (sampleRate * 120) / 1000;
/** A packet further than this from where it should be is moved there. Half of the shortest usual packet, 20 ms. */
const tolerated = (sampleRate * 9) / 1000;
const silenceSamples = 960;
const silence = new Int16Array(silenceSamples * channels);

/**
 * Opus packets, each with its time on the recording's clock, into AAC-LC frames without any gap: what was lost is
 * concealed by the decoder, what is longer is silence, what comes too late is left out. So sound can never slip
 * against the pictures.
 */
export class AudioTrack {
  /** Packets that came too late or were invalid; samples that were made up. */
  readonly counts = { late: 0, invalid: 0, concealed: 0, silent: 0 };
  readonly #decoder = new OpusDecoder(channels);
  readonly #encoder = new AacEncoder({ sampleRate, channels, bitrate: aacBitrate });
  /** Where the next sample goes. */
  #position: number;
  /** The last packet's first byte (RFC 6716 §3.1), as one frame without content; -1 before the first. */
  #toc = -1;
  #ended = false;

  /**
   * @param start where the first AAC frame begins
   * @param onFrame gets the AAC frames one after the other, each 1024 samples
   */
  constructor(
    private readonly start: number,
    private readonly onFrame: (frame: Buffer) => void,
  ) {
    this.#position = start;
  }

  /** Up to where there is sound. */
  get position(): number {
    return this.#position;
  }

  /** @param at where the packet's first sample belongs */
  packet(at: number, payload: Uint8Array): void {
    if (payload.length === 0 || this.#ended) return;
    const duration = opusSamples(payload);
    if (duration === 0) {
      this.counts.invalid++;
      return;
    }
    const gap = Math.round(at) - this.#position;
    if (gap < -Math.max(tolerated, duration / 2)) {
      this.counts.late++;
      return;
    }
    if (gap > tolerated) this.#fillGap(gap);
    const pcm = this.#decoder.decode(payload);
    this.#toc = payload[0]! & 0xfc;
    if (pcm) this.#encode(pcm);
    else {
      this.counts.invalid++;
      this.#addSilence(duration);
    }
  }

  /** Silence up to there: nothing comes, and the recording must go on. */
  fill(until: number): void {
    if (!this.#ended && until > this.#position) this.#addSilence(Math.round(until) - this.#position);
  }

  /** The frames that the encoder still has, so that all up to `position` is out. The track takes nothing afterwards. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#take(this.#encoder.end());
  }

  close(): void {
    this.#ended = true;
    this.#decoder.close();
    this.#encoder.close();
  }

  #fillGap(gap: number): void {
    let left = Math.min(gap, longestConcealed);
    const rest = gap - left;
    // A packet of nothing but its first byte makes libopus conceal a frame of that length (RFC 6716 §4.4, DTX).
    const frame = this.#toc < 0 ? 0 : opusSamples([this.#toc]);
    while (frame > 0 && left >= frame) {
      const pcm = this.#decoder.decode(Uint8Array.of(this.#toc));
      if (!pcm) break;
      this.#encode(pcm);
      this.counts.concealed += frame;
      left -= frame;
    }
    this.#addSilence(left + rest);
  }

  #addSilence(samples: number): void {
    this.counts.silent += samples;
    for (let left = samples; left > 0; left -= silenceSamples) {
      this.#encode(left >= silenceSamples ? silence : silence.subarray(0, left * channels));
    }
  }

  #encode(pcm: Int16Array): void {
    this.#position += pcm.length / channels;
    this.#take(this.#encoder.encode(pcm));
  }

  /** Units before 0 are the encoder's delay: decoders give nothing for them that we put in. */
  #take(units: { data: Buffer; pts: number }[]): void {
    for (const { data, pts } of units) {
      if (pts >= 0 && this.start + pts < this.#position) this.onFrame(data);
    }
  }
}

/** Length of an Opus packet in samples (RFC 6716 §3.1, §3.2); 0 when it has none that is legal. */
export function opusSamples(packet: ArrayLike<number>): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const frame = frameSamples(config);
  const code = toc & 3;
  if (code === 3 && packet.length < 2) return 0;
  const frames = code === 0 ? 1 : code < 3 ? 2 : packet[1]! & 0x3f;
  const samples = frames * frame;
  return samples <= longestConcealed ? samples : 0;
}

function frameSamples(config: number): number {
  if (config < 12) return [480, 960, 1920, 2880][config & 3]!; // SILK: 10, 20, 40, 60 ms
  if (config < 16) return [480, 960][config & 1]!; // hybrid
  return [120, 240, 480, 960][config & 3]!; // CELT: 2.5, 5, 10, 20 ms
}
