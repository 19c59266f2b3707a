import { randomInt } from 'node:crypto';
import { messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { PortPool } from '../../../sfu/forwarding/port-pool.js';
import type { RtpSession } from '../../../sfu/rtp/session.js';
import type { Call, CallTarget } from '../../../sip-gateway/call/call.js';
import type { StreamTarget } from '../../../vod/player/messages.js';
import type { OpenPlayback, Player } from '../../../vod/player/player.js';
import type { RecordingNumber } from '../../store/recording-number-records.js';
import { recordedPicture } from '../composition-plan.js';
import { PrivatePlan, type PlanServices } from '../private-plan.js';
import { clock, helpLines, PlaybackKeys } from './playback-keys.js';
import { playbackPlan, playedSession } from './playback-plan.js';
import type { RecordingNumbers } from './recording-numbers.js';

export interface PlaybackServices extends PlanServices {
  ports: PortPool;
  player: Player;
  numbers: RecordingNumbers;
}

/** ms: a word that is read in passing, the help, and what is said last. */
const shortMs = 4_000;
const helpMs = 10_000;
const goodbyeMs = 4_000;

/** Answers those who dial a recording's number: each sees and hears it alone, from its beginning. */
export class Playbacks {
  constructor(
    private readonly services: PlaybackServices,
    private readonly log: Log,
  ) {}

  /** The recording that was dialled. */
  find({ user }: CallTarget): RecordingNumber | 'wrong-pin' | undefined {
    return this.services.numbers.dialled(user);
  }

  begin(call: Call, { recordingId }: RecordingNumber): void {
    const visit = new Visit(call, this.services);
    call.on('ended', () => visit.leave());
    this.log.info({ callId: call.id, recordingId }, 'a room plays a recording');
    visit.play(recordingId).catch((error: unknown) => {
      this.log.warn({ callId: call.id, recordingId, reason: messageOf(error) }, 'recording does not play');
      visit.failed();
    });
  }
}

/** One caller, and the recording that plays for them. */
class Visit {
  readonly #plan: PrivatePlan;
  readonly #ports: number[] = [];
  #playback: OpenPlayback | undefined;
  #control: PlaybackKeys | undefined;
  #played: { audio: RtpSession; video: RtpSession } | undefined;
  #notice: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #left = false;

  constructor(
    private readonly call: Call,
    private readonly services: PlaybackServices,
  ) {
    this.#plan = new PrivatePlan(`playback:${call.id}`, call, services, {
      press: digit => this.#control?.press(digit),
      plan: media => playbackPlan(this.#plan.conferenceId, media, this.#played, this.#notice),
      pictureOf: () => recordedPicture,
    });
  }

  async play(recordingId: string): Promise<void> {
    const { player } = this.services;
    const targets = { video: await this.#target(96), audio: await this.#target(97) };
    const playback = await player.open(recordingId, targets, {
      onPosition: positionMs => this.#control?.reached(positionMs),
      onEnd: () => this.#control?.ended(),
      onFailure: () => this.failed(),
    });
    if (this.#left) return playback.close();
    this.#playback = playback;
    this.#played = {
      video: playedSession('video', targets.video, playback.videoPort),
      audio: playedSession('audio', targets.audio, playback.audioPort),
    };
    this.#control = this.#controlOf(playback);
    this.#say([clock(playback.durationMs), ...helpLines], helpMs);
    playback.play();
  }

  failed(): void {
    if (this.#left) return;
    if (this.#control) this.#control.failed();
    else this.#controlOf({ durationMs: 0, play() {}, pause() {}, seek() {} }).failed();
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    clearTimeout(this.#timer);
    this.#playback?.close();
    this.#plan.close();
    for (const port of this.#ports.splice(0)) this.services.ports.release(port);
  }

  #controlOf(playable: ConstructorParameters<typeof PlaybackKeys>[0]): PlaybackKeys {
    return new PlaybackKeys(playable, {
      say: lines => this.#say(lines, shortMs),
      over: lines => {
        this.#say(lines, Infinity);
        this.#timer = setTimeout(() => this.call.hangup(lines.join(' ')), goodbyeMs);
      },
    });
  }

  async #target(payloadType: number): Promise<StreamTarget> {
    const port = await this.services.ports.takePair();
    if (this.#left) this.services.ports.release(port);
    else this.#ports.push(port);
    return { port, ssrc: randomInt(1, 2 ** 32), payloadType };
  }

  #say(lines: readonly string[], forMs: number): void {
    clearTimeout(this.#timer);
    this.#notice = lines;
    if (Number.isFinite(forMs)) this.#timer = setTimeout(() => this.#say([], Infinity), forMs);
    this.#plan.update();
  }
}
