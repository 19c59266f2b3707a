import { messageOf } from '../../base/errors.js';
import type { Conference } from './conference.js';
import type { SipSite } from './sip-site.js';

const entryMs = 15_000;
const mostDigits = 12;

/** How a room becomes chair: `offered` where the conference has a PIN for that; `take` throws a UserError. */
export interface Chair {
  offered(): boolean;
  take(pin: string): void;
}

/**
 * The chair's part of a room's keys (S4): the PIN, typed blind like that of a bank card, and what a chair does to
 * others. Until the PIN is complete every key belongs to it.
 */
export class ChairKeys {
  #typed: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly conference: Conference,
    private readonly site: SipSite,
    private readonly chair: Chair,
    private readonly say: (lines: string[], forMs?: number) => void,
  ) {}

  get offered(): boolean {
    return this.site.chair || this.chair.offered();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  begin(): void {
    if (this.site.chair) return this.say(['您是主席 · You are the chair']);
    if (!this.chair.offered()) return this.say(['本会议没有主席密码 · No PIN for a chair here']);
    this.#type('');
  }

  /** @returns whether the key was of the PIN */
  takes(digit: string): boolean {
    if (this.#typed === null) return false;
    if (digit === '#') this.#enter(this.#typed);
    else if (digit === '*') this.#type('');
    else if (/^\d$/.test(digit)) this.#type((this.#typed + digit).slice(0, mostDigits));
    return true;
  }

  muteOthers(): void {
    if (!this.#may()) return;
    const others = this.conference.sites.filter(({ siteId }) => siteId !== this.site.siteId);
    const muted = !others.every(({ sound }) => sound.mouth.muted);
    for (const { siteId } of others) void this.conference.setSound(siteId, { mouth: { muted } });
    this.say([muted ? '其他会场已静音 · All others are muted' : '其他会场已开麦 · All others can be heard']);
  }

  lock(): void {
    if (!this.#may()) return;
    const locked = !this.conference.state.locked;
    this.conference.setLocked(locked);
    this.say([locked ? '会议已锁定 · Nobody else comes in' : '会议已解锁 · Others may come in']);
  }

  #may(): boolean {
    if (!this.site.chair) this.say(['此键仅供主席使用：先按 * · For the chair: press * first']);
    return this.site.chair;
  }

  #type(typed: string): void {
    clearTimeout(this.#timer);
    this.#typed = typed;
    this.#timer = setTimeout(() => (this.#typed = null), entryMs);
    this.say(['主席密码，然后按 # · PIN of the chair, then #', '●'.repeat(typed.length)], entryMs);
  }

  #enter(pin: string): void {
    clearTimeout(this.#timer);
    this.#typed = null;
    try {
      this.chair.take(pin);
    } catch (error) {
      return this.say(['密码无效 · The PIN was not taken', messageOf(error)]);
    }
    this.say(['您现在是主席 · You are the chair now']);
  }
}
