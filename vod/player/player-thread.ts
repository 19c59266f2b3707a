import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../base/errors.js';
import type { Archive } from '../../recorder/archive/archive.js';
import { FolderArchive } from '../../recorder/archive/folder-archive.js';
import { audioTimescale, timelineFile, videoTimescale } from '../../recorder/timeline/entry.js';
import { RecordingIndex } from '../catalogue/recording-index.js';
import type { PlayerCommand, PlayerEvent } from './messages.js';
import { Playback } from './playback.js';
import type { PlayerOptions } from './player.js';
import { RtpStream } from './rtp-stream.js';
import { SegmentWindow } from './segment-window.js';

const tickMs = 10;

/** What a playback has open. */
interface Open {
  playback: Playback;
  close(): void;
}

const { directory, s3 } = workerData as PlayerOptions;
const archives: Archive[] = [new FolderArchive(directory)];
if (s3) archives.push(new (await import('../../recorder/archive/s3-archive.js')).S3Archive(s3));
const playbacks = new Map<string, Open>();
/** Opening, and closed meanwhile. */
const unwanted = new Set<string>();
const opening = new Set<string>();
const wallOffsetMs = Date.now() - performance.now();

function tell(event: PlayerEvent): void {
  parentPort!.postMessage(event);
}

async function indexOf(recordingId: string): Promise<RecordingIndex> {
  for (const archive of archives) {
    if (!(await archive.stat(recordingId, timelineFile))) continue;
    const index = new RecordingIndex(recordingId, archive);
    if ((await index.refresh()) && index.segments.length > 0) return index;
  }
  throw new Error('there is no such recording, or nothing in it');
}

/** From the first archive that has it. */
async function read(recordingId: string, file: string): Promise<NodeJS.ReadableStream> {
  let failure: unknown;
  for (const archive of archives) {
    try {
      return await archive.read(recordingId, file);
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function open(command: Extract<PlayerCommand, { type: 'open' }>): Promise<void> {
  const { playbackId, recordingId } = command;
  const streams = {
    video: new RtpStream(command.video, videoTimescale, () =>
      playbacks.get(playbackId)?.playback.showAgain(),
    ),
    audio: new RtpStream(command.audio, audioTimescale),
  };
  const fail = (reason: string) => {
    close(playbackId);
    tell({ type: 'failed', playbackId, reason });
  };
  opening.add(playbackId);
  try {
    const index = await indexOf(recordingId);
    const [videoPort, audioPort] = [await streams.video.open(), await streams.audio.open()];
    const window = new SegmentWindow(index.segments, file => read(recordingId, file), fail);
    const onEnd = () => tell({ type: 'ended', playbackId });
    const playback = new Playback(index, window, streams, { onEnd }, wallOffsetMs);
    const { durationMs } = playback;
    playbacks.set(playbackId, {
      playback,
      close: () => [window, streams.video, streams.audio].forEach(each => each.close()),
    });
    if (unwanted.has(playbackId)) close(playbackId);
    else tell({ type: 'opened', playbackId, durationMs, videoPort, audioPort });
  } catch (error) {
    streams.video.close();
    streams.audio.close();
    tell({ type: 'failed', playbackId, reason: messageOf(error) });
  } finally {
    opening.delete(playbackId);
    unwanted.delete(playbackId);
  }
}

function close(playbackId: string): void {
  playbacks.get(playbackId)?.close();
  if (!playbacks.delete(playbackId) && opening.has(playbackId)) unwanted.add(playbackId);
}

parentPort!.on('message', (command: PlayerCommand) => {
  const { type, playbackId } = command;
  if (type === 'open') return void open(command);
  if (type === 'close') return close(playbackId);
  const playback = playbacks.get(playbackId)?.playback;
  if (!playback) return;
  if (type === 'seek') playback.seek(command.byMs);
  else playback[type]();
  tell({ type: 'position', playbackId, positionMs: playback.positionMs });
});

setInterval(() => {
  const nowMs = performance.now();
  for (const { playback } of playbacks.values()) playback.tick(nowMs);
}, tickMs);
