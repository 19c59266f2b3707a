import type { AudioEncoder } from './audio-encoder.js';

/** Silence is sent so long that nobody's concealment goes on with the last word; then each 400 ms. */
export const ticksUntilPause = 10;
export const pauseTicks = 20;

/** Says nothing while there is nothing to hear (DTX), but now and then that it is still there. */
export class PausingEncoder implements AudioEncoder {
  describesSilence = false;
  #silentTicks = 0;

  constructor(
    private readonly encoder: AudioEncoder,
    /** Said of silence in place of its sound; absent: a frame of it (RFC 7587 §3.1.3). */
    private readonly description?: Buffer,
  ) {}

  encode(pcm: Int16Array): Buffer | null {
    this.#silentTicks = isSilent(pcm) ? this.#silentTicks + 1 : 0;
    this.describesSilence = false;
    if (this.#silentTicks <= ticksUntilPause) return this.encoder.encode(pcm);
    // The first follows what was last heard at once.
    if ((this.#silentTicks - ticksUntilPause) % pauseTicks !== 1) return null;
    if (!this.description) return this.encoder.encode(pcm);
    this.describesSilence = true;
    return this.description;
  }

  close(): void {
    this.encoder.close();
  }
}

function isSilent(pcm: Int16Array): boolean {
  for (let i = 0; i < pcm.length; i++) if (pcm[i] !== 0) return false;
  return true;
}
