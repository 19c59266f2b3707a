import { rm } from 'node:fs/promises';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Config } from '../../config/schema.js';
import { backUp, backupsIn, type BackupPlace } from './backup.js';

/** How often it is looked whether one is due; also how soon a failed one is tried again. */
const lookMs = 10 * 60_000;

/** Makes backups while the server runs, each when the newest is old enough (X5), and keeps the newest few. */
export class DailyBackup {
  /** ms since 1970 of the newest backup; null: there is none. */
  newestMs: number | null = null;
  failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly place: BackupPlace,
    private readonly options: Config['backup'] & { directory: string },
    private readonly log: Log,
  ) {}

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** Resolves when one that runs is complete. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #look(): void {
    this.#running ??= this.#backUpIfDue()
      .catch((error: unknown) => {
        this.failures++;
        this.log.error({ reason: messageOf(error) }, 'backup failed');
      })
      .finally(() => (this.#running = undefined));
  }

  async #backUpIfDue(): Promise<void> {
    const { directory, everyHours, keep, recordings } = this.options;
    const newest = (await backupsIn(directory)).at(-1);
    this.newestMs = newest ? Date.parse(newest.manifest.createdAt) : null;
    if (this.newestMs !== null && Date.now() - this.newestMs < everyHours * 3_600_000) return;
    const { folder, manifest } = await backUp(this.place, directory, recordings);
    this.newestMs = Date.parse(manifest.createdAt);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    this.log.info({ folder, files: manifest.files.length, bytes }, 'backup made');
    for (const old of (await backupsIn(directory)).slice(0, -keep)) await rm(old.folder, { recursive: true });
  }
}
