/** One line of the list of recordings. */
export interface RecordingSummary {
  recordingId: string;
  conferenceId: string;
  title: string;
  /** RFC 3339 */
  startedAt: string;
  durationMs: number;
  bytes: number;
  state: 'recording' | 'complete' | 'interrupted';
  /** There is a picture: resource `poster.jpg`. */
  hasPoster: boolean;
}
