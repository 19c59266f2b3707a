import { createAudioEncoder, timestampStep } from '../../sfu/mixing/audio/audio-encoder.js';
import { tickMs, tickSamples } from '../../sfu/mixing/audio/sound-format.js';
import { Tone } from '../../sfu/mixing/audio/tone.js';
import type { RtpEndpoint } from '../../sfu/mixing/rtp-endpoint.js';
import { Surface } from '../../sfu/codecs/surface.js';
import { createVideoEncoder } from '../../sfu/codecs/video-encoder.js';
import type { RtpCodec } from '../../sfu/rtp/session.js';
import { createVideoPacketizer } from '../../sfu/rtp/video-packetizer.js';
import type { Colour } from './synthetic-viewer.js';

/** Media that is made once and sent again and again: a sender that costs next to nothing. */
export interface MediaLoop {
  /** Payloads of each frame; the first frame can be decoded without the others. */
  frames: Buffer[][];
  intervalMs: number;
  /** In ticks of the RTP clock. */
  timestampStep: number;
}

/** H.264 of one colour, with a bright block that wanders from left to right in `seconds`. */
export function pictureLoop(options: {
  colour: Colour;
  width: number;
  height: number;
  frameRate?: number;
  seconds?: number;
  /** bit/s */
  bitrate?: number;
}): MediaLoop {
  const { colour, width, height, frameRate = 30, seconds = 4, bitrate = 400_000 } = options;
  const rate = { width, height, frameRate, bitrate };
  const fixed = { preset: 'ultrafast', profile: 'baseline', keyframeIntervalS: 0 } as const;
  const encoder = createVideoEncoder('H264', { ...rate, ...fixed });
  const packetizer = createVideoPacketizer('H264', 1);
  const surface = Surface.allocate(width, height);
  const count = frameRate * seconds;
  const side = Math.floor(height / 8 / 2) * 2;
  const frames: Buffer[][] = [];
  for (let n = 0; n < count; n++) {
    surface.fill(...colour);
    const x = Math.floor(((width - side) * n) / count / 2) * 2;
    surface.region(x, height - 2 * side, side, side).fill(220, 128, 128);
    const picture = encoder.encode(surface, n);
    if (!picture) continue;
    const payloads: Buffer[] = [];
    packetizer.packetize(picture.data, payload => payloads.push(Buffer.from(payload)));
    frames.push(payloads);
  }
  encoder.close();
  return { frames, intervalMs: 1000 / frameRate, timestampStep: 90_000 / frameRate };
}

const soundLoops = new Map<string, MediaLoop>();

/** A second of a tone; null: of silence. Made once: whoever measures in this process shall not wait for it. */
export function soundLoop(codec: RtpCodec, hz: number | null): MediaLoop {
  const key = JSON.stringify([codec, hz]);
  let loop = soundLoops.get(key);
  if (!loop) soundLoops.set(key, (loop = encodeSound(codec, hz)));
  return loop;
}

function encodeSound(codec: RtpCodec, hz: number | null): MediaLoop {
  const encoder = createAudioEncoder(codec);
  const tone = hz === null ? null : new Tone(hz);
  const pcm = new Int16Array(tickSamples);
  const frames: Buffer[][] = [];
  while (frames.length < 1000 / tickMs) {
    const payload = encoder.encode(tone ? tone.fill(pcm) : pcm);
    if (payload) frames.push([Buffer.from(payload)]);
  }
  encoder.close();
  return { frames, intervalMs: tickMs, timestampStep: timestampStep(codec) };
}

/** Sends a loop in real time, from its beginning. */
export class LoopSender {
  /** May be replaced at any time: it goes on in another one. */
  loop: MediaLoop;
  #next = 0;
  #timestamp = 0;
  #dueMs = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly endpoint: RtpEndpoint,
    loop: MediaLoop,
  ) {
    this.loop = loop;
    this.#tick();
  }

  /** A keyframe is wanted: the loop begins with one. */
  restart(): void {
    this.#next = 0;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    for (; this.#dueMs <= nowMs; this.#dueMs += this.loop.intervalMs) this.#send(this.#dueMs - nowMs);
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, this.#dueMs - performance.now()));
  }

  #send(lateMs: number): void {
    const payloads = this.loop.frames[this.#next]!;
    this.#next = (this.#next + 1) % this.loop.frames.length;
    this.#timestamp = (this.#timestamp + this.loop.timestampStep) >>> 0;
    payloads.forEach((payload, n) =>
      this.endpoint.sendRtp(payload, this.#timestamp, n === payloads.length - 1, Date.now() + lateMs),
    );
  }
}
