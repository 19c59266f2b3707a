/**
 * The timeline: `timeline.jsonl` in a recording's folder. One JSON object a line, appended only, each durable
 * before anything depends on it. It lists what exists (a segment that it does not name does not exist), tells
 * who was where, and carries in `chain` a SHA-256 over everything before it (see chain.ts).
 */
export const timelineFile = 'timeline.jsonl';

export type Entry =
  RecordingEntry | InitEntry | SegmentEntry | PosterEntry | NoteEntry | ResumedEntry | EndEntry;

/** First line. */
export interface RecordingEntry {
  type: 'recording';
  version: 1;
  recordingId: string;
  conferenceId: string;
  title: string;
  /** RFC 3339: when record was pressed. */
  startedAt: string;
}

/** An initialization segment; segments name it by its number. A new one follows when SPS or PPS change. */
export interface InitEntry {
  type: 'init';
  init: number;
  file: string;
  bytes: number;
  sha256: string;
  /** RFC 6381, for the playlist: `avc1.640028,mp4a.40.2`. */
  codecs: string;
  width: number;
  height: number;
  /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1), base64. */
  avcC: string;
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1), base64. */
  audioConfig: string;
}

/** A media segment: one CMAF fragment of video and one of audio in one file. */
export interface SegmentEntry {
  type: 'segment';
  /** 1, 2, 3, … without gaps. */
  segment: number;
  init: number;
  file: string;
  bytes: number;
  sha256: string;
  /** RFC 3339: wall clock of the first frame. */
  at: string;
  video: TrackRun;
  audio: TrackRun;
}

/** What one track has in a segment: enough to build the tables of a progressive file without opening it. */
export interface TrackRun {
  /** Decode time of the first sample in the track's timescale (video 90 000, audio 48 000 Hz), as in tfdt. */
  time: number;
  /** Sum of the sample durations, same timescale. */
  duration: number;
  /** Where the samples' bytes begin in the file, and the size of each. They lie one after the other. */
  offset: number;
  sizes: number[];
  /** Sample durations as [count, ticks] runs. */
  durations: [count: number, ticks: number][];
}

/** The picture for lists: JPEG. */
export interface PosterEntry {
  type: 'poster';
  file: string;
  bytes: number;
  sha256: string;
}

/** Who was where, what was marked. Free of patients' data: ids and what the conference shows. */
export interface NoteEntry {
  type: 'note';
  /** ms of recording time. */
  timeMs: number;
  note: Note;
}

export type Note =
  | { kind: 'site-joined' | 'site-left'; siteId: string; name: string }
  | { kind: 'layout'; siteIds: string[] }
  | { kind: 'mark'; label: string };

/** The recorder died and another went on: from here on there may be held pictures and silence. */
export interface ResumedEntry {
  type: 'resumed';
  /** RFC 3339 */
  at: string;
}

/** Last line. `interrupted`: recorder or server died; everything up to then is there. */
export interface EndEntry {
  type: 'end';
  state: 'complete' | 'interrupted';
  durationMs: number;
  /** Of all segments. */
  bytes: number;
}

export const videoTimescale = 90_000;
export const audioTimescale = 48_000;

const recordingIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Also what keeps an id from being a path. */
export function isRecordingId(value: string): boolean {
  return recordingIdPattern.test(value);
}
