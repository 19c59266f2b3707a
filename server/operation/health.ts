import { statfs } from 'node:fs/promises';

/** What must run for the server to be of use; each is looked at when somebody asks. */
export interface HealthSources {
  sfuWorkers: () => number;
  mixer: () => boolean;
  recorder: () => boolean;
  /** @throws when the store does not answer */
  store: () => void;
  draining: () => boolean;
  dataDir: string;
}

export interface Health {
  ok: boolean;
  sfuWorkers: number;
  mixer: boolean;
  recorder: boolean;
}

export interface Readiness {
  ready: boolean;
  /** In words, what keeps it from taking new conferences. */
  reasons: string[];
}

/** About twenty minutes of four recordings. */
const leastFreeBytes = 2 * 1024 ** 3;

/** `/healthz`: do the parts run? `/readyz`: can new conferences come here? */
export class HealthCheck {
  constructor(private readonly sources: HealthSources) {}

  health(): Health {
    const [sfuWorkers, mixer, recorder] = [
      this.sources.sfuWorkers(),
      this.sources.mixer(),
      this.sources.recorder(),
    ];
    return { ok: sfuWorkers > 0 && mixer && recorder, sfuWorkers, mixer, recorder };
  }

  async readiness(): Promise<Readiness> {
    const { sfuWorkers, mixer, recorder } = this.health();
    const freeBytes = await this.freeBytes();
    const reasons = [
      ...(sfuWorkers === 0 ? ['No SFU worker runs.'] : []),
      ...(mixer ? [] : ['The media process is being restarted.']),
      ...(recorder ? [] : ['The recorder is being restarted.']),
      ...(this.#storeAnswers() ? [] : ['The database does not answer.']),
      ...(freeBytes < leastFreeBytes
        ? [`Only ${Math.round(freeBytes / 1e6)} MB are free for recordings. Delete some, or add space.`]
        : []),
      ...(this.sources.draining()
        ? ['It is being drained: conferences that run go on, new ones are refused.']
        : []),
    ];
    return { ready: reasons.length === 0, reasons };
  }

  /** Of the file system that holds the data folder. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.sources.dataDir);
    return bavail * bsize;
  }

  #storeAnswers(): boolean {
    try {
      this.sources.store();
      return true;
    } catch {
      return false;
    }
  }
}
