import type { ConferenceRecord } from '../../store/conference-records.js';

/** Spoken in Chinese and English; files of these names are in `prompts/`. */
export const promptNames = [
  ...(['number', 'list', 'create', 'choose', 'pin', 'new-pin'] as const),
  ...(['wrong-number', 'wrong-pin', 'refused', 'goodbye'] as const),
] as const;
export type PromptName = (typeof promptNames)[number];

/** What a caller is shown and told; nothing is spoken anew while they type. */
export interface Screen {
  lines: string[];
  prompts: PromptName[];
}

/** What the dialogue asks and does; all of it for this caller. */
export interface DialogueOwner {
  /** A wrong one counts against the caller; 'blocked': there were too many. */
  find(number: string, pin: string): ConferenceRecord | 'wrong-pin' | 'blocked' | undefined;
  /** Conferences that run; null: the caller may not see them. */
  running(): ConferenceRecord[] | null;
  readonly mayCreate: boolean;
  create(pin: string): ConferenceRecord;
  show(screen: Screen): void;
  enter(record: ConferenceRecord, isNew: boolean): void;
  /** After what is said has been heard. */
  hangup(reason: string): void;
}

/*
 *   [number] ── NUMBER# ──> has a PIN? ──> [pin] ── PIN# ──> [over]: in the conference, or after three wrong tries
 *     │  ^ *                    └────────────── no ─────────────^
 *     │  └────────┬──────────┐
 *     ├─ # ──> [list] ── 1–9 ┴─> as if its number had been typed
 *     └─ 0# ─> [new-pin] ── PIN# ──> [over]
 */
type State = 'number' | 'pin' | 'list' | 'new-pin' | 'over';

export const idleMs = 30_000;
const mostSilences = 3;
const mostWrong = 3;
const mostDigits = 12;
const mostListed = 9;
const leastPinDigits = 4;

/** What who dials the access number goes through until they are in a conference. It knows no media. */
export class Dialogue {
  #state: State = 'number';
  #typed = '';
  /** Whose PIN is asked for. */
  #number = '';
  #listed: ConferenceRecord[] = [];
  #wrong = 0;
  #silences = 0;
  #prompts: PromptName[] = [];
  #remark: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly owner: DialogueOwner) {}

  get state(): State {
    return this.#state;
  }

  begin(): void {
    this.#to('number', this.#welcome());
  }

  press(digit: string): void {
    if (this.#state === 'over') return;
    this.#silences = 0;
    if (digit === '*') return this.#back();
    if (this.#state === 'list') return this.#choose(digit);
    if (digit === '#') return this.#done();
    if (!/^[0-9]$/.test(digit) || this.#typed.length >= mostDigits) return this.#listen();
    this.#typed += digit;
    this.#remark = [];
    this.#show();
  }

  close(): void {
    this.#state = 'over';
    clearTimeout(this.#timer);
  }

  /** The conference did not take the caller. */
  refused(reason: string): void {
    this.#end(['refused', 'goodbye'], [`现在无法进入会议 · ${reason}`]);
  }

  /** Takes back what was typed; where nothing was, the step. */
  #back(): void {
    if (this.#typed !== '') {
      this.#typed = '';
      return this.#show();
    }
    this.#to('number', this.#welcome());
  }

  #done(): void {
    const typed = this.#typed;
    this.#typed = '';
    if (this.#state === 'pin') return this.#enter(this.#number, typed);
    if (this.#state === 'new-pin') {
      if (typed.length < leastPinDigits) return this.#to('new-pin', ['new-pin']);
      return this.#inside(this.owner.create(typed), true);
    }
    if (typed === '0' && this.owner.mayCreate) return this.#to('new-pin', ['new-pin']);
    if (typed !== '') return this.#enter(typed, '');
    this.#listed = (this.owner.running() ?? []).slice(0, mostListed);
    if (this.#listed.length > 0) return this.#to('list', ['choose']);
    this.#to('number', this.#welcome());
  }

  #choose(digit: string): void {
    const record = this.#listed[Number(digit) - 1];
    if (record) this.#enter(record.number, '');
    else this.#listen();
  }

  #enter(number: string, pin: string): void {
    const found = this.owner.find(number, pin);
    if (found === 'wrong-pin' && pin === '') {
      this.#number = number;
      return this.#to('pin', ['pin']);
    }
    if (found === 'blocked') return this.#tooMany();
    if (found !== undefined && found !== 'wrong-pin') return this.#inside(found, false);
    if (++this.#wrong >= mostWrong) return this.#tooMany();
    const left = `还可尝试 ${mostWrong - this.#wrong} 次 · Tries left: ${mostWrong - this.#wrong}`;
    if (found === 'wrong-pin') this.#to('pin', ['wrong-pin'], ['密码错误 · The PIN is wrong', left]);
    else
      this.#to('number', ['wrong-number'], [`没有会议 ${number} · There is no conference ${number}`, left]);
  }

  #inside(record: ConferenceRecord, isNew: boolean): void {
    this.close();
    this.owner.enter(record, isNew);
  }

  #tooMany(): void {
    this.#end(['goodbye'], ['错误次数过多，通话结束 · Too many wrong tries: the call ends']);
  }

  #end(prompts: PromptName[], lines: string[]): void {
    this.close();
    this.owner.show({ lines, prompts });
    this.owner.hangup(lines.join(' '));
  }

  #to(state: State, prompts: PromptName[], remark: string[] = []): void {
    this.#state = state;
    this.#typed = '';
    this.#prompts = prompts;
    this.#remark = remark;
    this.#show();
  }

  #show(): void {
    const lines = [...this.#question(), ...(this.#remark.length > 0 ? ['', ...this.#remark] : [])];
    this.owner.show({ lines, prompts: this.#prompts });
    this.#listen();
  }

  #listen(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent(), idleMs);
  }

  #silent(): void {
    if (++this.#silences >= mostSilences)
      return this.#end(['goodbye'], ['没有按键，通话结束 · No key was pressed: the call ends']);
    // Said again: what is the same list would not be.
    this.#prompts = [...this.#prompts];
    this.#remark = ['没有按键 · No key was pressed'];
    this.#show();
  }

  #welcome(): PromptName[] {
    const list = this.owner.running() ? (['list'] as const) : [];
    return ['number', ...list, ...(this.owner.mayCreate ? (['create'] as const) : [])];
  }

  #question(): string[] {
    const hidden = '●'.repeat(this.#typed.length);
    const back = '*   返回 · back';
    switch (this.#state) {
      case 'pin':
        return [
          `会议 ${this.#number} · Conference`,
          '请输入密码，按 # 结束 · PIN, then #',
          `> ${hidden}`,
          back,
        ];
      case 'new-pin':
        return [
          '新会议 · New conference',
          '请设置 4–12 位密码，按 # 结束 · Choose a PIN, then #',
          `> ${hidden}`,
          back,
        ];
      case 'list':
        return [
          '正在进行的会议 · Conferences',
          ...this.#listed.map(({ title }, n) => `${n + 1}   ${title}`),
          back,
        ];
      default:
        return [
          '欢迎 · Welcome',
          '请输入会议号，按 # 结束 · Conference number, then #',
          `> ${this.#typed}`,
          ...(this.owner.running() ? ['#   正在进行的会议 · running conferences'] : []),
          ...(this.owner.mayCreate ? ['0#   创建会议 · create a conference'] : []),
        ];
    }
  }
}
