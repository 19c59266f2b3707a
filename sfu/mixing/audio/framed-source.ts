import { G728Decoder } from '../../codecs/g728.js';
import { G729Decoder } from '../../codecs/g729.js';
import { G7221Decoder } from '../../codecs/g7221/decoder.js';
import { IlbcDecoder, ilbcFrameBytes } from '../../codecs/ilbc.js';
import type { ReceivedOnlyCodecName, RtpCodec } from '../../rtp/session.js';
import type { AudioDecoder } from './audio-decoder.js';
import { PitchConcealment } from './pitch-concealment.js';
import { Upsampler } from './rate-converter.js';
import { sampleRate } from './sound-format.js';

/** A packet of such a codec is whole frames, one behind the other (RFC 3551 §4.2). */
interface Framing {
  frameBytes: number;
  /** Of the mixer's rate. */
  frameSamples: number;
  /** Hz of what is decoded. */
  decodedRate: number;
  /** The decoder takes all frames of a packet in one call. */
  atOnce?: true;
  open(): FrameDecoder;
}

interface FrameDecoder {
  /** The samples, valid until the next call; null when the bytes are no frame. */
  decode(frame: Buffer): Int16Array | null;
  close(): void;
}

type Parameters = RtpCodec['parameters'];

/** Codecs of rooms and lines that are only received. */
const framings: Record<ReceivedOnlyCodecName, (parameters: Parameters) => Framing> = {
  G729: () => narrowband(10, 10, () => new G729Decoder()),
  G728: () => ({ ...narrowband(5, 2.5, () => new G728Decoder()), atOnce: true }),
  // RFC 5577 §4.2; frames of 20 ms.
  G7221: ({ bitrate }: Parameters) => ({
    frameBytes: Number(bitrate) / 400,
    frameSamples: 0.02 * sampleRate,
    decodedRate: 16_000,
    open: () => new G7221Decoder(),
  }),
  // RFC 3952 §5: 30 unless it says 20.
  iLBC: ({ mode }: Parameters) => {
    const frameMs = mode === '20' ? 20 : 30;
    return narrowband(ilbcFrameBytes[frameMs], frameMs, () => new IlbcDecoder(frameMs));
  },
};

export function isFramed(name: RtpCodec['name']): name is ReceivedOnlyCodecName {
  return name in framings;
}

export function createFramedSource(name: ReceivedOnlyCodecName, parameters: Parameters): AudioDecoder {
  return new FramedSource(framings[name](parameters));
}

function narrowband(frameBytes: number, frameMs: number, open: () => FrameDecoder): Framing {
  return { frameBytes, frameSamples: (frameMs * sampleRate) / 1000, decodedRate: 8000, open };
}

/** Longer than 120 ms is no packet of ours. */
const mostSamples = (120 * sampleRate) / 1000;

class FramedSource implements AudioDecoder {
  readonly #framing: Framing;
  readonly #decoder: FrameDecoder;
  readonly #upsampler: Upsampler;
  readonly #concealment = new PitchConcealment();
  readonly #pcm = new Int16Array(mostSamples);

  constructor(framing: Framing) {
    this.#framing = framing;
    this.#decoder = framing.open();
    this.#upsampler = new Upsampler(sampleRate / framing.decodedRate);
  }

  /** A rest that is no frame, as two bytes of silence of G.729's Annex B, is passed over: we say that we take none. */
  decode(payload: Buffer): Int16Array | null {
    const samples = this.samplesOf(payload);
    if (samples === 0) return null;
    const { frameBytes, frameSamples, atOnce } = this.#framing;
    const pieceSamples = atOnce ? samples : frameSamples;
    const pieceBytes = (pieceSamples / frameSamples) * frameBytes;
    for (let at = 0, to = 0; to < samples; at += pieceBytes, to += pieceSamples) {
      const decoded = this.#decoder.decode(payload.subarray(at, at + pieceBytes));
      if (!decoded) return null;
      const pcm = this.#upsampler.convert(decoded);
      if (pcm.length !== pieceSamples) return null;
      this.#pcm.set(pcm, to);
    }
    const pcm = this.#pcm.subarray(0, samples);
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }

  isQuiet(): boolean {
    return false;
  }

  samplesOf(payload: Buffer): number {
    const samples = Math.floor(payload.length / this.#framing.frameBytes) * this.#framing.frameSamples;
    return samples <= mostSamples ? samples : 0;
  }

  close(): void {
    this.#decoder.close();
  }
}
