import path from 'node:path';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { RtpPacket } from '../sfu/rtp/packet.js';
import type { RtpSession } from '../sfu/rtp/session.js';
import { Journal } from './durable/journal.js';
import { RecordingFolder } from './durable/recording-folder.js';
import { RecordingWriter, type WriterEvents } from './durable/recording-writer.js';
import { recover, type Recovered } from './durable/recovery.js';
import { AudioTrack } from './intake/audio-track.js';
import { RtpIntake, type IntakeEvents } from './intake/rtp-intake.js';
import { SharedClock, StreamClock } from './intake/stream-clock.js';
import { Settling } from './intake/settling.js';
import { VideoIntake, type CodedPicture } from './intake/video-intake.js';
import { Segmenter } from './mux/segmenter.js';
import { aacFrameSamples, type VideoConfig } from './mux/track-config.js';
import type { RecordingPlan } from './plan.js';
import { makePoster } from './poster.js';
import { timelineFile, type Note } from './timeline/entry.js';

export interface RecordingEvents {
  segment(durationMs: number, bytes: number): void;
  /** A file is durable and listed. */
  file(name: string): void;
  failed(reason: string): void;
}

const tickMs = 20;
/** A port may still be held by the process before us. */
const bindRetryMs = 200;
/** A stream that begins waits so long for its sender's report, which says how sound belongs to pictures. */
const settleMs = 1000;
const maxSettlingPictures = 120;
const maxSettlingPackets = 150;
/** When the process was held up so long, packets wait in the socket: nothing is declared lost or missing before they are read. */
const heldUpMs = 100;
const patienceTicks = 5;
/** libopus, in every browser and in our mixer, gives sound out so much later than its packet says (6.5 ms at 48 kHz). */
const opusDelaySamples = 312;
/** Sound that has not come so long after its time is taken for silence. */
const audioLatenessMs = 1000;
/** … up to this time before now, so that what comes next still has its place. */
const audioMarginMs = 700;
const posterFromMs = 2000;
const posterInsistMs = 10_000;

/**
 * One recording: RTP in, segments out. Its clock begins with the first keyframe, at 0; pictures and sound get
 * their times from one mapping of the senders' clocks to ours (stream-clock.ts).
 */
export class Recording {
  readonly #shared = new SharedClock();
  readonly #videoClock = new StreamClock(90_000, this.#shared);
  readonly #audioClock = new StreamClock(48_000, this.#shared);
  readonly #video = new VideoIntake({
    picture: picture => this.#onPicture(picture),
    broken: () => this.#onPicture('broken'),
  });
  readonly #journal: Journal;
  readonly #segmenter: Segmenter;
  readonly #audioTrack: AudioTrack;
  #videoRtp: RtpIntake | undefined;
  #audioRtp: RtpIntake | undefined;
  /** Our monotonic clock at recording time 0; undefined before the first keyframe. */
  #zeroMs: number | undefined;
  /** While a stream's clock is not known; undefined when it is. `broken`: something is missing here. */
  #settlingVideo: Settling<CodedPicture | 'broken'> | undefined = newSettlingVideo();
  #settlingAudio: Settling<RtpPacket> | undefined = newSettlingAudio();
  #lastTickMs = performance.now();
  #patience = 0;
  #config: VideoConfig | undefined;
  #audioFrames = 0;
  #hasPoster = false;
  #posterTriedMs = 0;
  #lastKeyframe: { config: VideoConfig; data: Buffer } | undefined;
  readonly #timer: NodeJS.Timeout;
  #over = false;
  #ending: Promise<void> | undefined;

  private constructor(
    private plan: RecordingPlan,
    private readonly writer: RecordingWriter,
    private readonly from: Pick<Recovered, 'videoTime' | 'audioTime' | 'held' | 'hasPoster'>,
    directory: string,
    private readonly events: RecordingEvents,
    private readonly log: Log,
  ) {
    this.#journal = new Journal(directory);
    this.#segmenter = new Segmenter(segment => writer.segment(segment), from);
    this.#audioTrack = new AudioTrack(from.audioTime, frame => this.#onAacFrame(frame));
    this.#hasPoster = from.hasPoster;
    const { startedAtMs } = writer;
    // Going on: recording time has passed while nobody recorded.
    if (startedAtMs !== undefined) {
      const passedMs = Math.max(Date.now() - startedAtMs, from.videoTime / 90);
      this.#zeroMs = performance.now() - passedMs;
    }
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /**
   * Begins, or goes on with what an earlier process began.
   *
   * @param root folder of all recordings
   * @throws when the folder cannot be written, or the recording has ended already
   */
  static async start(
    plan: RecordingPlan,
    root: string,
    events: RecordingEvents,
    log: Log,
  ): Promise<Recording> {
    const directory = path.join(root, plan.recordingId);
    // The writer is made before the recording that listens to it.
    const listener: { recording?: Recording } = {};
    const writerEvents: WriterEvents = {
      file: name => events.file(name),
      segment: totals => {
        listener.recording?.onListed(totals.videoTime, totals.audioTime);
        events.segment(totals.durationMs, totals.bytes);
      },
      failed: error => {
        listener.recording?.onFailed();
        events.failed(reasonOf(error));
      },
    };
    const recovered = await tryRecover(directory, writerEvents);
    if (recovered?.ended) {
      await recovered.folder.close();
      throw new Error('the recording has ended already');
    }
    let recording: Recording;
    if (recovered) {
      const { writer, salvaged, tornBytes, ...from } = recovered;
      writer.append({ type: 'resumed', at: new Date().toISOString() });
      log.warn(
        { salvaged, tornBytes, durationMs: writer.durationMs },
        'recording goes on after its recorder died',
      );
      recording = new Recording(plan, writer, from, directory, events, log);
    } else {
      const { recordingId, conferenceId, title, startedAt } = plan;
      const entry = { type: 'recording', version: 1, recordingId, conferenceId, title, startedAt } as const;
      const writer = new RecordingWriter(await RecordingFolder.create(directory, entry), writerEvents, []);
      recording = new Recording(
        plan,
        writer,
        { videoTime: 0, audioTime: 0, hasPoster: false },
        directory,
        events,
        log,
      );
    }
    listener.recording = recording;
    void recording.#connect();
    return recording;
  }

  /** The SFU moved: other ports or SSRCs. */
  update(plan: RecordingPlan): void {
    const before = this.plan;
    this.plan = plan;
    if (samePort(before.video, plan.video)) this.#videoRtp?.update(plan.video);
    else this.#release('video');
    if (samePort(before.audio, plan.audio)) this.#audioRtp?.update(plan.audio);
    else this.#release('audio');
    void this.#connect();
  }

  note(note: Note): void {
    if (!this.#over) this.writer.note(this.#nowMs ?? 0, note);
  }

  /**
   * Everything that came becomes durable, then the last line. It may be called twice.
   *
   * @param state interrupted: whoever wanted the recording is gone
   */
  end(state: 'complete' | 'interrupted'): Promise<void> {
    return (this.#ending ??= this.#end(state));
  }

  /** A segment is listed; `videoTime` and `audioTime` are where it ends. */
  private onListed(videoTime: number, audioTime: number): void {
    this.#journal.listed(videoTime, audioTime);
  }

  /** Nothing can be written any more. */
  private onFailed(): void {
    this.#over = true;
  }

  /** Recording time now; undefined before the first keyframe. */
  get #nowMs(): number | undefined {
    return this.#zeroMs === undefined ? undefined : performance.now() - this.#zeroMs;
  }

  async #end(state: 'complete' | 'interrupted'): Promise<void> {
    clearInterval(this.#timer);
    this.#videoRtp?.flush();
    this.#audioRtp?.flush();
    this.#settle(Infinity);
    this.#over = true;
    const nowMs = this.#nowMs;
    if (nowMs !== undefined) {
      const endTime = this.#segmenter.endTime(nowMs * 90);
      this.#audioTrack.fill((endTime / 90) * 48);
      this.#audioTrack.end();
      this.#segmenter.finish(endTime);
      this.#tryPoster(true);
    }
    this.#release('video');
    this.#release('audio');
    this.#audioTrack.close();
    await this.#journal.close();
    await this.writer.end(state);
    await this.#journal.remove().catch(() => undefined); // of no use any more; recovery passes over it
    this.events.file(timelineFile);
    this.log.info({ ...this.#faults(), durationMs: this.writer.durationMs, state }, 'recording ended');
  }

  /** Binds what is not bound; tries again until it can. */
  async #connect(): Promise<void> {
    while (!this.#over) {
      const { video, audio } = this.plan;
      try {
        this.#videoRtp ??= await RtpIntake.open(video, this.#eventsOf(this.#videoClock, this.#video));
        this.#audioRtp ??= await RtpIntake.open(audio, this.#eventsOf(this.#audioClock));
        // The plan may have changed meanwhile.
        if (video === this.plan.video && audio === this.plan.audio) return;
        if (!samePort(video, this.plan.video)) this.#release('video');
        else this.#videoRtp.update(this.plan.video);
        if (!samePort(audio, this.plan.audio)) this.#release('audio');
        else this.#audioRtp.update(this.plan.audio);
      } catch (error) {
        this.log.warn({ reason: messageOf(error) }, 'port cannot be bound yet');
        await new Promise(resolve => setTimeout(resolve, bindRetryMs));
      }
    }
    this.#release('video');
    this.#release('audio');
  }

  #release(kind: 'video' | 'audio'): void {
    const intake = kind === 'video' ? this.#videoRtp : this.#audioRtp;
    if (kind === 'video') this.#videoRtp = undefined;
    else this.#audioRtp = undefined;
    void intake?.close();
  }

  #eventsOf(clock: StreamClock, video?: VideoIntake): IntakeEvents {
    return {
      arrived: packet => clock.onPacket(packet.timestamp, packet.arrivalMs),
      senderReport: (report, arrivalMs) =>
        clock.onSenderReport(report.ntpTime, report.rtpTimestamp, arrivalMs),
      packet: video ? packet => video.push(packet) : packet => this.#onOpus(packet),
      restarted: () => {
        clock.reset();
        if (video) {
          this.#settlingVideo ??= newSettlingVideo();
          video.reset();
        } else {
          this.#settlingAudio ??= newSettlingAudio();
        }
      },
    };
  }

  #onPicture(picture: CodedPicture | 'broken'): void {
    const settling = this.#settlingVideo;
    if (!settling) return this.#take(picture);
    // Nothing can begin with anything but a keyframe.
    if (settling.empty && (picture === 'broken' || !picture.keyframe)) this.#take('broken');
    else settling.push(picture, performance.now());
  }

  #onOpus(packet: RtpPacket): void {
    if (this.#settlingAudio) this.#settlingAudio.push(packet, performance.now());
    else this.#takeOpus(packet);
  }

  /** What waited for its clock goes on; the very first picture begins the recording. */
  #settle(nowMs: number): void {
    const [video, audio] = [this.#settlingVideo, this.#settlingAudio];
    const bothSettled = this.#videoClock.settled && this.#audioClock.settled;
    const begins = this.#zeroMs === undefined;
    if (video?.due(begins ? bothSettled : this.#videoClock.settled, nowMs)) {
      this.#settlingVideo = undefined;
      const pictures = video.take();
      if (begins) this.#begin(pictures);
      this.#shared.fix();
      for (const picture of pictures) this.#take(picture);
    }
    // Sound waits for the first picture as long as it takes.
    if (this.#zeroMs !== undefined && audio?.due(this.#audioClock.settled, nowMs)) {
      this.#settlingAudio = undefined;
      for (const packet of audio.take()) this.#takeOpus(packet);
    }
  }

  #begin(pictures: (CodedPicture | 'broken')[]): void {
    const first = pictures.find(each => each !== 'broken');
    if (!first) return;
    this.#shared.fix();
    this.#zeroMs = this.#videoClock.timeMs(first.timestamp);
    this.writer.startsAt(Date.now() - (performance.now() - this.#zeroMs));
    const { width, height } = first.config;
    const inStep = this.#videoClock.settled && this.#audioClock.settled;
    this.log.info({ width, height, inStep }, 'recording began');
  }

  #takeOpus(packet: RtpPacket): void {
    const atMs = this.#audioClock.timeMs(packet.timestamp) - this.#zeroMs!;
    // What is before the first picture is left out.
    if (atMs >= -10) this.#audioTrack.packet(atMs * 48 - opusDelaySamples, packet.payload);
  }

  #take(picture: CodedPicture | 'broken'): void {
    if (picture === 'broken') return this.#segmenter.interrupt();
    const { timestamp, keyframe, data, config } = picture;
    const time = (this.#videoClock.timeMs(timestamp) - this.#zeroMs!) * 90;
    if (config !== this.#config) {
      this.#config = config;
      this.#journal.config(config, this.writer.startedAtMs ?? 0);
    }
    if (this.#segmenter.video(time, keyframe, data, config)) {
      this.#journal.video(this.#segmenter.videoTime, keyframe, data);
    }
    if (!keyframe) return;
    this.#lastKeyframe = { config, data };
    this.#tryPoster(false);
  }

  #onAacFrame(frame: Buffer): void {
    const time = this.from.audioTime + this.#audioFrames++ * aacFrameSamples;
    this.#segmenter.audio(frame);
    this.#journal.audio(time, frame);
  }

  #tick(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastTickMs > heldUpMs) this.#patience = patienceTicks;
    this.#lastTickMs = nowMs;
    if (this.#patience > 0) {
      this.#patience--;
      return;
    }
    this.#videoRtp?.tick(nowMs);
    this.#audioRtp?.tick(nowMs);
    this.#settle(nowMs);
    if (this.#segmenter.keyframeWanted && (this.#settlingVideo?.empty ?? true)) {
      this.#videoRtp?.requestKeyframe(nowMs);
    }
    if (this.#zeroMs === undefined) return;
    const recordingMs = nowMs - this.#zeroMs;
    // Sound that waits for its clock will be there in a moment.
    const waiting = this.#settlingAudio?.empty === false;
    if (!waiting && recordingMs * 48 - this.#audioTrack.position > audioLatenessMs * 48) {
      this.#audioTrack.fill((recordingMs - audioMarginMs) * 48);
    }
    if (this.#settlingVideo?.empty ?? true) this.#segmenter.tick(recordingMs * 90);
  }

  #tryPoster(last: boolean): void {
    const keyframe = this.#lastKeyframe;
    const nowMs = this.#segmenter.videoTime / 90;
    if (this.#hasPoster || !keyframe || (nowMs < posterFromMs && !last)) return;
    // One a second at most, however many keyframes come.
    if (!last && nowMs - this.#posterTriedMs < 900) return;
    this.#posterTriedMs = nowMs;
    try {
      const jpeg = makePoster(keyframe.config, keyframe.data, last || nowMs > posterInsistMs);
      if (!jpeg) return;
      this.#hasPoster = true;
      this.writer.poster(jpeg);
    } catch (error) {
      this.#hasPoster = true; // it would fail again
      this.log.warn({ reason: messageOf(error) }, 'no poster');
    }
  }

  #faults(): Record<string, number> {
    const { incomplete, unsupported } = this.#video.counts;
    const { late, invalid, concealed, silent } = this.#audioTrack.counts;
    return {
      incomplete,
      unsupported,
      late,
      invalid,
      concealedMs: Math.round(concealed / 48),
      silentMs: Math.round(silent / 48),
      undecodable: this.#segmenter.counts.undecodable,
      droppedSegments: this.writer.counts.dropped,
      journalDropped: this.#journal.counts.dropped,
    };
  }
}

function newSettlingVideo(): Settling<CodedPicture | 'broken'> {
  return new Settling(maxSettlingPictures, settleMs);
}

function newSettlingAudio(): Settling<RtpPacket> {
  return new Settling(maxSettlingPackets, settleMs);
}

async function tryRecover(directory: string, events: WriterEvents): Promise<Recovered | null> {
  try {
    return await recover(directory, events);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function samePort(a: RtpSession, b: RtpSession): boolean {
  return a.local.address === b.local.address && a.local.port === b.local.port;
}

/** For people. */
function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk is full. Everything recorded so far is kept.';
  if (code === 'EROFS' || code === 'EACCES') return 'The folder of recordings cannot be written.';
  return `The recording cannot be written: ${error.message}`;
}
