import { ResourceError, messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { AuditLog } from '../../audit/audit-log.js';
import type { DirectorySignIn } from './directory-sign-in.js';

/** Looks now and then who has left the house. */
export class DirectoryRecheck {
  readonly #timer: NodeJS.Timeout;
  #running = false;

  constructor(
    private readonly signIn: DirectorySignIn,
    everyMs: number,
    private readonly audit: AuditLog,
    private readonly log: Log,
  ) {
    this.#timer = setInterval(() => void this.#check(), everyMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (const { userId, userName } of await this.signIn.recheck()) {
        this.log.info({ userId }, 'the directory knows a user no more');
        this.audit.append({
          actorId: null,
          actorName: 'directory',
          source: '',
          action: 'disableUser',
          object: `user:${userId}`,
          result: 'ok',
          detail: { userName },
        });
      }
    } catch (error) {
      // Nobody is disabled because the directory is away; that has been logged where it was asked.
      if (!(error instanceof ResourceError))
        this.log.error({ reason: messageOf(error) }, 'the directory could not be looked through');
    } finally {
      this.#running = false;
    }
  }
}
