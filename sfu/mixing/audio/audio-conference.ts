import { messageOf } from '../../../base/errors.js';
import { silentLevel } from '../../rtp/audio-level.js';
import type { RtpSession } from '../../rtp/session.js';
import type { Clock } from '../clock.js';
import { LipSync, type LipSyncSlot } from '../lip-sync.js';
import type { ConferencePlan, SessionStatistics } from '../plan.js';
import { loadAnnouncement, type Announcement } from './announcement.js';
import { createAudioEncoder, encodingKey, type AudioEncoder } from './audio-encoder.js';
import { AudioOutput } from './audio-output.js';
import { AudioSession } from './audio-session.js';
import { EncodedStreams, type EncodedStream } from './encoded-stream.js';
import { Mix, sumOf } from './mix.js';
import { pauseTicks, ticksUntilPause } from './pausing-encoder.js';
import { tickMs, tickSamples } from './sound-format.js';

export interface AudioConferenceOwner {
  /** An RFC 4733 digit, once per key press. */
  onDigit(conferenceId: string, session: string, digit: string): void;
  onSessionFailed(conferenceId: string, session: string, reason: string): void;
}

export interface AudioConferenceOptions {
  clock: Clock;
  lipSync: LipSync;
  /** Bound of the playout delay. */
  maxDelayMs: number;
}

/** A conference's sound, as `AudioThread` reports it each second. */
export interface AudioStatistics {
  sessions: Record<string, SessionStatistics>;
  /** By site. */
  sources: Record<string, AudioSourceStatistics>;
  /** Encoders that run for the outputs. */
  encoders: number;
}

export interface AudioSourceStatistics {
  /** RFC 6464, the loudest of the last second: 0 loud … 127 silent. */
  audioLevel: number;
  /** How long sound waits in the playout buffer. */
  playoutDelayMs: number;
  /** Packets that were lost, late or dropped since the source began: what was concealed. */
  concealed: number;
}

/** A site that is heard. */
interface Source {
  siteId: string;
  session: AudioSession;
  slot: LipSyncSlot;
}

interface Transcode {
  siteId: string;
  output: AudioOutput;
  codecKey: string;
  encoder: AudioEncoder;
  /** Since somebody was heard. */
  silentTicks: number;
}

/** The key of the mix that holds everybody. */
const everybody = '';
const silence = new Int16Array(tickSamples);

/**
 * The sound of one conference: a plan says who is heard, and who hears whom; `tick` makes 20 ms of it. A new plan is
 * compared with what runs, and what stays the same is not touched.
 */
export class AudioConference {
  readonly #sessions = new Map<string, AudioSession>();
  #sources = new Map<string, Source>();
  readonly #outputs = new Map<string, AudioOutput>();
  readonly #transcodes = new Map<string, Transcode>();
  #announcements: Announcement[] = [];
  readonly #streams = new EncodedStreams();
  readonly #mixes = new Map<string, Mix>([[everybody, new Mix()]]);
  readonly #total = new Float32Array(tickSamples);
  #wanted: ConferencePlan | undefined;
  #applying: Promise<void>;
  #closed = false;

  constructor(
    readonly conferenceId: string,
    private readonly options: AudioConferenceOptions,
    private readonly owner: AudioConferenceOwner,
    /** Sockets are opened after this: another conference may still be closing the same ones. */
    after: Promise<void> = Promise.resolve(),
  ) {
    this.#applying = after;
  }

  /**
   * Resolves when the plan runs; sessions that cannot are reported to the owner. Rejects for a senseless plan. Sockets
   * are opened after `after`: a call that moves here from another conference brings its ports.
   */
  setPlan(plan: ConferencePlan, after?: Promise<unknown>): Promise<void> {
    this.#wanted = plan;
    // Plans that come while sockets open or close wait; of several only the last is carried out.
    const applied = this.#applying.then(() => after).then(() => this.#apply());
    // A senseless plan is its sender's to know of; the next one may be better.
    this.#applying = applied.catch(() => undefined);
    return applied;
  }

  /** One tick: everybody's next 20 ms, mixed and sent. */
  tick(tick: number, atMs: number): void {
    const wallMs = tick * tickMs;
    const talking: Int16Array[] = [];
    for (const { session, slot } of this.#sources.values()) {
      const { source, endpoint } = session;
      if (!source || !endpoint) continue;
      const heard = source.pull(atMs);
      if (source.active && !source.made.muted) talking.push(source.pcm);
      const capturedMs = heard ? endpoint.senderClock.wallMs(source.timestamp) : null;
      if (capturedMs !== null) this.options.lipSync.write(slot, capturedMs, atMs);
    }
    for (const announcement of this.#announcements) if (announcement.pull()) talking.push(announcement.pcm);
    sumOf(talking, this.#total);
    for (const transcode of this.#transcodes.values()) this.#sendTranscode(transcode, tick, wallMs);
    if (this.#outputs.size === 0) return;
    this.#mixes.get(everybody)!.make(tick, this.#total, null, 1);
    for (const output of this.#outputs.values()) this.#choose(output, tick);
    this.#streams.send(stream => this.#mix(stream, tick), tick, wallMs);
    // A mix that nobody heard this time begins anew from the one of everybody.
    for (const [key, mix] of this.#mixes) if (mix.tick !== tick) this.#mixes.delete(key);
  }

  statistics(): AudioStatistics {
    const sessions: Record<string, SessionStatistics> = {};
    const sources: Record<string, AudioSourceStatistics> = {};
    for (const [id, { endpoint }] of this.#sessions) if (endpoint) sessions[id] = endpoint.statistics();
    for (const { siteId, session } of this.#sources.values()) {
      const { source } = session;
      if (!source) continue;
      const { delayMs, lost, late, dropped } = source.playout;
      sources[siteId] = {
        audioLevel: source.loudest,
        playoutDelayMs: delayMs,
        concealed: lost + late + dropped - source.recovered,
      };
      source.loudest = silentLevel;
    }
    return { sessions, sources, encoders: this.#streams.size + this.#transcodes.size };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#applying;
    for (const { slot } of this.#sources.values()) this.options.lipSync.clear(slot);
    for (const { encoder } of this.#transcodes.values()) encoder.close();
    this.#sources.clear();
    this.#outputs.clear();
    this.#transcodes.clear();
    this.#streams.close();
    await Promise.all([...this.#sessions.values()].map(session => session.close()));
    this.#sessions.clear();
  }

  /** A site that is silent hears what everybody hears, and shares its encoder. */
  #choose(output: AudioOutput, tick: number): void {
    const { codec, codecKey, without } = output;
    if (!codec || codecKey === null) return this.#streams.remove(output);
    const own = without === undefined ? undefined : this.#sources.get(without)?.session.source;
    let mixKey = own?.active && !own.made.muted ? without! : everybody;
    if (output.alone(tick)) mixKey += `\t${output.id}`;
    const heard = output.stream;
    if (heard?.mixKey === mixKey && heard.codecKey === codecKey) return;
    const before = this.#mixes.get(heard?.mixKey ?? everybody);
    if (!this.#mixes.has(mixKey)) this.#mixes.set(mixKey, new Mix(before));
    this.#streams.assign(output, codec, codecKey, mixKey, before);
  }

  #mix({ mixKey, outputs }: EncodedStream, tick: number): Mix {
    const mix = this.#mixes.get(mixKey)!;
    const [siteId, outputId] = mixKey.split('\t') as [string, string?];
    let gain = 1;
    if (outputId !== undefined) for (const output of outputs) ({ gain } = output);
    mix.make(tick, this.#total, this.#sources.get(siteId)?.session.source?.pcm ?? null, gain);
    return mix;
  }

  /** Of a silent site a frame now and then (as RFC 7587 §3.1.3, DTX): one encoder for each site is too dear else. */
  #sendTranscode(transcode: Transcode, tick: number, wallMs: number): void {
    const { siteId, output, encoder } = transcode;
    const source = this.#sources.get(siteId)?.session.source;
    const heard = source !== undefined && source.active && !source.made.muted;
    transcode.silentTicks = heard ? 0 : transcode.silentTicks + 1;
    if (transcode.silentTicks > ticksUntilPause && transcode.silentTicks % pauseTicks !== 0) return;
    const payload = encoder.encode(heard ? source.pcm : silence);
    if (payload) output.send(payload, tick, wallMs, heard ? source.level : silentLevel);
  }

  async #apply(): Promise<void> {
    const plan = this.#wanted;
    if (!plan || this.#closed) return;
    this.#wanted = undefined;
    const wanted = new Map(plan.sessions.filter(({ kind }) => kind === 'audio').map(s => [s.id, s]));
    await this.#closeSessions(wanted);
    await this.#openSessions(wanted);
    const announcements = await this.#load(plan);
    if (this.#closed) return;
    this.#announcements = announcements;
    this.#adopt(plan);
  }

  /** What is being spoken goes on. What cannot be read is not heard: whoever plans it looks for its files at the start. */
  async #load({ announcements = [] }: ConferencePlan): Promise<Announcement[]> {
    const loading = announcements.map(({ id, files }) => {
      const running = this.#announcements.find(announcement => announcement.id === id);
      return running ? Promise.resolve(running) : loadAnnouncement(id, files).catch(() => null);
    });
    return (await Promise.all(loading)).filter(announcement => announcement !== null);
  }

  async #closeSessions(wanted: Map<string, RtpSession>): Promise<void> {
    const closing: Promise<void>[] = [];
    for (const [id, session] of this.#sessions) {
      const next = wanted.get(id);
      if (next && session.update(next)) continue;
      this.#sessions.delete(id);
      closing.push(session.close());
    }
    await Promise.all(closing);
  }

  async #openSessions(wanted: Map<string, RtpSession>): Promise<void> {
    const opening: Promise<void>[] = [];
    for (const [id, plan] of wanted) {
      if (this.#sessions.has(id)) continue;
      const session = new AudioSession(plan, this.options.maxDelayMs, digit =>
        this.owner.onDigit(this.conferenceId, id, digit),
      );
      const opened = session.open(this.options.clock).then(
        () => void this.#sessions.set(id, session),
        (error: unknown) => this.owner.onSessionFailed(this.conferenceId, id, messageOf(error)),
      );
      opening.push(opened);
    }
    await Promise.all(opening);
  }

  /** Everything that needs no waiting, at once between two ticks. */
  #adopt(plan: ConferencePlan): void {
    const before = this.#sources;
    this.#sources = new Map();
    const heard = new Set<AudioSession>();
    for (const { siteId, audio, gain = 1 } of plan.sources) {
      const session = audio === undefined ? undefined : this.#sessions.get(audio);
      if (!session) continue;
      session.startHearing();
      if (session.source) session.source.made.wanted = gain;
      heard.add(session);
      this.#sources.set(siteId, { siteId, session, slot: LipSync.slotOf(this.conferenceId, siteId) });
    }
    for (const session of this.#sessions.values()) if (!heard.has(session)) session.stopHearing();
    for (const [siteId, { slot }] of before) if (!this.#sources.has(siteId)) this.options.lipSync.clear(slot);
    this.#adoptOutputs(plan);
    this.#adoptTranscodes(plan);
  }

  #adoptOutputs(plan: ConferencePlan): void {
    const kept = new Set<string>();
    for (const { id, audio } of plan.outputs) {
      const session = audio && this.#sessions.get(audio.session);
      if (!session) continue;
      kept.add(id);
      const output = this.#outputs.get(id);
      if (output?.session === session) {
        output.without = audio.without;
        output.gain = audio.gain ?? 1;
        continue;
      }
      if (output) this.#streams.remove(output);
      const made = new AudioOutput(id, session, audio.without);
      made.gain = audio.gain ?? 1;
      this.#outputs.set(id, made);
    }
    for (const [id, output] of this.#outputs) {
      if (kept.has(id)) continue;
      this.#streams.remove(output);
      this.#outputs.delete(id);
    }
  }

  #adoptTranscodes(plan: ConferencePlan): void {
    const kept = new Set<string>();
    for (const { id, siteId, to } of plan.transcodes) {
      const session = this.#sessions.get(to);
      const codec = session?.session.send?.codec;
      if (!session || !codec) continue;
      kept.add(id);
      const codecKey = encodingKey(codec);
      const running = this.#transcodes.get(id);
      if (running?.output.session === session && running.codecKey === codecKey) {
        running.siteId = siteId;
        continue;
      }
      running?.encoder.close();
      const output = new AudioOutput(id, session, undefined);
      this.#transcodes.set(id, {
        siteId,
        output,
        codecKey,
        encoder: createAudioEncoder(codec),
        silentTicks: 0,
      });
    }
    for (const [id, { encoder }] of this.#transcodes) {
      if (kept.has(id)) continue;
      encoder.close();
      this.#transcodes.delete(id);
    }
  }
}
