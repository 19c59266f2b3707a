/** What a number begins with, and what becomes of it on its way. */
export interface NumberRule {
  /** Empty: every number. */
  prefix: string;
  /** Characters that are taken off its beginning. */
  strip: number;
  /** What is put there instead. */
  add: string;
}

/** Another proxy or PBX: calls go out over it and come in from it. */
export interface TrunkConfig {
  name: string;
  /** `host`, `host:port`; the first that answers is used. */
  addresses: readonly string[];
  transport: 'udp' | 'tcp' | 'tls';
  /** Of From, To and Request-URI; null: the address in use. */
  domain: string | null;
  /** Ours there. null: it knows us by our address. */
  user: string | null;
  password: string | null;
  /** The password is proved to this realm only; null: to any. */
  realm: string | null;
  register: boolean;
  /** Asked for, s. */
  expiresS: number;
  /** Between two OPTIONS, s. It keeps a NAT open, too (RFC 5626 §4.4). 0: never, all addresses count as alive. */
  pingS: number;
  /** Our number there, in From; null: `user`. */
  identity: string | null;
  /** Numbers that lead out over it. */
  outgoing: readonly NumberRule[];
  /** Numbers that may be called from its addresses. */
  incoming: readonly NumberRule[];
  /** Both ways together. */
  maxCalls: number;
}

/** Rewrites by the rule with the longest prefix; undefined: none fits. */
export function rewrite(rules: readonly NumberRule[], number: string): string | undefined {
  const fitting = rules.filter(({ prefix }) => number.startsWith(prefix));
  const [rule] = fitting.sort((a, b) => b.prefix.length - a.prefix.length);
  if (!rule) return undefined;
  const rewritten = rule.add + number.slice(rule.strip);
  return rewritten === '' ? undefined : rewritten;
}
