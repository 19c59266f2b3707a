/** What the media process is started with. */
export interface MediaProcessOptions {
  /** Threads that receive and decode; 0: one for each core but one. */
  decodeThreads: number;
  preset: 'ultrafast' | 'superfast' | 'veryfast';
  /** File of the font for names; null: the first of those known to cover Chinese. */
  font: string | null;
}
