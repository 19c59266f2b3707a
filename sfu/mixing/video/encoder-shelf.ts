import type { VideoEncoder } from '../../codecs/video-encoder.js';

/** A lively conference needs the same again within this. */
const keepMs = 20_000;
const mostKept = 8;

/**
 * Encoders whose picture nobody wants any more. Opening one makes all pictures of its thread late, and gives memory
 * back and forth; the next of the same kind is therefore taken from here, and begins with a keyframe.
 */
export class EncoderShelf {
  #kept: { kind: string; encoder: VideoEncoder; sinceMs: number }[] = [];

  /** `kind`: all that cannot be changed once an encoder is open. */
  take(kind: string): VideoEncoder | undefined {
    const at = this.#kept.findLastIndex(kept => kept.kind === kind);
    return at < 0 ? undefined : this.#kept.splice(at, 1)[0]!.encoder;
  }

  put(kind: string, encoder: VideoEncoder, nowMs: number): void {
    encoder.rest();
    this.#kept.push({ kind, encoder, sinceMs: nowMs });
    if (this.#kept.length > mostKept) this.#kept.shift()!.encoder.close();
  }

  /** Call now and then: gives up what nobody has taken. */
  sweep(nowMs: number): void {
    const stays = this.#kept.findIndex(({ sinceMs }) => nowMs - sinceMs < keepMs);
    const gone = this.#kept.splice(0, stays < 0 ? this.#kept.length : stays);
    for (const { encoder } of gone) encoder.close();
  }
}
