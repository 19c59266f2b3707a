import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Clock } from '../clock.js';

/**
 * What a source can do wrong, and how much it weighs: a hundred within ten minutes is a ban. Whoever forges the
 * source of UDP packets can bring a ban on others, so what proves nothing weighs little, and calls that stand go on.
 */
export const faultWeights = {
  /** A wrong password: it has answered our challenge, so the address is its own. */
  login: 10,
  /** A number that is not there, or a wrong PIN. */
  number: 5,
  /** Bytes that are no SIP message; an old room may have a slip of its own. */
  malformed: 2,
  /** A request beyond what strangers may ask for. */
  flood: 0.2,
  /** It calls itself what only scanners do. */
  scanner: 100,
} as const;
export type Fault = keyof typeof faultWeights;

export interface BanOptions {
  /** Addresses and networks (`192.0.2.0/24`) that are never banned. */
  trusted: readonly string[];
  firstBanMs: number;
  /** Each further ban is twice as long as the one before, up to this. */
  longestBanMs: number;
  /** After so long without a fault, a source begins anew. */
  forgottenAfterMs: number;
  /** Sources that are remembered; who was quiet the longest is forgotten first. */
  maxSources: number;
}

export const defaultBans: BanOptions = {
  trusted: ['127.0.0.0/8', '::1'],
  firstBanMs: 5 * 60_000,
  longestBanMs: 24 * 3_600_000,
  forgottenAfterMs: 48 * 3_600_000,
  maxSources: 10_000,
};

export interface Ban {
  /** An IPv4 address, or the first address of an IPv6 network of 64 bits: a host there has as many as it likes. */
  source: string;
  /** The clock's, ms. */
  sinceMs: number;
  untilMs: number;
  /** What filled the measure. */
  reason: Fault;
  /** How many bans it has had. */
  times: number;
  /** Messages dropped since it began. */
  dropped: number;
}

interface Record {
  score: number;
  atMs: number;
  times: number;
  ban: Ban | undefined;
}

const fullScore = 100;
/** Until a full score is worth nothing again. */
const drainMs = 10 * 60_000;

/**
 * Who is not answered any more. Takes faults from anywhere: the transport (malformed, scanners, floods), the
 * gateway (numbers that are not there), whoever checks passwords. Nothing of it outlives the process.
 */
export class BanList {
  readonly #records = new Map<string, Record>();
  readonly #trusted = new BlockList();

  constructor(
    private readonly clock: Clock,
    private readonly options: BanOptions = defaultBans,
    private readonly onBan: (ban: Ban) => void = () => {},
  ) {
    for (const network of options.trusted) addNetwork(this.#trusted, network);
  }

  /** Sources that are remembered, banned or not. */
  get sources(): number {
    return this.#records.size;
  }

  has(address: string): boolean {
    return this.#banOf(address) !== undefined;
  }

  /** The same, for what comes from there: counted if so. */
  drops(address: string): boolean {
    const ban = this.#banOf(address);
    if (ban) ban.dropped++;
    return ban !== undefined;
  }

  #banOf(address: string): Ban | undefined {
    if (this.#records.size === 0) return undefined;
    const ban = this.#records.get(sourceOf(address))?.ban;
    return ban && ban.untilMs > this.clock.now() ? ban : undefined;
  }

  fault(address: string, fault: Fault): void {
    if (isIP(address) === 0 || this.#isTrusted(address)) return;
    const nowMs = this.clock.now();
    const source = sourceOf(address);
    const record = this.#recordOf(source, nowMs);
    if (record.ban && record.ban.untilMs > nowMs) return;
    const drained = ((nowMs - record.atMs) / drainMs) * fullScore;
    record.score = Math.max(0, record.score - drained) + faultWeights[fault];
    record.atMs = nowMs;
    if (record.score < fullScore) return;
    const { firstBanMs, longestBanMs } = this.options;
    const durationMs = Math.min(longestBanMs, firstBanMs * 2 ** record.times);
    record.score = 0;
    record.times++;
    const untilMs = nowMs + durationMs;
    record.ban = { source, sinceMs: nowMs, untilMs, reason: fault, times: record.times, dropped: 0 };
    this.onBan(record.ban);
  }

  /** Those of now, the newest last. */
  list(): Ban[] {
    const nowMs = this.clock.now();
    return [...this.#records.values()].flatMap(({ ban }) => (ban && ban.untilMs > nowMs ? [ban] : []));
  }

  /** As if nothing had been. False: it was not banned. */
  lift(address: string): boolean {
    const source = sourceOf(address);
    return this.has(source) && this.#records.delete(source);
  }

  #isTrusted(address: string): boolean {
    return this.#trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  }

  #recordOf(source: string, nowMs: number): Record {
    const known = this.#records.get(source);
    const fresh = !known || nowMs - known.atMs > this.options.forgottenAfterMs;
    const record = fresh ? { score: 0, atMs: nowMs, times: 0, ban: undefined } : known;
    // Insertion order is the order of use.
    this.#records.delete(source);
    if (this.#records.size >= this.options.maxSources) this.#forgetOne(nowMs);
    this.#records.set(source, record);
    return record;
  }

  /** The oldest that is not banned, among the first few: forged sources must not push out a ban. */
  #forgetOne(nowMs: number): void {
    let looked = 0;
    for (const [source, { ban }] of this.#records) {
      if (ban && ban.untilMs > nowMs && ++looked < 100) continue;
      this.#records.delete(source);
      return;
    }
  }
}

/** IPv4 as it is; of IPv6 the network of 64 bits (RFC 4291 §2.5.4). */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('%')[0]!.toLowerCase().split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const isShort = address.includes('::');
  const zeros = isShort ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  const groups = [...before, ...zeros, ...after].slice(0, 4).map(group => group.replace(/^0+(?=.)/, ''));
  return `${groups.join(':')}::`;
}

/** False when it is neither an address nor a network. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

function addNetwork(list: BlockList, text: string): void {
  const [address = '', prefix] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}
