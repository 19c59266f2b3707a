import type { Log } from '../../../base/log.js';
import { ResourceError } from '../../../base/errors.js';

const passing = ['database-away', 'database-slow'];

/**
 * What is done by the clock, or for a room, asks the database, too, and nobody is there to be told that it is away. It
 * is left undone: conferences that run must not end with it. Any other fault that nobody caught ends the process, as
 * always.
 */
export function outliveLostDatabase(log: Log): void {
  process.on('uncaughtException', error => {
    if (error instanceof ResourceError && passing.includes(error.code)) {
      log.error({ reason: error.message, at: callerOf(error) }, 'not done: the database does not answer');
      return;
    }
    process.stderr.write(`${error.stack ?? String(error)}\n`);
    process.exit(1);
  });
}

/** The first place outside of the store. */
function callerOf(error: Error): string | undefined {
  return error.stack
    ?.split('\n')
    .slice(1)
    .find(line => !/[/\\]store[/\\]/.test(line))
    ?.trim();
}
