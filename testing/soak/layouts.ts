import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../base/errors.js';
import { Scope } from '../../base/scope.js';
import { percentile } from '../../bench/result.js';
import { layoutNames } from '../../sfu/layouts/layout.js';
import type { SiteState } from '../../server/api/signalling.js';
import { ServerProcess } from '../harness/server-process.js';
import { pictureLoop, type MediaLoop } from '../synthetic/media-loop.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { SyntheticRooms, type SyntheticSipRoom } from '../synthetic/synthetic-rooms.js';
import type { Colour } from '../synthetic/synthetic-viewer.js';
import { logFaults, summary, type Sample } from './layouts-summary.js';
import type { Soak } from './main.js';
import { ProcessWatch } from './processes.js';
import { screen, type Seen, type SteadyStart } from './steady-thread.js';

const colours: Colour[] = [
  [81, 90, 240],
  [145, 54, 34],
  [41, 240, 110],
  [210, 16, 146],
  [107, 202, 222],
  [170, 166, 16],
];
/** Who comes and goes, beside the two that stay. */
const mostGuests = 4;
const secondsBetween = 1;

/**
 * Proof of steadiness: joins, leaves and other views each second, all by chance but the same each time; one room
 * stays and looks. Memory, frame intervals, restarts and the log are watched.
 */
export const layouts: Soak = async ({ minutes, seed, out, say }) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-soak-'));
  const logFile = path.join(folder, 'server.log');
  const scope = new Scope();
  try {
    const server = scope.own(await ServerProcess.start({ logFile, config: { mixer: { capacity: 20 } } }));
    const chaos = scope.own(await Chaos.begin(server, seed));
    const watch = new ProcessWatch(server);
    await server.request('POST', `${chaos.at}/recording`);
    say(`${minutes} minutes with seed ${seed}; the log is ${logFile}`);
    const samples: Sample[] = [];
    let seen = await chaos.steady.look();
    const beganMs = performance.now();
    const steps = Math.round((minutes * 60) / secondsBetween);
    for (let n = 1; n <= steps; n++) {
      await sleep(Math.max(0, beganMs + n * secondsBetween * 1000 - performance.now()));
      const done = await chaos.step();
      seen = await chaos.steady.look();
      samples.push({
        ...watch.look(),
        atMs: performance.now() - beganMs,
        intervals: seen.intervals,
        sites: chaos.sites,
      });
      if (n % 60 === 0 || n === steps) say(line(samples.slice(-60), done));
    }
    const metrics = await (await server.fetch('/metrics')).text();
    const { text, json, svg, held } = summary({
      samples,
      metrics,
      faults: await logFaults(logFile),
      steady: seen,
      done: chaos.done,
      seed,
    });
    const chart = path.join(out ?? folder, 'soak-layouts.svg');
    await fs.writeFile(chart, svg);
    say(text);
    say(`chart: ${chart}`);
    say(JSON.stringify(json));
    return held;
  } finally {
    await scope.close();
  }
};

/** The room that stays and looks; see `steady-thread.ts`. */
class Steady {
  #answered: (seen: Seen) => void = () => undefined;

  private constructor(private readonly thread: Worker) {
    thread.on('message', (seen: Seen) => this.#answered(seen));
  }

  /** Resolves when it sees its first picture. */
  static async join(start: SteadyStart): Promise<Steady> {
    const thread = new Worker(new URL('./steady-thread.js', import.meta.url), { workerData: start });
    await once(thread, 'message');
    return new Steady(thread);
  }

  /** What it has seen since the last call. */
  look(): Promise<Seen> {
    return new Promise(resolve => {
      this.#answered = resolve;
      this.thread.postMessage('look');
    });
  }

  async close(): Promise<void> {
    const ended = once(this.thread, 'exit');
    this.thread.postMessage('close');
    await ended;
  }
}

/** What happens each second. */
class Chaos {
  readonly done: Record<string, number> = {};
  readonly #rooms = new SyntheticRooms();
  readonly #loops: MediaLoop[];
  readonly #random: SeededRandom;
  #guests: SyntheticSipRoom[] = [];
  #stays!: SyntheticSipRoom;
  steady!: Steady;
  #names = 0;
  at = '';
  #number = '';

  private constructor(
    private readonly server: ServerProcess,
    seed: number,
  ) {
    this.#random = new SeededRandom(seed);
    this.#loops = colours.map((colour, n) =>
      pictureLoop({ colour, ...(n % 3 === 1 ? { width: 352, height: 288 } : { width: 640, height: 360 }) }),
    );
  }

  static async begin(server: ServerProcess, seed: number): Promise<Chaos> {
    const chaos = new Chaos(server, seed);
    const { conferenceId, number } = await server.createConference({ title: 'Soak' });
    chaos.at = `/conferences/${conferenceId}`;
    chaos.#number = number;
    await chaos.#rooms.listen();
    const target = `sip:${number}@127.0.0.1:${server.sipPort}`;
    chaos.steady = await Steady.join({ target, colour: colours[0]! });
    chaos.#stays = await chaos.#call();
    while ((await chaos.#siteIds()).length < 2) await sleep(50);
    return chaos;
  }

  get sites(): number {
    return 2 + this.#guests.length;
  }

  /** One thing, chosen by chance; returns its name. */
  async step(): Promise<string> {
    const acts: [weight: number, name: string, act: () => Promise<unknown>][] = [
      [this.#guests.length < mostGuests ? 3 : 0, 'join', () => this.#join()],
      [this.#guests.length > 0 ? 2 : 0, 'leave', () => this.#leave()],
      [4, 'layout', () => this.#put('/view', this.#view())],
      [2, 'site view', async () => this.#put(`/sites/${await this.#one()}/view`, this.#view())],
      [
        1,
        'own view ends',
        async () => this.server.request('DELETE', `${this.at}/sites/${await this.#one()}/view`),
      ],
      [1, 'broadcast', async () => this.#put('/broadcast', { siteId: await this.#one() })],
      [1, 'broadcast ends', () => this.#put('/broadcast', { siteId: null })],
      [1, 'watch', () => this.#watch()],
      [1, 'speaks', () => this.#speak()],
    ];
    let at = this.#random.next() * acts.reduce((sum, [weight]) => sum + weight, 0);
    const [, name, act] = acts.find(([weight]) => (at -= weight) < 0) ?? acts[2]!;
    // A guest may have gone in between, and the machine may be full: both are answers, not faults.
    const outcome = await act().then(
      () => name,
      (error: unknown) =>
        `${name} refused (${/"title":"([^"]*)"/.exec(messageOf(error))?.[1] ?? messageOf(error)})`,
    );
    this.done[outcome] = (this.done[outcome] ?? 0) + 1;
    return outcome;
  }

  async close(): Promise<void> {
    for (const room of [...this.#guests, this.#stays]) await room.close();
    await this.steady.close();
    await this.#rooms.close();
  }

  #call(): Promise<SyntheticSipRoom> {
    const n = ++this.#names;
    return this.#rooms.call(`sip:${this.#number}@127.0.0.1:${this.server.sipPort}`, {
      name: `会场 ${n}`,
      picture: this.#loops[n % this.#loops.length]!,
      toneHz: 300 + (n % 8) * 100,
      screen,
    });
  }

  async #join(): Promise<void> {
    this.#guests.push(await this.#call());
  }

  async #leave(): Promise<void> {
    const [guest] = this.#guests.splice(this.#random.below(this.#guests.length), 1);
    await guest?.close();
  }

  #speak(): Promise<void> {
    const rooms = [this.#stays, ...this.#guests];
    const speaker = this.#random.below(rooms.length);
    rooms.forEach((room, n) => (room.speaking = n === speaker));
    return Promise.resolve();
  }

  async #watch(): Promise<void> {
    const [viewer, siteId] = [await this.#one(), await this.#one()];
    await this.#put(`/sites/${viewer}/watch`, { siteId: viewer === siteId ? null : siteId });
  }

  #view(): Record<string, unknown> {
    return {
      layout: layoutNames[this.#random.below(layoutNames.length)],
      labels: this.#random.next() < 0.7,
      ownPicture: this.#random.next() < 0.3,
      fit: this.#random.next() < 0.5 ? 'crop' : 'letterbox',
      tiles: this.#random.next() < 0.2 ? [{ kind: 'round-robin', everyS: 2 }] : [],
    };
  }

  #put(resource: string, body: Record<string, unknown>): Promise<unknown> {
    return this.server.request('PUT', this.at + resource, body);
  }

  async #one(): Promise<string> {
    const ids = await this.#siteIds();
    return ids[this.#random.below(ids.length)] ?? 'none';
  }

  async #siteIds(): Promise<string[]> {
    const sites = await this.server.request<SiteState[]>('GET', `${this.at}/sites`);
    return sites.map(({ siteId }) => siteId);
  }
}

function line(last: Sample[], done: string): string {
  const intervals = last.flatMap(sample => sample.intervals);
  const { rssMb, cpu, sites, atMs } = last.at(-1)!;
  const show = (values: Record<string, number>, digits: number) =>
    Object.entries(values)
      .map(([part, value]) => `${part} ${value.toFixed(digits)}`)
      .join(' ');
  return `${(atMs / 60_000).toFixed(1)} min · ${sites} sites · MB: ${show(rssMb, 0)} · cores: ${show(cpu, 2)} · interval p50 ${percentile(intervals, 0.5).toFixed(1)} p99 ${percentile(intervals, 0.99).toFixed(1)} max ${Math.max(...intervals).toFixed(0)} ms · last: ${done}`;
}
