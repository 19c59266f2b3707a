import fs from 'node:fs/promises';
import path from 'node:path';
import { Segmenter } from '../mux/segmenter.js';
import type { Entry, SegmentEntry } from '../timeline/entry.js';
import { readJournal, removeJournal } from './journal.js';
import { RecordingFolder } from './recording-folder.js';
import { RecordingWriter, configOf, type WriterEvents } from './recording-writer.js';

/** A recording whose recorder is gone, with everything listed that was still to be had. */
export interface Recovered {
  folder: RecordingFolder;
  writer: RecordingWriter;
  ended: boolean;
  hasPoster: boolean;
  /** Where it ends: 90 and 48 kHz. */
  videoTime: number;
  audioTime: number;
  /** The last segment's keyframe, to be shown until new pictures come. */
  held?: NonNullable<ConstructorParameters<typeof Segmenter>[1]>['held'];
  /** Segments made of the journal, and bytes of a torn last line. */
  salvaged: number;
  tornBytes: number;
}

/**
 * Puts in order what a killed recorder left: cuts off a torn line, makes the last segment of the journal, removes
 * temporary files. The caller either goes on with the recording or ends it as interrupted.
 *
 * @throws when the timeline makes no sense: then nothing is touched
 */
export async function recover(directory: string, events: WriterEvents): Promise<Recovered> {
  const { folder, entries, tornBytes } = await RecordingFolder.resume(directory);
  const segments = entries.filter(entry => entry.type === 'segment');
  const ended = entries.at(-1)?.type === 'end';
  const writer = new RecordingWriter(folder, events, entries);
  const hasPoster = entries.some(entry => entry.type === 'poster');
  const recovered = { folder, writer, ended, hasPoster, tornBytes, ...endOf(segments) };
  await removeTemporaryFiles(directory);
  if (ended) return { ...recovered, salvaged: 0 };
  const salvaged = salvage(directory, writer, recovered);
  await folder.idle();
  await removeJournal(directory);
  const [videoTime, audioTime] = [
    salvaged.videoTime ?? recovered.videoTime,
    salvaged.audioTime ?? recovered.audioTime,
  ];
  const held = salvaged.held ?? (await lastKeyframe(directory, entries));
  return {
    ...recovered,
    videoTime,
    audioTime,
    ...(held && { held }),
    salvaged: salvaged.segments,
  };
}

/** What the journal has beyond the last listed segment, as one more segment (or two). */
function salvage(directory: string, writer: RecordingWriter, from: { videoTime: number; audioTime: number }) {
  const result: {
    segments: number;
    videoTime?: number;
    audioTime?: number;
    held?: Recovered['held'];
  } = {
    segments: 0,
  };
  const records = readJournal(directory).filter(record => {
    if (record.kind === 'video') return record.time >= from.videoTime;
    if (record.kind === 'audio') return record.time >= from.audioTime;
    return true;
  });
  const audioTime = records.find(record => record.kind === 'audio')?.time ?? from.audioTime;
  const videoTime = records.find(record => record.kind === 'video')?.time ?? from.videoTime;
  const segmenter = new Segmenter(
    segment => {
      result.segments++;
      const last = segment.video.samples.reduce((sum, { duration }) => sum + duration, segment.video.time);
      result.videoTime = last;
      result.audioTime = segment.audio.samples.reduce(
        (sum, { duration }) => sum + duration,
        segment.audio.time,
      );
      const [keyframe] = segment.video.samples;
      if (keyframe) result.held = { config: segment.config, keyframe: keyframe.data };
      writer.segment(segment);
    },
    { videoTime, audioTime },
  );
  let config = writer.config;
  for (const record of records) {
    if (record.kind === 'config') {
      config = config?.avcC.equals(record.config.avcC) ? config : record.config;
      writer.startsAt(record.startedAtMs);
    } else if (record.kind === 'video') {
      if (config) segmenter.video(record.time, record.keyframe, record.data, config);
    } else {
      segmenter.audio(record.data);
    }
  }
  segmenter.finish();
  return result;
}

function endOf(segments: readonly SegmentEntry[]): { videoTime: number; audioTime: number } {
  const video = segments.at(-1)?.video;
  const audio = segments.findLast(segment => segment.audio.sizes.length > 0)?.audio;
  return {
    videoTime: video ? video.time + video.duration : 0,
    audioTime: audio ? audio.time + audio.duration : 0,
  };
}

async function lastKeyframe(directory: string, entries: readonly Entry[]): Promise<Recovered['held']> {
  const segment = entries.findLast(entry => entry.type === 'segment');
  const init = segment && entries.find(entry => entry.type === 'init' && entry.init === segment.init);
  if (!segment || init?.type !== 'init') return undefined;
  const bytes = segment.video.sizes[0] ?? 0;
  const keyframe = Buffer.alloc(bytes);
  const handle = await fs.open(path.join(directory, segment.file), 'r');
  try {
    await handle.read(keyframe, 0, bytes, segment.video.offset);
  } finally {
    await handle.close();
  }
  return { config: configOf(init), keyframe };
}

/** Begun and never renamed: nothing lists them. */
async function removeTemporaryFiles(directory: string): Promise<void> {
  for (const name of await fs.readdir(directory)) {
    if (name.endsWith('.tmp')) await fs.rm(path.join(directory, name), { force: true });
  }
}
