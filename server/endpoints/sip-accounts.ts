import { randomInt } from 'node:crypto';
import { UserError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { AccountHandler } from '../../sip-gateway/registrar/account-handler.js';
import type { SavedBinding } from '../../sip-gateway/registrar/binding.js';
import {
  digestKeys,
  type DigestAlgorithm,
  type DigestKeys,
} from '../../sip-gateway/sip/authentication/digest.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { SipAccountKeys, SipAccountRecord, SipAccountRecords } from '../store/sip-account-records.js';
import type { TrustedAddresses } from './trusted-addresses.js';

export interface SipAccountOptions {
  realm: string;
  algorithms: readonly DigestAlgorithm[];
  /** Who calls has to show an account's password. */
  credentials: 'required' | 'off';
  /** Whoever knows a conference's or a recording's PIN may call it without an account. */
  guests: boolean;
}

export type SipAccountChange = Pick<
  SipAccountRecord,
  'displayName' | 'institutionId' | 'aliases' | 'disabled'
>;

/** Without letters and digits that look like others: it is typed with a remote control. */
const passwordAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const passwordLength = 16;

/** Accounts of devices that register by SIP, and who may call without one. */
export class SipAccounts implements AccountHandler {
  readonly realm: string;
  readonly algorithms: readonly DigestAlgorithm[];
  /** An account's password, or the account itself, is good no more. */
  revoked: (accountName: string) => void = () => {};

  constructor(
    readonly records: SipAccountRecords,
    private readonly services: {
      /** What else is called by numbers. */
      numbers: readonly Pick<ConferenceDirectory, 'isNumber' | 'hasPin'>[];
      attempts: AttemptLimit;
      trusted: TrustedAddresses;
      log: Log;
    },
    private readonly options: SipAccountOptions,
  ) {
    this.realm = options.realm;
    this.algorithms = options.algorithms;
  }

  // ---- for operators ----

  /** @throws UserError `name-taken`, `number-taken` */
  create(
    account: Omit<SipAccountRecord, 'createdAt'>,
    password = newPassword(),
  ): { account: SipAccountRecord; password: string } {
    const { accountName } = account;
    if (this.records.find(accountName) || this.#isTaken(accountName, accountName))
      throw new UserError('name-taken', `${accountName} belongs to another account or a conference.`);
    const record = { ...account, createdAt: new Date().toISOString() };
    this.#checkAliases(record);
    this.records.insert(record, this.#keysFor(accountName, password));
    return { account: record, password };
  }

  /** @throws UserError `number-taken` */
  update(account: SipAccountRecord, change: SipAccountChange): SipAccountRecord {
    const record = { ...account, ...change };
    this.#checkAliases(record);
    this.records.update(record);
    if (record.disabled) this.revoked(record.accountName);
    return record;
  }

  setPassword(accountName: string, password = newPassword()): string {
    this.records.setKeys(accountName, this.#keysFor(accountName, password));
    this.revoked(accountName);
    return password;
  }

  /** @returns whether there was one */
  delete(accountName: string): boolean {
    const wasThere = this.records.delete(accountName);
    if (wasThere) this.revoked(accountName);
    return wasThere;
  }

  #checkAliases({ accountName, aliases }: SipAccountRecord): void {
    const taken = aliases.find(alias => this.#isTaken(alias, accountName));
    if (taken !== undefined)
      throw new UserError('number-taken', `The number ${taken} belongs to another account or a conference.`);
  }

  #isTaken(user: string, by: string): boolean {
    const owner = this.#accountNamed(user);
    const isElsewhere = this.services.numbers.some(numbers => numbers.isNumber(user));
    return (owner !== undefined && owner !== by) || isElsewhere;
  }

  #keysFor(accountName: string, password: string): SipAccountKeys {
    const keys = digestKeys(accountName, this.realm, password);
    return { realm: this.realm, md5Key: keys.MD5, sha256Key: keys['SHA-256'] };
  }

  // ---- for the registrar ----

  keysOf(accountName: string): DigestKeys | undefined {
    const keys = this.records.keys(accountName);
    return keys?.realm === this.realm ? { MD5: keys.md5Key, 'SHA-256': keys.sha256Key } : undefined;
  }

  accountOf(user: string): string | undefined {
    return this.#accountNamed(user);
  }

  #accountNamed(user: string): string | undefined {
    const name = user.toLowerCase();
    return this.records.accountOfAlias(name.replace(/^\+(?=\d)/, '')) ?? this.records.find(name)?.accountName;
  }

  /** For `SipGateway.dial`: wherever its devices are then. */
  addressOf(account: string): string {
    return `sip:${account}@${this.realm}`;
  }

  /** For what people write, `8003`, `or-3` or `or-3@REALM`: its `addressOf`; undefined when it is no account. */
  addressOfWritten(written: string): string | undefined {
    const [user = '', host = this.realm] = written.replace(/^sips?:/i, '').split('@');
    const account = host.toLowerCase() === this.realm ? this.accountOf(user) : undefined;
    return account === undefined ? undefined : this.addressOf(account);
  }

  /** Devices call each other; who has no account, and is not trusted, calls conferences alone. */
  mayCallDevices(caller: { account?: string; address: string }): boolean {
    return caller.account !== undefined || this.services.trusted.has(caller.address);
  }

  mustAuthenticate(user: string, source: string): boolean {
    const { credentials, guests } = this.options;
    if (credentials === 'off' || this.services.trusted.has(source)) return false;
    const [number = ''] = user.split('*');
    return !(guests && this.services.numbers.some(numbers => numbers.hasPin(number)));
  }

  allows(source: string): boolean {
    return this.services.attempts.allows(source);
  }

  failed(source: string, account: string): void {
    this.services.attempts.failed(source);
    this.services.log.info(
      { source, account: account.slice(0, 64) },
      'wrong SIP password, or no such account',
    );
  }

  *savedBindings(): Iterable<[account: string, binding: SavedBinding]> {
    for (const [account, bindings] of this.records.bindings())
      for (const binding of bindings) yield [account, binding];
  }

  saveBindings(changes: ReadonlyMap<string, readonly SavedBinding[]>): void {
    this.records.saveBindings(changes);
  }
}

function newPassword(): string {
  const letter = () => passwordAlphabet[randomInt(passwordAlphabet.length)]!;
  return Array.from({ length: passwordLength }, letter).join('');
}
