import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Archiving } from '../../recorder/plan.js';
import type { ErrorCode } from '../api/signalling.js';
import type { Conference } from '../conferences/conference.js';

/** What the metrics are read from when somebody asks; nothing is counted twice. */
export interface MetricSources {
  conferences: () => Conference[];
  calls: () => number;
  sfuWorkerDeaths: () => number;
  /** HD units: ports of 720p30 (M8). */
  capacity: () => { units: number; used: number };
  mixerRestarts: () => number;
  recorderRestarts: () => number;
  /** Files on their way to the other archive; undefined where there is none. */
  archiving: () => Archiving | undefined;
  attemptsRefused: () => number;
  /** Counters of the SIP transport layer: what came, what was dropped and why. */
  sip: () => Record<string, number>;
  /** Sources that are not answered now. */
  sipBans: () => number;
  /** Trunks to other proxies; `down`: nobody can be called over it. */
  sipTrunks: () => readonly { name: string; state: string; calls: number }[];
  diskFreeBytes: () => Promise<number>;
  webHooks: () => { delivered: number; retried: number; failed: number; dropped: number; waiting: number };
  events: () => { readers: number; slowReaders: number; told: number };
  /** Undefined where the server makes none by itself. */
  backup: () => { newestMs: number | null; failures: number } | undefined;
}

/** Prometheus metrics at /metrics. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #rejected: Counter<'code'>;

  constructor(sources: MetricSources) {
    collectDefaultMetrics({ register: this.#registry, prefix: 'amphi_' });
    const registers = [this.#registry];
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('amphi_conferences', 'Conferences with somebody in them', () => sources.conferences().length);
    gauge('amphi_calls', 'SIP calls', sources.calls);
    gauge(
      'amphi_recordings_running',
      'Recordings running now',
      () => sources.conferences().filter(c => c.recording.state).length,
    );
    const sites = new Gauge({
      name: 'amphi_sites',
      help: 'Sites in conferences, by how they are connected and how good their network is',
      labelNames: ['kind', 'quality'],
      registers,
      collect() {
        this.reset();
        for (const site of sources.conferences().flatMap(conference => conference.sites)) {
          this.inc({ kind: site.kind, quality: site.quality.level });
        }
      },
    });
    sites.reset();
    gauge('amphi_sfu_worker_deaths_total', 'SFU workers that died', sources.sfuWorkerDeaths);
    gauge(
      'amphi_mixer_capacity_units',
      'What the machine can mix, in ports of 720p30',
      () => sources.capacity().units,
    );
    gauge('amphi_mixer_used_units', 'What it mixes now, in ports of 720p30', () => sources.capacity().used);
    gauge('amphi_mixer_restarts_total', 'Media processes that were restarted', sources.mixerRestarts);
    gauge(
      'amphi_recorder_restarts_total',
      'Recorder processes that were restarted',
      sources.recorderRestarts,
    );
    new Gauge({
      name: 'amphi_web_hook_messages_total',
      help: 'Messages of web-hooks since the start, by what became of them; waiting: now',
      labelNames: ['result'],
      registers,
      collect() {
        for (const [result, count] of Object.entries(sources.webHooks())) this.set({ result }, count);
      },
    });
    gauge('amphi_event_readers', 'WebSockets that listen to events', () => sources.events().readers);
    gauge('amphi_events_total', 'Events since the start', () => sources.events().told);
    gauge(
      'amphi_event_slow_readers_total',
      'Listeners that were cut off because they did not read',
      () => sources.events().slowReaders,
    );
    gauge(
      'amphi_attempts_refused_total',
      'Tries refused because the source had guessed wrong too often',
      sources.attemptsRefused,
    );
    gauge('amphi_sip_banned_sources', 'Addresses that SIP does not answer now', sources.sipBans);
    new Gauge({
      name: 'amphi_sip_trunk_up',
      help: 'Whether a trunk can be used: an address answers, and it takes our registration',
      labelNames: ['trunk'],
      registers,
      collect() {
        for (const { name, state } of sources.sipTrunks())
          this.set({ trunk: name }, state === 'down' ? 0 : 1);
      },
    });
    new Gauge({
      name: 'amphi_sip_trunk_calls',
      help: 'Calls over a trunk',
      labelNames: ['trunk'],
      registers,
      collect() {
        for (const { name, calls } of sources.sipTrunks()) this.set({ trunk: name }, calls);
      },
    });
    new Gauge({
      name: 'amphi_disk_free_bytes',
      help: 'Free space where the data lies',
      registers,
      async collect() {
        this.set(await sources.diskFreeBytes());
      },
    });
    new Gauge({
      name: 'amphi_backup_age_seconds',
      help: 'Age of the newest backup that the server made by itself; +Inf: none yet; absent: it makes none',
      registers,
      collect() {
        const backup = sources.backup();
        if (backup) this.set(backup.newestMs === null ? Infinity : (Date.now() - backup.newestMs) / 1000);
        else this.reset();
      },
    }).reset();
    new Gauge({
      name: 'amphi_archive_files',
      help: 'Files copied to the S3 archive since the recorder process began, failed attempts, and files that wait',
      labelNames: ['state'],
      registers,
      collect() {
        const { uploaded, failures, waiting } = sources.archiving() ?? {};
        if (uploaded === undefined) return;
        this.set({ state: 'uploaded' }, uploaded);
        this.set({ state: 'failed' }, failures ?? 0);
        this.set({ state: 'waiting' }, waiting ?? 0);
      },
    });
    new Gauge({
      name: 'amphi_sip_events_total',
      help: 'What the SIP transport saw',
      labelNames: ['event'],
      registers,
      collect() {
        for (const [event, count] of Object.entries(sources.sip())) this.set({ event }, count);
      },
    });
    this.#rejected = new Counter({
      name: 'amphi_signalling_rejected_total',
      help: 'Signalling requests that were refused, by reason',
      labelNames: ['code'],
      registers,
    });
  }

  rejected(code: ErrorCode): void {
    this.#rejected.inc({ code });
  }

  async render(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
