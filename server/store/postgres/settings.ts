import fs from 'node:fs';
import { UserError, messageOf } from '../../../base/errors.js';

/** As libpq names them (`sslmode`, https://www.postgresql.org/docs/current/libpq-ssl.html). */
const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type TlsMode = (typeof tlsModes)[number];

/** Where the database is, and as whom it is used. */
export interface PostgresSettings {
  /** Name, address, or the folder of a Unix socket. */
  host: string;
  port: number;
  user: string;
  /** undefined: of `PGPASSWORD` or `~/.pgpass`, if it is asked for. */
  password: string | undefined;
  database: string;
  tls: TlsMode;
  /** PEM file of the authority that the server's certificate must be of; undefined: one that the system knows. */
  authority: string | undefined;
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`. Without `sslmode` a server elsewhere
 * must show a certificate that holds (`verify-full`), one on this machine needs none.
 *
 * @throws UserError `bad-config`; it never shows the URL, which may hold a password
 */
export function parsePostgresUrl(url: string): PostgresSettings {
  const bad = (why: string) => new UserError('bad-config', `database.url: ${why}.`);
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw bad('it must be of the form postgres://user:password@host:port/database');
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  if (username === '') throw bad('it names no user');
  if (database === '') throw bad('it names no database');
  for (const name of searchParams.keys())
    if (!['sslmode', 'sslrootcert', 'host'].includes(name)) throw bad(`nothing is known of ${name}`);
  const host = searchParams.get('host') ?? (hostname === '' ? 'localhost' : hostname.replace(/^\[|\]$/g, ''));
  const local = /^(localhost|127\.[\d.]+|::1|\/.*)$/.test(host);
  const tls = searchParams.get('sslmode') ?? (local ? 'disable' : 'verify-full');
  if (!isTlsMode(tls)) throw bad(`sslmode is one of ${tlsModes.join(', ')}`);
  const authority = searchParams.get('sslrootcert') ?? undefined;
  if (authority !== undefined && tls === 'disable') throw bad('sslrootcert needs an sslmode');
  return {
    ...{ host, database, tls, authority },
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
  };
}

function isTlsMode(value: string): value is TlsMode {
  return tlsModes.some(mode => mode === value);
}

/** For people: without the password. */
export function describePostgres({ host, port, user, database }: PostgresSettings): string {
  return `${database} at ${host}:${port} as ${user}`;
}

/** For `pg`. `require` alone asks for encryption and believes any certificate, as with libpq. */
export function tlsOptions({ tls, authority, host }: PostgresSettings) {
  if (tls === 'disable') return false;
  const ca = authority === undefined ? undefined : readAuthority(authority);
  const verify = tls !== 'require' || ca !== undefined;
  return {
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca }),
    ...(tls === 'verify-full' ? { host } : { checkServerIdentity: () => undefined }),
  };
}

function readAuthority(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('bad-config', `database.url: sslrootcert cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** For `pg_dump` and `pg_restore`: not on the command line, where everybody on the machine reads the password. */
export function environmentOf(settings: PostgresSettings): Record<string, string> {
  return {
    PGHOST: settings.host,
    PGPORT: String(settings.port),
    PGUSER: settings.user,
    PGDATABASE: settings.database,
    PGSSLMODE: settings.tls,
    ...(settings.password !== undefined && { PGPASSWORD: settings.password }),
    ...(settings.authority !== undefined && { PGSSLROOTCERT: settings.authority }),
  };
}
