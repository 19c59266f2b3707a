import { signal } from '@preact/signals';
import type Hls from 'hls.js';

export const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** Within this of the end of a growing recording counts as live, in seconds: segments are up to 1 s long. */
const liveWithinS = 6;
/** Kept from the end when jumping there, so that it does not run dry at once. */
const liveMarginS = 3;
const volumeStep = 0.1;

export type PlaybackState = 'loading' | 'ready' | 'failed' | 'unsupported';

/**
 * A recording being played: hls.js where the browser has Media Source Extensions, the browser's own HLS else. The
 * controls read its signals and call its methods; it follows the element, so that whatever changes it shows.
 */
export class Playback {
  readonly state = signal<PlaybackState>('loading');
  readonly playing = signal(false);
  readonly waiting = signal(false);
  /** Seconds. */
  readonly position = signal(0);
  readonly duration = signal(0);
  readonly buffered = signal(0);
  readonly volume = signal(1);
  readonly muted = signal(false);
  readonly speed = signal(1);
  #hls: Hls | undefined;
  #growing = false;
  #closed = false;
  readonly #releases: (() => void)[] = [];

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly playlist: string,
  ) {
    this.#follow();
    void this.#load();
  }

  /** The recording is still being made. */
  setGrowing(growing: boolean): void {
    this.#growing = growing;
  }

  get isLive(): boolean {
    return this.#growing && this.duration.value - this.position.value < liveWithinS;
  }

  toggle(): void {
    if (!this.video.paused) return this.video.pause();
    if (this.video.ended) this.seek(0);
    void this.video.play().catch(() => undefined); // refused without a touch: the button stays
  }

  seek(seconds: number): void {
    this.video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.duration.value - 0.05));
    this.position.value = this.video.currentTime;
  }

  skip(seconds: number): void {
    this.seek(this.video.currentTime + seconds);
  }

  toLiveEdge(): void {
    this.seek(this.duration.value - liveMarginS);
    void this.video.play().catch(() => undefined);
  }

  setVolume(volume: number): void {
    this.video.volume = Math.min(1, Math.max(0, volume));
    this.video.muted = this.video.volume === 0;
  }

  stepVolume(direction: 1 | -1): void {
    this.setVolume(this.video.volume + direction * volumeStep);
  }

  toggleMuted(): void {
    this.video.muted = !this.video.muted;
  }

  setSpeed(speed: number): void {
    this.video.playbackRate = speed;
  }

  /** Loads it anew and goes on where it was. */
  async retry(): Promise<void> {
    const { value: position } = this.position;
    this.#hls?.destroy();
    this.state.value = 'loading';
    await this.#load();
    this.video.currentTime = position;
  }

  close(): void {
    this.#closed = true;
    for (const release of this.#releases) release();
    this.#hls?.destroy();
    this.video.removeAttribute('src');
  }

  async #load(): Promise<void> {
    const { default: HlsPlayer } = await import('hls.js/light');
    if (this.#closed) return;
    if (HlsPlayer.isSupported()) {
      // The worker would be made of a blob, which the content security policy has no need to allow; there is
      // nothing to transmux in fMP4.
      const hls = new HlsPlayer({ enableWorker: false, startPosition: 0, backBufferLength: 60 });
      this.#hls = hls;
      hls.on(HlsPlayer.Events.ERROR, (_event, { fatal, type }) => {
        if (!fatal) return;
        if (type === HlsPlayer.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
        else this.state.value = 'failed';
      });
      hls.loadSource(this.playlist);
      hls.attachMedia(this.video);
    } else if (this.video.canPlayType('application/vnd.apple.mpegurl') !== '') {
      this.video.src = this.playlist;
    } else this.state.value = 'unsupported';
  }

  #follow(): void {
    const { video } = this;
    const on = (event: keyof HTMLMediaElementEventMap, listener: () => void) => {
      video.addEventListener(event, listener);
      this.#releases.push(() => video.removeEventListener(event, listener));
    };
    on('loadeddata', () => (this.state.value = 'ready'));
    on('play', () => (this.playing.value = true));
    on('pause', () => (this.playing.value = false));
    on('waiting', () => (this.waiting.value = true));
    on('playing', () => (this.waiting.value = false));
    on('canplay', () => (this.waiting.value = false));
    on('timeupdate', () => (this.position.value = video.currentTime));
    on('seeking', () => (this.position.value = video.currentTime));
    on('progress', () => this.#measure());
    on('durationchange', () => this.#measure());
    on('timeupdate', () => this.#measure());
    on('volumechange', () => {
      this.volume.value = video.volume;
      this.muted.value = video.muted;
    });
    on('ratechange', () => (this.speed.value = video.playbackRate));
    on('error', () => {
      if (!this.#hls) this.state.value = 'failed';
    });
  }

  #measure(): void {
    const { seekable, duration, buffered, currentTime } = this.video;
    // The duration of a growing stream is infinite in some browsers; what can be reached counts.
    const end = seekable.length > 0 ? seekable.end(seekable.length - 1) : 0;
    this.duration.value = Number.isFinite(duration) ? Math.max(duration, end) : end;
    for (let index = 0; index < buffered.length; index++) {
      if (buffered.start(index) <= currentTime + 0.1) this.buffered.value = buffered.end(index);
    }
  }
}
