import type { DigestAlgorithm, DigestKeys } from '../sip/authentication/digest.js';
import type { SavedBinding } from './binding.js';

/** What the registrar asks of whoever keeps the accounts, and tells. All at once: a REGISTER waits for it. */
export interface AccountHandler {
  /** What the passwords are for; also the host of addresses that mean a registered device. */
  readonly realm: string;
  /** Offered in this order, best first (RFC 8760 §2). */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Undefined when there is no such account, or it is disabled. */
  keysOf(account: string): DigestKeys | undefined;
  /** The account that a dialled name or number means. */
  accountOf(user: string): string | undefined;
  /** Whether who calls `user` from there has to say first who it is. */
  mustAuthenticate(user: string, source: string): boolean;
  /** Whether the source may try at all: false after too many wrong passwords. */
  allows(source: string): boolean;
  /** Wrong name or password. */
  failed(source: string, account: string): void;
  /** What was saved before a restart. */
  savedBindings(): Iterable<[account: string, binding: SavedBinding]>;
  /** Many at once, a few times a second: all that these accounts have now. */
  saveBindings(changes: ReadonlyMap<string, readonly SavedBinding[]>): void;
}
