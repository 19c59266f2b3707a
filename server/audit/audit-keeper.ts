import type { Log } from '../../base/log.js';
import type { AuditLog } from './audit-log.js';

const everyMs = 3_600_000;
const monthMs = 31 * 86_400_000;

/** Each hour: deletes what is older than the rule keeps, and puts the head of the chain into the log. */
export class AuditKeeper {
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly audit: AuditLog,
    private readonly keepMonths: number,
    private readonly log: Log,
  ) {
    this.#keep();
    this.#timer = setInterval(() => this.#keep(), everyMs);
    this.#timer.unref();
  }

  #keep(): void {
    const deleted = this.audit.retain(this.keepMonths * monthMs);
    this.log.info({ ...this.audit.head, deleted }, 'audit');
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
