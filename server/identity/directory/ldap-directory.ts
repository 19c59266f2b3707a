import net from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import {
  AndFilter,
  Client,
  EqualityFilter,
  Filter,
  FilterParser,
  InvalidCredentialsError,
  NoSuchObjectError,
  ResultCodeError,
  SizeLimitExceededError,
  type Entry,
} from 'ldapts';
import type { LdapConfig } from '../../../config/identity-schema.js';
import { ResourceError, UserError, messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { ExternalPerson } from './external-users.js';

export interface DirectoryEntry extends ExternalPerson {
  dn: string;
}

/** `refused`: the directory has closed the account; `waits`: it is locked or its password is over, for now. */
export type Proof = 'right' | 'wrong' | 'refused' | 'waits';

/**
 * What Active Directory tells in the text of error 49 (`data 533`): its Win32 codes ERROR_ACCOUNT_DISABLED and
 * ERROR_ACCOUNT_EXPIRED close an account; password expired, must be changed, and locked out make it wait.
 */
const closedCodes = /\bdata (533|701)\b/;
const waitingCodes = /\bdata (532|773|775)\b/;
/** Values of one attribute that are read: a person is in some groups, not in thousands. */
const maxGroups = 1000;

/** The directory of the house: finds people and asks it whether a password is theirs (RFC 4511 §4.2, simple bind). */
export class LdapDirectory {
  readonly #tls: ConnectionOptions;
  readonly #host: string;

  /** @throws UserError when what is configured would send passwords in the clear */
  constructor(
    private readonly config: LdapConfig,
    ca: string | undefined,
    private readonly log: Log,
  ) {
    const url = new URL(config.url);
    if (url.protocol === 'ldap:' && !config.startTls)
      throw new UserError(
        'bad-config',
        'identity.ldap: use ldaps:// or startTls, or passwords go in the clear.',
      );
    if (url.protocol === 'ldaps:' && config.startTls)
      throw new UserError(
        'bad-config',
        'identity.ldap: startTls is for ldap://; with ldaps:// it is encrypted already.',
      );
    for (const filter of [config.userFilter, config.groupFilter]) checkFilter(filter);
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#tls = {
      host: this.#host,
      ...(net.isIP(this.#host) === 0 && { servername: this.#host }),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(ca !== undefined && { ca }),
    };
  }

  /** @returns null: nobody, or not one alone @throws ResourceError `directory-down` */
  find(userName: string): Promise<DirectoryEntry | null> {
    const filter = this.config.userFilter.replaceAll('{user}', () => Filter.escape(userName));
    return this.#search(FilterParser.parseString(filter));
  }

  /** By what stays the same for ever. @throws ResourceError `directory-down` */
  findById(id: string): Promise<DirectoryEntry | null> {
    const { userFilter, attributes } = this.config;
    const anybody = FilterParser.parseString(userFilter.replaceAll('{user}', '*'));
    const one = new EqualityFilter({ attribute: attributes.id, value: Buffer.from(id, 'hex') });
    return this.#search(new AndFilter({ filters: [anybody, one] }));
  }

  /**
   * @param entry null: nobody was found; the directory is asked all the same, so that it takes as long
   * @throws ResourceError `directory-down`
   */
  prove(entry: DirectoryEntry | null, password: string): Promise<Proof> {
    // RFC 4513 §5.1.2: a bind without a password succeeds, as nobody.
    if (password === '') return Promise.resolve('wrong');
    const dn = entry?.dn ?? `cn=nobody,${this.config.base}`;
    return this.#connected(async client => {
      try {
        await client.bind(dn, password);
        return entry ? 'right' : 'wrong';
      } catch (error) {
        if (error instanceof InvalidCredentialsError) {
          if (closedCodes.test(error.message)) return 'refused';
          return waitingCodes.test(error.message) ? 'waits' : 'wrong';
        }
        if (error instanceof NoSuchObjectError) return 'wrong';
        // It has answered, and not with yes: constraint violation, unwilling to perform, no password set.
        if (error instanceof ResultCodeError) return 'waits';
        throw error;
      }
    });
  }

  #search(filter: Filter): Promise<DirectoryEntry | null> {
    const { base, attributes, bindDn, bindPassword, timeoutS } = this.config;
    return this.#connected(async client => {
      await client.bind(bindDn, bindPassword);
      const { id, userName, displayName, groups } = attributes;
      const found = await client
        .search(base, {
          scope: 'sub',
          filter,
          attributes: [id, userName, displayName, ...(groups === null ? [] : [groups])],
          explicitBufferAttributes: [id],
          sizeLimit: 2,
          timeLimit: Math.ceil(timeoutS),
        })
        .catch((error: unknown) => {
          if (error instanceof SizeLimitExceededError) return { searchEntries: [{ dn: '' }, { dn: '' }] };
          throw error;
        });
      const [entry, other] = found.searchEntries;
      if (other) this.log.warn({ filter: filter.toString() }, 'the directory has several people of one name');
      if (!entry || other) return null;
      return this.#describe(entry, await this.#groupsOf(client, entry.dn));
    });
  }

  #describe(entry: Entry, groups: string[]): DirectoryEntry | null {
    const { attributes } = this.config;
    const [id] = valuesOf(entry, attributes.id);
    const [userName] = valuesOf(entry, attributes.userName);
    if (id === undefined || userName === undefined) {
      this.log.warn({ dn: entry.dn, attributes }, 'a person of the directory lacks the id or the user name');
      return null;
    }
    return {
      dn: entry.dn,
      id: id.toString('hex'),
      userName: userName.toString(),
      displayName: valuesOf(entry, attributes.displayName)[0]?.toString() ?? userName.toString(),
      groups: [
        ...(attributes.groups === null ? [] : valuesOf(entry, attributes.groups).map(String)),
        ...groups,
      ].slice(0, maxGroups),
    };
  }

  async #groupsOf(client: Client, dn: string): Promise<string[]> {
    const { groupBase, groupFilter } = this.config;
    if (groupBase === null) return [];
    const filter = groupFilter.replaceAll('{dn}', () => Filter.escape(dn));
    const { searchEntries } = await client.search(groupBase, { scope: 'sub', filter, attributes: ['1.1'] });
    return searchEntries.map(group => group.dn);
  }

  /** One connection for each question: they are rare, and none is left behind with somebody's rights. */
  async #connected<T>(ask: (client: Client) => Promise<T>): Promise<T> {
    const { url, startTls, timeoutS } = this.config;
    const ms = timeoutS * 1000;
    const client = new Client({
      url,
      timeout: ms,
      connectTimeout: ms,
      ...(!startTls && { tlsOptions: { ...this.#tls } }),
    });
    try {
      const answer = (async () => {
        if (startTls) await client.startTLS({ ...this.#tls });
        return await ask(client);
      })();
      // A handshake that hangs is in no limit of the library.
      return await within(answer, 3 * ms);
    } catch (cause) {
      this.log.error({ url, reason: messageOf(cause) }, 'the directory cannot be asked');
      throw new ResourceError(
        'directory-down',
        'The directory of the house cannot be asked now, so nobody of it can sign in. Local users, like the administrator, can. Try again in a minute.',
        { cause },
      );
    } finally {
      await client.unbind().catch(() => undefined); // it may be gone already
    }
  }
}

/** @throws UserError when it is none (RFC 4515) */
function checkFilter(filter: string): void {
  try {
    FilterParser.parseString(filter.replaceAll(/\{(user|dn)\}/g, 'x'));
  } catch (cause) {
    throw new UserError('bad-config', `identity.ldap: ${filter} is no filter: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** The directory decides how a name is written; case does not matter (RFC 4512 §2.5). */
function valuesOf(entry: Entry, attribute: string): Buffer[] {
  const name = Object.keys(entry).find(key => key.toLowerCase() === attribute.toLowerCase());
  const value = name === undefined ? [] : entry[name]!;
  return (Array.isArray(value) ? value : [value]).map(one => (Buffer.isBuffer(one) ? one : Buffer.from(one)));
}

async function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  answer.catch(() => undefined); // when it fails after it was given up
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
