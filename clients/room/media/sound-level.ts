import { signal, type ReadonlySignal } from '@preact/signals';

const intervalMs = 60;
/** Loudness shown as the left and the right end of the meter, in dBFS. */
const quietDb = -60;
const loudDb = -12;
/** How fast the meter falls after a peak, in parts of its length for each interval. */
const fall = 0.08;

/** Measures how loud a track is, also while it is muted: a copy of it is listened to, here and nowhere else. */
export class SoundLevel {
  readonly #level = signal(0);
  #context: AudioContext | undefined;
  #copy: MediaStreamTrack | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(track: MediaStreamTrack) {
    const copy = track.clone();
    copy.enabled = true;
    this.#copy = copy;
    if (navigator.userActivation?.hasBeenActive === false) {
      // Browsers start no sound before the first touch, and complain when asked to.
      document.addEventListener('pointerdown', this.#begin, { once: true });
      document.addEventListener('keydown', this.#begin, { once: true });
    } else this.#begin();
  }

  /** 0 silent … 1 loud. */
  get level(): ReadonlySignal<number> {
    return this.#level;
  }

  close(): void {
    document.removeEventListener('pointerdown', this.#begin);
    document.removeEventListener('keydown', this.#begin);
    clearInterval(this.#timer);
    this.#copy?.stop();
    this.#copy = undefined;
    void this.#context?.close();
    this.#context = undefined;
  }

  readonly #begin = (): void => {
    if (this.#context || !this.#copy) return;
    const context = new AudioContext();
    this.#context = context;
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([this.#copy])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#level.value = Math.max(positionOf(samples), this.#level.value - fall);
    }, intervalMs);
  };
}

function positionOf(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const db = 10 * Math.log10(energy / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db - quietDb) / (loudDb - quietDb)));
}
