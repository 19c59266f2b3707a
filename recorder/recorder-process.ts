import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../base/errors.js';
import { createLog, type Log } from '../base/log.js';
import { FolderArchive } from './archive/folder-archive.js';
import { Uploader } from './archive/uploader.js';
import { recover } from './durable/recovery.js';
import type { Archiving, RecordingPlan } from './plan.js';
import { heartbeatMs, type Configure, type ProcessCommand, type ProcessEvent } from './process-messages.js';
import { Recording } from './recording.js';
import { becomeSingleWriter } from './single-writer.js';
import { timelineFile } from './timeline/entry.js';

/**
 * The recorder's process. It does what the server says, and when the server is gone it finishes what it has: every
 * recording becomes durable, is marked as interrupted, and the process ends.
 */

/** A growing timeline is copied to the archive so often, longer ones less often, since it is copied whole. */
const timelineUploadMs = 30_000;
const timelineUploadBytesPerMs = 20;
/** After the server is gone: what cannot be finished in this time is left to the next start. */
const lastMomentsMs = 5000;

class RecorderProcess {
  readonly #recordings = new Map<string, Promise<Recording>>();
  readonly #timelineUploads = new Map<string, number>();
  #uploader: Uploader | undefined;

  constructor(
    private readonly root: FolderArchive,
    private readonly log: Log,
  ) {}

  async start({ s3, resume }: Configure): Promise<void> {
    if (s3) {
      // Loaded where it is used only: after a crash the recording waits for this process.
      const { S3Archive } = await import('./archive/s3-archive.js');
      const remote = new S3Archive(s3);
      this.#uploader = new Uploader(this.root, remote, this.log);
      // Recording does not wait for it; whoever set it up wrongly hears of it now and not after the first recording.
      remote
        .check()
        .catch((error: unknown) =>
          this.log.error({ reason: messageOf(error) }, 'recordings cannot be archived now'),
        );
    }
    const active = new Set(resume.map(plan => plan.recordingId));
    await Promise.allSettled(resume.map(plan => this.record(plan)));
    for (const recordingId of await this.root.recordings()) {
      if (!active.has(recordingId)) await this.#endAbandoned(recordingId);
    }
    await this.#uploader?.resume(active);
  }

  async record(plan: RecordingPlan): Promise<void> {
    const { recordingId } = plan;
    if (this.#recordings.has(recordingId)) return this.update(plan);
    const starting = Recording.start(
      plan,
      this.root.directory,
      {
        segment: (durationMs, bytes) => this.#onSegment(recordingId, durationMs, bytes),
        file: name => this.#uploader?.offer(recordingId, name),
        failed: reason => this.#fail(recordingId, reason),
      },
      this.log.child({ recordingId, conferenceId: plan.conferenceId }),
    );
    this.#recordings.set(recordingId, starting);
    try {
      await starting;
    } catch (error) {
      this.#recordings.delete(recordingId);
      this.#fail(recordingId, messageOf(error));
    }
  }

  async update(plan: RecordingPlan): Promise<void> {
    const recording = await this.#find(plan.recordingId);
    if (recording) recording.update(plan);
    else await this.record(plan);
  }

  async note({ recordingId, note }: Extract<ProcessCommand, { type: 'note' }>): Promise<void> {
    (await this.#find(recordingId))?.note(note);
  }

  async stop(recordingId: string, state: 'complete' | 'interrupted' = 'complete'): Promise<void> {
    const recording = await this.#find(recordingId);
    if (recording) {
      await recording.end(state);
      this.#recordings.delete(recordingId);
      this.#timelineUploads.delete(recordingId);
      this.#uploader?.ended(recordingId);
    }
    send({ type: 'stopped', recordingId });
  }

  async endAll(state: 'complete' | 'interrupted'): Promise<void> {
    await Promise.allSettled([...this.#recordings.keys()].map(recordingId => this.stop(recordingId, state)));
    this.#uploader?.close();
  }

  get archiving(): Archiving | undefined {
    return this.#uploader?.state;
  }

  #find(recordingId: string): Promise<Recording | undefined> {
    return this.#recordings.get(recordingId)?.catch(() => undefined) ?? Promise.resolve(undefined);
  }

  #onSegment(recordingId: string, durationMs: number, bytes: number): void {
    send({ type: 'segment', recordingId, durationMs, bytes });
    if (!this.#uploader) return;
    const nowMs = performance.now();
    const dueMs = this.#timelineUploads.get(recordingId) ?? 0;
    if (nowMs < dueMs) return;
    this.#uploader.offer(recordingId, timelineFile);
    // About one byte of timeline for each ms of recording.
    this.#timelineUploads.set(recordingId, nowMs + timelineUploadMs + durationMs / timelineUploadBytesPerMs);
  }

  #fail(recordingId: string, reason: string): void {
    this.log.error({ recordingId, reason }, 'recording failed');
    const recording = this.#recordings.get(recordingId);
    this.#recordings.delete(recordingId);
    recording
      ?.then(
        each => each.end('interrupted'),
        () => undefined, // it never began
      )
      .catch((error: unknown) =>
        this.log.error({ recordingId, reason: messageOf(error) }, 'recording cannot be closed'),
      );
    send({ type: 'failed', recordingId, reason });
  }

  /** Its server died, or this machine did: what is there is put in order and marked. */
  async #endAbandoned(recordingId: string): Promise<void> {
    const directory = this.root.pathOf(recordingId);
    try {
      if (await hasEnded(path.join(directory, timelineFile))) return;
      const { folder, writer, ended, salvaged, tornBytes } = await recover(directory, {
        file: () => undefined,
        segment: () => undefined,
        failed: error =>
          this.log.error({ recordingId, reason: error.message }, 'recording cannot be recovered'),
      });
      if (ended) return void (await folder.close());
      await writer.end('interrupted');
      const { durationMs } = writer;
      this.log.warn({ recordingId, durationMs, salvaged, tornBytes }, 'interrupted recording put in order');
    } catch (error) {
      this.log.error({ recordingId, reason: messageOf(error) }, 'recording cannot be recovered');
    }
  }
}

/** Without reading the whole timeline. */
async function hasEnded(timeline: string): Promise<boolean> {
  const tailBytes = 512;
  const handle = await fs.open(timeline, 'r');
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return /\n\{"type":"end",[^\n]*\}\n$/.test(tail.toString());
  } finally {
    await handle.close();
  }
}

function send(event: ProcessEvent): void {
  if (process.connected) process.send?.(event);
}

let recorder: RecorderProcess | undefined;
let log: Log | undefined;
/** One command after the other begins; what they start runs side by side. */
let begun: Promise<void> = Promise.resolve();

async function configure(command: Configure): Promise<void> {
  log = createLog({ level: command.logLevel, name: 'recorder' });
  await becomeSingleWriter(command.directory);
  recorder = new RecorderProcess(new FolderArchive(command.directory), log);
  await recorder.start(command);
  send({ type: 'ready' });
}

async function obey(command: ProcessCommand): Promise<void> {
  switch (command.type) {
    case 'configure':
      return configure(command);
    case 'record':
      return recorder?.record(command.plan);
    case 'update':
      return recorder?.update(command.plan);
    case 'note':
      return recorder?.note(command);
    case 'stop':
      return recorder?.stop(command.recordingId);
    case 'close':
      await recorder?.endAll('complete');
      process.exit(0);
  }
}

process.on('message', (command: ProcessCommand) => {
  begun = begun
    .then(() => obey(command))
    .catch((error: unknown) =>
      log?.error({ command: command.type, reason: messageOf(error) }, 'command failed'),
    );
});

// It may have come while this process was loading.
if (!process.connected) process.exit(0);
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), lastMomentsMs).unref();
  const finish = recorder?.endAll('interrupted') ?? Promise.resolve();
  void finish.finally(() => process.exit(0));
});

// Ctrl-C and a service manager's stop reach every process of the group; the server says when we end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

// Packets wait for us in small buffers: on a busy machine encoders and pages may wait, not we.
try {
  os.setPriority(os.constants.priority.PRIORITY_ABOVE_NORMAL);
} catch {
  // Only a privileged user may; without it a busy machine loses packets sooner, and they are asked for again.
}

setInterval(() => {
  const archiving = recorder?.archiving;
  send({ type: 'alive', ...(archiving && { archiving }) });
}, heartbeatMs);
