import { audioLevel, readAudioLevel, silentLevel } from '../../rtp/audio-level.js';
import { Playout } from '../../rtp/playout.js';
import type { RtpPacket } from '../../rtp/packet.js';
import { ComfortNoise } from './comfort-noise.js';
import { ReceivedCodecs, type AudioReception } from './received-codecs.js';
import { sampleRate, tickMs, tickSamples } from './sound-format.js';
import { SiteLevel } from './site-level.js';
import type { SparingDecoder } from './sparing-decoder.js';
import { lengthen, longestStretch, shorten } from './time-stretch.js';

/** The longest packet of sound (Opus, 120 ms), what may wait before it, and what lengthening adds. */
const queueSamples = 0.12 * sampleRate + tickSamples + longestStretch;
/** What is concealed fades out from the fifth tick on; after half a second there is silence, at no cost. */
const fadeAfterTicks = 5;
const concealedTicks = 25;
/** So much later where the sender said that it pauses: DTX says again each 400 ms that silence goes on. */
const pauseTicks = 50;
const redundancyPackets = 1500;
/** What one codec heard last fades out under the first sound of another. */
const overlapSamples = 480;
/** Steps of a playout that one tick may take; a tick of 2.5 ms packets takes eight. */
const mostSteps = 16;
/** Louder than this (-dBov) is somebody who talks, and for a second afterwards still. */
const activeLevel = 62;
const activeTicks = 50;

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
  /** Lost packets that came to light after all, by the redundancy of those behind them. */
  recovered = 0;
  /** How loud it is made. */
  readonly made = new SiteLevel();
  readonly playout: Playout;
  readonly #codecs: ReceivedCodecs;
  #decoder: SparingDecoder;
  readonly #levelExtensionId: number | undefined;
  #clockRate: number;
  readonly #noise = new ComfortNoise();
  /** The sender is silent, and said how its silence sounds. */
  #comforting = false;
  #pausing = false;
  #lostBefore = 0;
  #packetsSinceLoss = 0;
  readonly #queue = new Int16Array(queueSamples);
  #queued = 0;
  #concealed = concealedTicks;
  #quietTicks = activeTicks;
  #stretchedLast = false;

  constructor(reception: AudioReception, maxDelayMs: number) {
    const { codec, audioLevelExtensionId } = reception;
    this.playout = new Playout({ clockRate: codec.clockRate, maxDelayMs, tickMs });
    this.#codecs = new ReceivedCodecs(reception);
    this.#decoder = this.#codecs.decoder(codec.payloadType);
    this.#levelExtensionId = audioLevelExtensionId;
    this.#clockRate = codec.clockRate;
  }

  /** A packet of any codec that was agreed. */
  insert(packet: RtpPacket, atMs: number): void {
    const clockRate = this.#codecs.clockRate(packet.payloadType);
    if (clockRate === undefined) return;
    if (clockRate !== this.#clockRate) {
      this.#clockRate = clockRate;
      this.playout.restart(clockRate);
    }
    this.playout.insert(packet, atMs);
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
    const filled = this.#queued >= tickSamples;
    if (filled) {
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
    return filled && !this.#comforting;
  }

  /** Packets that were not decoded, since nobody would have heard them. */
  get passedOver(): number {
    return this.#codecs.passedOver;
  }

  close(): void {
    this.#codecs.close();
  }

  /** Puts what comes next behind what is queued; false when there is nothing. */
  #fetch(nowMs: number): boolean {
    const queuedMs = (this.#queued * 1000) / sampleRate;
    switch (this.playout.next(nowMs, queuedMs)) {
      case 'packet':
        this.#hear(this.playout.packet!);
        return true;
      case 'lost': {
        const samples = Math.round((this.playout.gapTicks * sampleRate) / this.#clockRate);
        if (!this.#recover(this.playout.packet, samples)) this.#conceal(samples);
        return true;
      }
      case 'pause':
        this.#conceal(Math.round((this.playout.gapTicks * sampleRate) / this.#clockRate));
        return true;
      case 'empty':
        if (this.#concealed >= this.#mostConcealed && !this.#comforting) return false;
        this.#conceal(tickSamples);
        return true;
    }
  }

  #hear(packet: RtpPacket): void {
    if (this.#codecs.isComfortNoise(packet.payloadType)) {
      this.#noise.describe(packet.payload);
      this.#comforting = true;
      return;
    }
    this.#waitForRedundancy(packet);
    const before = this.#decoder;
    this.#decoder = this.#codecs.decoder(packet.payloadType);
    const pcm = this.#decoder.decode(packet.payload, !this.active, this.#saysQuiet(packet));
    this.#comforting = false;
    this.#pausing = this.#decoder.isPause(packet.payload);
    if (pcm && pcm.length <= queueSamples - longestStretch - this.#queued) {
      if (before !== this.#decoder) fadeOver(before.conceal(overlapSamples), pcm);
      this.#append(pcm);
      this.#concealed = 0;
      this.playout.advance(Math.round((pcm.length * this.#clockRate) / sampleRate));
    } else {
      this.undecodable++;
      this.#conceal(tickSamples);
      this.playout.advance(Math.round((tickSamples * this.#clockRate) / sampleRate));
    }
  }

  /** Redundancy comes a packet later: for half a minute after a loss its sound waits for that. */
  #waitForRedundancy({ payload }: RtpPacket): void {
    const { playout } = this;
    const sinceLoss = playout.lost === this.#lostBefore ? this.#packetsSinceLoss + 1 : 0;
    this.#lostBefore = playout.lost;
    this.#packetsSinceLoss = sinceLoss;
    if (sinceLoss === 0 && this.#decoder.carriesLost(payload)) playout.extraDelayMs = tickMs;
    else if (sinceLoss > redundancyPackets) playout.extraDelayMs = 0;
  }

  /** What was lost, out of the packet behind it. */
  #recover(next: RtpPacket | null, samples: number): boolean {
    if (!next || this.#comforting || this.#codecs.decoder(next.payloadType) !== this.#decoder) return false;
    const pcm = this.#decoder.recover(next.payload, samples);
    if (!pcm || pcm.length > queueSamples - longestStretch - this.#queued) return false;
    this.recovered++;
    this.#concealed = 0;
    this.#append(pcm);
    return true;
  }

  get #mostConcealed(): number {
    return this.#pausing ? concealedTicks + pauseTicks : concealedTicks;
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
    if (this.#comforting && (this.active || this.#noise.level <= activeLevel)) {
      this.#queue.set(this.#noise.make(room), this.#queued);
      this.#queued += room;
    } else if (!this.#comforting && this.#concealed < this.#mostConcealed) {
      const pcm = this.#decoder.conceal(room);
      const left = this.#mostConcealed - this.#concealed++;
      fade(pcm, fadeGain(left), fadeGain(left - 1));
      this.#queue.set(pcm, this.#queued);
      this.#queued += pcm.length;
    } else {
      this.#queue.fill(0, this.#queued, this.#queued + room);
      this.#queued += room;
    }
  }
}

function fadeGain(ticksLeft: number): number {
  return Math.min(1, ticksLeft / (concealedTicks - fadeAfterTicks));
}

function fadeOver(old: Int16Array, pcm: Int16Array): void {
  const length = Math.min(old.length, pcm.length);
  for (let i = 0; i < length; i++) {
    const rise = i / length;
    pcm[i] = Math.round(pcm[i]! * rise + old[i]! * (1 - rise));
  }
}

function fade(pcm: Int16Array, from: number, to: number): void {
  if (from === 1 && to === 1) return;
  const step = (to - from) / pcm.length;
  for (let i = 0; i < pcm.length; i++) pcm[i] = Math.round(pcm[i]! * (from + step * i));
}
