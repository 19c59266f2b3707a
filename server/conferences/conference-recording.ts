import { randomBytes } from 'node:crypto';
import { UserError, messageOf } from '../../base/errors.js';
import { tap, type Tap } from '../../sfu/forwarding/plain-streams.js';
import type { RecordingPlan } from '../../recorder/plan.js';
import type { Note } from '../../recorder/timeline/entry.js';
import type { ConferenceState } from '../api/signalling.js';
import type { Composition, CompositionServices } from './composition.js';
import type { Conference } from './conference.js';

interface Running {
  recordingId: string;
  startedAt: string;
  ports: { video: number; audio: number };
  taps: Tap[];
}

/**
 * The conference's recording: has the composite made, and leads it from the SFU to the recorder. When the SFU is
 * restarted the same recording goes on from the new streams.
 */
export class ConferenceRecording {
  #running: Running | undefined;
  #starting: Promise<Running> | undefined;

  constructor(
    private readonly conference: Conference,
    private readonly composition: Composition,
    private readonly services: Pick<CompositionServices, 'recorder' | 'ports' | 'admitRecording'>,
  ) {}

  get state(): ConferenceState['recording'] {
    return this.#running
      ? { recordingId: this.#running.recordingId, startedAt: this.#running.startedAt }
      : null;
  }

  /** Starting what runs already answers with it. @throws UserError when nobody is there, or the recorder is full */
  async start(detail: { continues?: string } = {}): Promise<NonNullable<ConferenceState['recording']>> {
    if (this.conference.sites.length === 0) {
      throw new UserError(
        'nobody-there',
        'Nobody is in the conference yet: recording begins when the first site has joined.',
      );
    }
    this.#starting ??= this.#start(detail).finally(() => (this.#starting = undefined));
    const { recordingId, startedAt } = this.#running ?? (await this.#starting);
    return { recordingId, startedAt };
  }

  /** Resolves when everything is durable and plays. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined); // its caller has been told
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    try {
      await this.services.recorder.stop(running.recordingId);
    } finally {
      this.composition.closeComposite();
      this.#releaseTaps(running);
      this.services.ports.release(running.ports.video);
      this.services.ports.release(running.ports.audio);
      this.conference.log.info({ recordingId: running.recordingId }, 'recording stopped');
      this.conference.note('recording-stopped', { recordingId: running.recordingId });
      this.conference.changed();
    }
  }

  /** For the recording's timeline; nothing while none runs. */
  note(note: Note): void {
    if (this.#running) this.services.recorder.note(this.#running.recordingId, note);
  }

  /** The recorder gave up (disk full): what is listed stays. */
  failed(recordingId: string): void {
    if (this.#running?.recordingId !== recordingId) return;
    this.stop().catch((error: unknown) =>
      this.conference.log.error({ recordingId, reason: messageOf(error) }, 'recording failed'),
    );
  }

  /** The composite is made anew (the SFU was restarted): lead it to the same recording. */
  reconnect(): void {
    const running = this.#running;
    if (!running) return;
    this.#releaseTaps(running);
    this.#connect(running).then(
      plan => this.services.recorder.update(plan),
      (error: unknown) =>
        this.conference.log.error(
          { recordingId: running.recordingId, reason: messageOf(error) },
          'recording cannot be led on',
        ),
    );
  }

  async #start(detail: { continues?: string }): Promise<Running> {
    const { ports, recorder } = this.services;
    this.services.admitRecording();
    const running: Running = {
      recordingId: `${new Date().toISOString().replace(/[-:]|\..*/g, '')}-${randomBytes(4).toString('hex')}`,
      startedAt: new Date().toISOString(),
      ports: { video: await ports.takePair(), audio: await ports.takePair() },
      taps: [],
    };
    try {
      recorder.record(await this.#connect(running));
    } catch (error) {
      this.#releaseTaps(running);
      this.composition.closeComposite();
      ports.release(running.ports.video);
      ports.release(running.ports.audio);
      throw error;
    }
    this.#running = running;
    for (const { siteId, name } of this.conference.sites) this.note({ kind: 'site-joined', siteId, name });
    this.conference.log.info({ recordingId: running.recordingId }, 'recording started');
    this.conference.note('recording-started', { recordingId: running.recordingId, ...detail });
    this.conference.changed();
    return running;
  }

  async #connect(running: Running): Promise<RecordingPlan> {
    const { room, record, conferenceId } = this.conference;
    const { video, audio } = await this.composition.openComposite();
    const videoTap = await tap(
      room,
      video,
      `record:${running.recordingId}:video:${room.epoch}`,
      running.ports.video,
    );
    running.taps.push(videoTap);
    const audioTap = await tap(
      room,
      audio,
      `record:${running.recordingId}:audio:${room.epoch}`,
      running.ports.audio,
    );
    running.taps.push(audioTap);
    return {
      recordingId: running.recordingId,
      conferenceId,
      title: record.title,
      startedAt: running.startedAt,
      video: videoTap.session,
      audio: audioTap.session,
    };
  }

  #releaseTaps(running: Running): void {
    for (const each of running.taps.splice(0)) each.close();
  }
}
