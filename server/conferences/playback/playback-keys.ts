/** What a playback's keys do it to. */
export interface Playable {
  readonly durationMs: number;
  play(): void;
  pause(): void;
  seek(byMs: number): void;
}

/** A step of the keys 4 and 6, and of what is said of where it is. */
export const stepMs = 30_000;

/*
 *   [playing] ── 2 ──> [paused] ── 2 ──> [playing]
 *       │ 4, 6: stays      │ 4, 6: stays, with the picture of there
 *       └──── 8, or the recording's end ────> [over]
 */
type State = 'playing' | 'paused' | 'over';

/** What a room's keys do with a recording, and what it is told in its picture. It knows no media. */
export class PlaybackKeys {
  #state: State = 'playing';
  /** What the last key has done; its lines are completed with where the recording is then. */
  #done = '';

  constructor(
    private readonly playable: Playable,
    private readonly owner: {
      say: (lines: string[]) => void;
      /** After what is said has been read. */
      over: (lines: string[]) => void;
    },
  ) {}

  get state(): State {
    return this.#state;
  }

  press(digit: string): void {
    if (this.#state === 'over') return;
    switch (digit) {
      case '2':
        return this.#pauseOrPlay();
      case '8':
        return this.#end(['已停止播放 · Stopped']);
      case '4':
        this.#done = '后退 30 秒 · Back 30 s';
        return this.playable.seek(-stepMs);
      case '6':
        this.#done = '前进 30 秒 · Forward 30 s';
        return this.playable.seek(stepMs);
      default:
        return this.owner.say(helpLines);
    }
  }

  /** It is there now, ms; after each key. */
  reached(positionMs: number): void {
    if (this.#state === 'over' || this.#done === '') return;
    this.owner.say([this.#done, `${clock(positionMs)} / ${clock(this.playable.durationMs)}`]);
    this.#done = '';
  }

  ended(): void {
    this.#end(['录像已播放完毕 · The recording has ended']);
  }

  failed(): void {
    this.#end(['录像无法播放 · The recording does not play']);
  }

  #pauseOrPlay(): void {
    if (this.#state === 'playing') {
      this.#state = 'paused';
      this.#done = '已暂停，按 2 继续 · Paused: 2 goes on';
      this.playable.pause();
    } else {
      this.#state = 'playing';
      this.#done = '继续播放 · Playing';
      this.playable.play();
    }
  }

  #end(lines: string[]): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.playable.pause();
    this.owner.over(lines);
  }
}

export const helpLines = [
  '2   暂停或继续 · pause, go on',
  '4   后退 30 秒 · back 30 s',
  '6   前进 30 秒 · forward 30 s',
  '8   停止 · stop',
];

/** `1:02:03`, or `2:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${Math.floor(seconds / 60) % 60}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest.padStart(5, '0')}`;
}
