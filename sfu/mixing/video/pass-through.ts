import { parseSps } from '../../rtp/h264-sps.js';
import { timestampAdd, timestampDelta } from '../../rtp/sequence.js';
import type { AccessUnit } from './messages.js';

/** RFC 6184 §8.2.1 */
const ticksPerMs = 90;
/** Media time may be off the clock by so much (jitter, drift) before it begins anew. */
const mostOffTicks = 200 * ticksPerMs;

/** What a keyframe's sequence parameter set says. */
export interface PassedPicture {
  width: number;
  height: number;
  profileIdc: number;
  /** constraint_set flags, bit 7 is constraint_set0_flag. */
  constraints: number;
}

/** The units that are passed on of one session: as if that were an encoder. */
export function passedBy(session: string): string {
  return `forward:${session}`;
}

/**
 * H.264 pictures of one sender, sent on as they are: made into what an encoder would give, with the parameter sets
 * in each keyframe (some senders say them once) and times on our own clock.
 */
export class PassThrough {
  readonly #encoder: string;
  #sps: Buffer | undefined;
  #pps: Buffer | undefined;
  #picture: PassedPicture | undefined;
  #timestamp = 0;
  #mediaTimestamp: number | undefined;

  constructor(session: string) {
    this.#encoder = passedBy(session);
  }

  /** `data` is a whole access unit in Annex B form, and is copied. */
  unit(
    data: Buffer,
    frame: { timestamp: number; keyframe: boolean },
    now: { nowMs: number; wallMs: number },
    bitrate: number,
  ): AccessUnit {
    const own = frame.keyframe && this.#noteParameterSets(data);
    const sets = frame.keyframe && !own && this.#sps && this.#pps ? [this.#sps, this.#pps] : [];
    const whole = Buffer.concat([...sets, data]);
    return {
      encoder: this.#encoder,
      data: new Uint8Array(whole.buffer, whole.byteOffset, whole.length),
      keyframe: frame.keyframe && this.#sps !== undefined,
      index: 0,
      wallMs: now.wallMs,
      passed: {
        timestamp: this.#timestampOf(frame.timestamp, now.nowMs),
        bitrate,
        ...(this.#picture && { picture: this.#picture }),
      },
    };
  }

  /** The steps are the sender's, the time itself is ours: composed pictures may come before and after. */
  #timestampOf(mediaTimestamp: number, nowMs: number): number {
    const clock = Math.round(nowMs * ticksPerMs) % 0x100000000;
    const step =
      this.#mediaTimestamp === undefined ? 0 : timestampDelta(mediaTimestamp, this.#mediaTimestamp);
    const next = timestampAdd(this.#timestamp, step);
    const isNear = this.#mediaTimestamp !== undefined && Math.abs(timestampDelta(clock, next)) < mostOffTicks;
    this.#mediaTimestamp = mediaTimestamp;
    return (this.#timestamp = isNear ? next : clock);
  }

  /** True: the keyframe has its own. */
  #noteParameterSets(data: Buffer): boolean {
    let has = false;
    for (let at = startCode(data, 0); at >= 0;) {
      const next = startCode(data, at);
      const type = data[at]! & 0x1f;
      if (type === 1 || type === 5) break;
      const end = next < 0 ? data.length : data[next - 4] === 0 ? next - 4 : next - 3;
      if (type === 7) {
        has = true;
        this.#sps = withStartCode(data.subarray(at, end));
        this.#picture = parseSps(data.subarray(at, end)) ?? undefined;
      }
      if (type === 8) this.#pps = withStartCode(data.subarray(at, end));
      at = next;
    }
    return has;
  }
}

/** Where the NAL unit behind the next start code begins (Annex B); -1: there is none. */
function startCode(data: Buffer, from: number): number {
  for (let at = from; at + 3 < data.length; at++) {
    if (data[at + 2]! > 1) at += 2;
    else if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) return at + 3;
  }
  return -1;
}

function withStartCode(nal: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 1]), nal]);
}

/** What a receiver takes. */
export interface PassLimits {
  width: number;
  height: number;
  profile: 'baseline' | 'high';
  /** bit/s */
  bitrate: number;
  /** Only a picture of just this shape: another one would have to be cropped. */
  sameShape: boolean;
}

/** A sender's rate varies; its receiver's limit is not that exact. */
const bitrateTolerance = 1.25;
const shapeTolerance = 0.02;

/** Whether a receiver can show what is passed on. */
export function isShowable({ picture }: Passed, limits: PassLimits): boolean {
  if (!picture) return false;
  const [long, short] = [Math.max(limits.width, limits.height), Math.min(limits.width, limits.height)];
  if (Math.max(picture.width, picture.height) > long) return false;
  if (Math.min(picture.width, picture.height) > short) return false;
  const shape = (picture.width * limits.height) / (picture.height * limits.width);
  if (limits.sameShape && Math.abs(shape - 1) > shapeTolerance) return false;
  // A.2.1, A.2.2: constraint_set0_flag says that a baseline decoder shows it, whatever the profile's number.
  const isBaseline = picture.profileIdc === 66 || (picture.constraints & 0x80) !== 0;
  const isHigh = picture.profileIdc === 100 || picture.profileIdc === 77;
  return isBaseline || (isHigh && limits.profile === 'high');
}

/** Whether it has the bandwidth for it. */
export function isAffordable({ bitrate }: Passed, limits: PassLimits): boolean {
  return bitrate <= limits.bitrate * bitrateTolerance;
}

type Passed = NonNullable<AccessUnit['passed']>;
