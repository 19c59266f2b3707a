import { audioLevel, readAudioLevel, silentLevel } from '../../rtp/audio-level.js';
import { Playout } from '../../rtp/playout.js';
import type { RtpPacket } from '../../rtp/packet.js';
import type { RtpSession } from '../../rtp/session.js';
import { createAudioDecoder } from './audio-decoder.js';
import { sampleRate, tickMs, tickSamples } from './sound-format.js';
import { SiteLevel } from './site-level.js';
import { SparingDecoder } from './sparing-decoder.js';
import { lengthen, longestStretch, shorten } from './time-stretch.js';

/** The longest packet of sound (Opus, 120 ms), what may wait before it, and what lengthening adds. */
const queueSamples = 0.12 * sampleRate + tickSamples + longestStretch;
/** What is concealed fades out from the fifth tick on; after half a second there is silence, at no cost. */
const fadeAfterTicks = 5;
const concealedTicks = 25;
/** Steps of a playout that one tick may take; a tick of 2.5 ms packets takes eight. */
const mostSteps = 16;
/** Louder than this (-dBov) is somebody who talks, and for a second afterwards still. */
const activeLevel = 62;
const activeTicks = 50;

export type AudioReception = NonNullable<RtpSession['receive']>;

/** One sender's sound: from its packets to 20 ms of PCM each tick, whatever the network does. */
export class AudioSource {
  /** This tick's sound. */
  readonly pcm = new Int16Array(tickSamples);
  /** As it came, RFC 6464: 0 loud … 127 silent. */
  level = silentLevel;
  /** The loudest since this was last set to `silentLevel`. */
  loudest = silentLevel;
  /** Somebody talks, or did within the last second. */
  active = false;
  /** Payloads that the decoder refused. */
  undecodable = 0;
  /** How loud it is made. */
  readonly made = new SiteLevel();
  readonly playout: Playout;
  readonly #decoder: SparingDecoder;
  readonly #levelExtensionId: number | undefined;
  readonly #clockRate: number;
  readonly #queue = new Int16Array(queueSamples);
  #queued = 0;
  #concealed = concealedTicks;
  #quietTicks = activeTicks;
  #stretchedLast = false;

  constructor({ codec, audioLevelExtensionId }: AudioReception, maxDelayMs: number) {
    this.playout = new Playout({ clockRate: codec.clockRate, maxDelayMs, tickMs });
    this.#decoder = new SparingDecoder(createAudioDecoder(codec));
    this.#levelExtensionId = audioLevelExtensionId;
    this.#clockRate = codec.clockRate;
  }

  /** RTP timestamp of this tick's first sample (about: a stretched piece counts as its end). */
  get timestamp(): number {
    const behind = this.#queued + tickSamples;
    return (this.playout.position - Math.round((behind * this.#clockRate) / sampleRate)) >>> 0;
  }

  /** Makes `pcm`, `level` and `active` those of the tick at `nowMs`. False: nothing is heard, `pcm` is silence. */
  pull(nowMs: number): boolean {
    for (let step = 0; this.#queued < tickSamples && step < mostSteps; step++) {
      if (!this.#fetch(nowMs)) break;
    }
    const heard = this.#queued >= tickSamples;
    if (heard) {
      this.pcm.set(this.#queue.subarray(0, tickSamples));
      this.#queue.copyWithin(0, tickSamples, this.#queued);
      this.#queued -= tickSamples;
      this.level = audioLevel(this.pcm);
    } else if (this.level !== silentLevel || this.#queued > 0) {
      this.pcm.fill(0);
      this.pcm.set(this.#queue.subarray(0, this.#queued));
      this.#queued = 0;
      this.level = audioLevel(this.pcm);
    }
    this.#quietTicks = this.level <= activeLevel ? 0 : Math.min(activeTicks, this.#quietTicks + 1);
    this.loudest = Math.min(this.loudest, this.level);
    this.made.process(this.pcm, this.level);
    this.active = this.#quietTicks < activeTicks;
    return heard;
  }

  /** Packets that were not decoded, since nobody would have heard them. */
  get passedOver(): number {
    return this.#decoder.passedOver;
  }

  close(): void {
    this.#decoder.close();
  }

  /** Puts what comes next behind what is queued; false when there is nothing. */
  #fetch(nowMs: number): boolean {
    const queuedMs = (this.#queued * 1000) / sampleRate;
    switch (this.playout.next(nowMs, queuedMs)) {
      case 'packet': {
        const packet = this.playout.packet!;
        const pcm = this.#decoder.decode(packet.payload, !this.active, this.#saysQuiet(packet));
        if (pcm && pcm.length <= queueSamples - longestStretch - this.#queued) {
          this.#append(pcm);
          this.#concealed = 0;
          this.playout.advance(Math.round((pcm.length * this.#clockRate) / sampleRate));
        } else {
          this.undecodable++;
          this.#conceal(tickSamples);
          this.playout.advance(Math.round((tickSamples * this.#clockRate) / sampleRate));
        }
        return true;
      }
      case 'lost':
      case 'pause':
        this.#conceal(Math.round((this.playout.gapTicks * sampleRate) / this.#clockRate));
        return true;
      case 'empty':
        if (this.#concealed >= concealedTicks) return false;
        this.#conceal(tickSamples);
        return true;
    }
  }

  #saysQuiet(packet: RtpPacket): boolean | null {
    if (this.#levelExtensionId === undefined) return null;
    const level = readAudioLevel(packet, this.#levelExtensionId);
    return level === null ? null : level > activeLevel;
  }

  #append(pcm: Int16Array): void {
    const start = this.#queued;
    this.#queue.set(pcm, start);
    let { length } = pcm;
    const { adjustment } = this.playout;
    // Not two packets in a row: a voice may be a little quicker, but must not race.
    if (adjustment !== 0 && !this.#stretchedLast) {
      const piece = this.#queue.subarray(start);
      length = adjustment < 0 ? shorten(piece, length) : lengthen(piece, length);
      this.#stretchedLast = true;
    } else {
      this.#stretchedLast = false;
    }
    this.#queued = start + length;
  }

  #conceal(samples: number): void {
    if (samples <= 0) return;
    const room = Math.min(samples, tickSamples, queueSamples - this.#queued);
    if (this.#concealed < concealedTicks) {
      const pcm = this.#decoder.conceal(room);
      fade(pcm, fadeGain(this.#concealed), fadeGain(++this.#concealed));
      this.#queue.set(pcm, this.#queued);
      this.#queued += pcm.length;
    } else {
      this.#queue.fill(0, this.#queued, this.#queued + room);
      this.#queued += room;
    }
  }
}

function fadeGain(concealed: number): number {
  return Math.min(1, (concealedTicks - concealed) / (concealedTicks - fadeAfterTicks));
}

function fade(pcm: Int16Array, from: number, to: number): void {
  if (from === 1 && to === 1) return;
  const step = (to - from) / pcm.length;
  for (let i = 0; i < pcm.length; i++) pcm[i] = Math.round(pcm[i]! * (from + step * i));
}
