import type { RtpCodec } from '../../rtp/session.js';
import { createAudioEncoder, type AudioEncoder } from './audio-encoder.js';
import type { AudioOutput } from './audio-output.js';
import type { Mix } from './mix.js';

/** One encoder, and all who get what it makes. */
export class EncodedStream {
  readonly outputs = new Set<AudioOutput>();

  constructor(
    readonly encoder: AudioEncoder,
    readonly codecKey: string,
    public mixKey: string,
  ) {}
}

/**
 * Who hears which mix through which encoder. Equal mixes in equal codecs are encoded once. Receivers' decoders
 * follow one encoder's state, so changing it is avoided where it can be and smoothed where not:
 * an encoder goes along with its only listener; a new one first hears what that listener heard last.
 */
export class EncodedStreams {
  readonly #streams = new Map<string, EncodedStream>();

  get size(): number {
    return this.#streams.size;
  }

  /** `mix` is the one that the output heard until now. */
  assign(output: AudioOutput, codec: RtpCodec, codecKey: string, mixKey: string, mix: Mix | undefined): void {
    const old = output.stream;
    if (old?.mixKey === mixKey && old.codecKey === codecKey) return;
    const key = `${codecKey}\n${mixKey}`;
    old?.outputs.delete(output);
    let stream = this.#streams.get(key);
    if (!stream && old && old.outputs.size === 0 && old.codecKey === codecKey) {
      this.#streams.delete(`${old.codecKey}\n${old.mixKey}`);
      old.mixKey = mixKey;
      stream = old;
    }
    if (!stream) {
      stream = new EncodedStream(createAudioEncoder(codec), codecKey, mixKey);
      if (mix) for (const pcm of mix.recent()) stream.encoder.encode(pcm);
    }
    this.#streams.set(key, stream);
    stream.outputs.add(output);
    output.stream = stream;
    if (old !== stream) this.#closeUnused(old);
  }

  remove(output: AudioOutput): void {
    const { stream } = output;
    output.stream = null;
    stream?.outputs.delete(output);
    this.#closeUnused(stream);
  }

  /** Encodes each mix once for each codec, and sends it to all who hear it. */
  send(mixOf: (stream: EncodedStream) => Mix, tick: number, wallMs: number): void {
    for (const stream of this.#streams.values()) {
      const { encoder, outputs } = stream;
      let payload = encoder.encode(mixOf(stream).pcm);
      if (payload && encoder.describesSilence) {
        for (const output of outputs) output.sendSilence(payload, tick, wallMs);
        continue;
      }
      for (; payload; payload = encoder.next?.() ?? null) {
        for (const output of outputs) output.send(payload, tick, wallMs, undefined, encoder.timestampLag);
      }
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.encoder.close();
    this.#streams.clear();
  }

  #closeUnused(stream: EncodedStream | null): void {
    if (!stream || stream.outputs.size > 0) return;
    stream.encoder.close();
    this.#streams.delete(`${stream.codecKey}\n${stream.mixKey}`);
  }
}
