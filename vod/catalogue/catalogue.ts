import type { Log } from '../../base/log.js';
import type { Archive } from '../../recorder/archive/archive.js';
import type { RecordingSummary } from './recording-summary.js';

/** What recordings there are. Looks at the archives when it is asked, and reads only what was added since. */
export class Catalogue {
  /** @param archives in the order in which they are read from: the local folder first */
  constructor(
    private readonly archives: Archive[],
    private readonly log: Log,
  ) {}

  /** Newest first. A folder that cannot be understood is logged once, counted and left out. */
  async list(): Promise<RecordingSummary[]> {
    void this.archives;
    void this.log;
    return [];
  }

  /** null when there is none of this id. */
  async get(recordingId: string): Promise<RecordingSummary | null> {
    void recordingId;
    return null;
  }

  /** From all archives, for ever. False when there was none. @throws UserError while it is being recorded */
  async delete(recordingId: string): Promise<boolean> {
    void recordingId;
    return false;
  }
}
