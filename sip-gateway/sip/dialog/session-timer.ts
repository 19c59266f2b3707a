import type { Clock, Timer } from '../clock.js';
import type { Headers } from '../message/headers.js';
import type { SipMessage } from '../message/message.js';

/** RFC 4028 §4: no session may be shorter. */
export const minSessionExpiresS = 90;

export type Refresher = 'local' | 'remote';

export interface SessionInterval {
  expiresS: number;
  refresher: Refresher;
}

/** What we say to a request: 422 when the peer's interval is too short, else the interval that holds. */
export function answerSessionInterval(
  request: SipMessage,
  ourExpiresS: number,
): (SessionInterval & { peerSupports: boolean }) | { tooSmall: true } {
  const { headers } = request;
  const peerSupports =
    headers.tokens('supported').includes('timer') || headers.tokens('require').includes('timer');
  const asked = parseSessionExpires(headers.get('session-expires'));
  // §9: only one who knows timers can be told 422; for others a proxy wrote the field, and we may raise it.
  if (asked && asked.expiresS < minSessionExpiresS && peerSupports) return { tooSmall: true };
  const least = Math.max(minSessionExpiresS, seconds(headers.get('min-se')) ?? 0);
  const expiresS = Math.max(least, Math.min(asked?.expiresS ?? Infinity, ourExpiresS));
  // Table 2 of §9. A peer that knows no timers cannot refresh: we do, which shows us when it is gone.
  if (!peerSupports) return { expiresS, refresher: 'local', peerSupports };
  return { expiresS, refresher: asked?.refresher === 'uas' ? 'local' : 'remote', peerSupports };
}

/** §7.2: what a 2xx to a request of ours decided; without the field there is no timer at the peer. */
export function sessionIntervalOf(response: SipMessage): SessionInterval | undefined {
  const said = parseSessionExpires(response.headers.get('session-expires'));
  if (!said) return undefined;
  return {
    expiresS: Math.max(said.expiresS, minSessionExpiresS),
    refresher: said.refresher === 'uas' ? 'remote' : 'local',
  };
}

/** §9: who of the two, as the sender of this response calls it. */
export function writeToResponse(headers: Headers, interval: SessionInterval, peerSupports: boolean): void {
  const refresher = interval.refresher === 'remote' ? 'uac' : 'uas';
  headers.set('session-expires', `${interval.expiresS};refresher=${refresher}`);
  // The peer must not overlook that it is to refresh.
  if (peerSupports && refresher === 'uac') headers.add('require', 'timer');
}

/** §7.1, for a request of ours. */
export function writeToRequest(headers: Headers, interval: SessionInterval): void {
  const refresher = interval.refresher === 'local' ? 'uac' : 'uas';
  headers.set('session-expires', `${interval.expiresS};refresher=${refresher}`);
  headers.set('min-se', String(minSessionExpiresS));
}

/** What a 422 asks for at least, s. */
export function requiredInterval(response: SipMessage): number | undefined {
  return seconds(response.headers.get('min-se'));
}

function parseSessionExpires(
  value: string | undefined,
): { expiresS: number; refresher?: 'uac' | 'uas' } | undefined {
  const [interval, ...parameters] = (value ?? '').split(';').map(part => part.trim().toLowerCase());
  const expiresS = seconds(interval);
  if (expiresS === undefined) return undefined;
  const refresher = /^refresher\s*=\s*(uac|uas)$/.exec(
    parameters.find(part => part.startsWith('refresher')) ?? '',
  );
  return { expiresS, ...(refresher && { refresher: refresher[1] as 'uac' | 'uas' }) };
}

function seconds(value: string | undefined): number | undefined {
  const match = /^\s*(\d{1,9})\s*(;.*)?$/.exec(value ?? '');
  return match ? Number(match[1]) : undefined;
}

/** Runs an interval: says when it is ours to refresh, or when the peer has let the session expire. */
export class SessionTimer {
  #timer: Timer | undefined;
  #interval: SessionInterval | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly refresh: () => void,
    private readonly expired: () => void,
  ) {}

  get interval(): SessionInterval | undefined {
    return this.#interval;
  }

  /** A request or response has begun a new interval. */
  restart(interval: SessionInterval): void {
    this.#interval = interval;
    this.#timer?.cancel();
    const { expiresS, refresher } = interval;
    this.#timer =
      refresher === 'local'
        ? // §10: half the interval.
          this.clock.after((expiresS / 2) * 1000, this.refresh)
        : // §10: BYE min(32, a third) seconds before the end.
          this.clock.after((expiresS - Math.min(32, expiresS / 3)) * 1000, this.expired);
  }

  /** A refresh of ours was refused for now. */
  refreshAgainAfter(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.clock.after(delayMs, this.refresh);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
