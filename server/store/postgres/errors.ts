import { ResourceError, UserError } from '../../../base/errors.js';
import type { Problem } from './connection.js';
import { describePostgres, type PostgresSettings } from './settings.js';

/** What PostgreSQL said when it was opened, and what to do. The codes are of its manual, Appendix A. */
export function openingError(settings: PostgresSettings, { sqlState, message }: Problem): Error {
  const { host, port, user, database } = settings;
  const where = `The database ${describePostgres(settings)}`;
  switch (sqlState) {
    case '28P01': // invalid_password
    case '28000': // invalid_authorization_specification
      return new UserError(
        'database-refused',
        `${where} refuses us (${message}). Correct user and password in database.url, or what pg_hba.conf allows.`,
      );
    case '3D000': // invalid_catalog_name
      return new UserError(
        'no-database',
        `${where} does not exist. Make it: createdb --host ${host} --port ${port} --owner ${user} --encoding UTF8 --template template0 ${database}`,
      );
    case '55P03': // lock_not_available
      return new ResourceError(
        'data-in-use',
        `${where} is another Amphi's that runs. Stop it first, or name another database in database.url.`,
      );
    default:
      return new UserError(
        'database-away',
        `${where} cannot be reached (${message}). Start PostgreSQL there, or correct database.url.`,
      );
  }
}

/** What a statement failed with. A fault of the statement itself is our bug and keeps PostgreSQL's words. */
export function queryError(settings: PostgresSettings, { sqlState, message }: Problem): Error {
  const where = `The database ${describePostgres(settings)}`;
  const code = sqlState ?? '';
  if (code === '42501')
    // insufficient_privilege
    return new UserError(
      'database-refused',
      `${where}: ${message}. It must be the user's own: ALTER DATABASE ${settings.database} OWNER TO ${settings.user}.`,
    );
  if (code === '22021')
    // character_not_in_repertoire
    return new UserError('bad-text', 'The text has a character that cannot be stored (U+0000).');
  if (code === '57014')
    // query_canceled, by statement_timeout
    return new ResourceError('database-slow', `${where} was too slow. Try again.`);
  if (code.startsWith('53') || code === '25006')
    // insufficient_resources, read_only_sql_transaction
    return new ResourceError('database-full', `${where} takes nothing more: ${message}.`);
  if (!/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P'))
    return new ResourceError(
      'database-away',
      `${where} is not reached (${message}). It is tried again all the time; repeat what you did in a moment.`,
    );
  return Object.assign(new Error(message), { code });
}
