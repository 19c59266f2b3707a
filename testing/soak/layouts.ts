import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../base/errors.js';
import { Scope } from '../../base/scope.js';
import { percentile } from '../../bench/result.js';
import { layoutNames } from '../../sfu/layouts/layout.js';
import type { RtpPacket } from '../../sfu/rtp/packet.js';
import type { SiteState } from '../../server/api/signalling.js';
import { ServerProcess } from '../harness/server-process.js';
import { pictureLoop, type MediaLoop } from '../synthetic/media-loop.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { SyntheticRooms, type SyntheticSipRoom } from '../synthetic/synthetic-rooms.js';
import { SyntheticViewer, type Colour } from '../synthetic/synthetic-viewer.js';
import { logFaults, summary, type Sample } from './layouts-summary.js';
import type { Soak } from './main.js';
import { ProcessWatch } from './processes.js';

const colours: Colour[] = [
  [81, 90, 240],
  [145, 54, 34],
  [41, 240, 110],
  [210, 16, 146],
  [107, 202, 222],
  [170, 166, 16],
];
const screen = { width: 640, height: 360, frameRate: 30 };
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
    await chaos.steady.screen.until('the first picture', () => true);
    say(`${minutes} minutes with seed ${seed}; the log is ${logFile}`);
    const samples: Sample[] = [];
    const beganMs = performance.now();
    const steps = Math.round((minutes * 60) / secondsBetween);
    for (let n = 1; n <= steps; n++) {
      await sleep(Math.max(0, beganMs + n * secondsBetween * 1000 - performance.now()));
      const done = await chaos.step();
      const intervals = chaos.steady.takeIntervals();
      samples.push({ ...watch.look(), atMs: performance.now() - beganMs, intervals, sites: chaos.sites });
      if (n % 60 === 0 || n === steps) say(line(samples.slice(-60), done));
    }
    const metrics = await (await server.fetch('/metrics')).text();
    const { text, json, svg, held } = summary({
      samples,
      metrics,
      faults: await logFaults(logFile),
      steady: { lost: chaos.steady.screen.lost, empty: chaos.steady.empty, ended: chaos.steady.room.ended },
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

/** Whoever stays, and what he is shown. */
class Steady {
  readonly screen = new SyntheticViewer(null, screen.width, screen.height);
  /** Pictures that show nobody although somebody is there. */
  empty = 0;
  room!: SyntheticSipRoom;
  #intervals: number[] = [];
  #lastMs = 0;

  constructor() {
    this.screen.onPicture = () => {
      // Nothing but this would fill the memory of a long run.
      this.screen.pictures.length = 0;
      if (this.#isEmpty()) this.empty++;
    };
  }

  /** An interval ends with a frame's last packet. */
  readonly onPacket = (packet: RtpPacket): void => {
    this.screen.take(packet);
    if (!packet.marker) return;
    const nowMs = performance.now();
    if (this.#lastMs > 0) this.#intervals.push(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  };

  takeIntervals(): number[] {
    const intervals = this.#intervals;
    this.#intervals = [];
    return intervals;
  }

  /** No strong colour anywhere: black, or the backdrop alone. */
  #isEmpty(): boolean {
    for (let x = 1; x < 16; x++) {
      for (let y = 1; y < 9; y++) {
        const [, cb, cr] = this.screen.colourAt((screen.width * x) / 16, (screen.height * y) / 9);
        if (Math.abs(cb - 128) > 25 || Math.abs(cr - 128) > 25) return false;
      }
    }
    return true;
  }
}

/** What happens each second. */
class Chaos {
  readonly steady = new Steady();
  readonly done: Record<string, number> = {};
  readonly #rooms = new SyntheticRooms();
  readonly #loops: MediaLoop[];
  readonly #random: SeededRandom;
  #guests: SyntheticSipRoom[] = [];
  #stays!: SyntheticSipRoom;
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
    chaos.steady.room = await chaos.#call(chaos.steady.onPacket);
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
    for (const room of [...this.#guests, this.#stays, this.steady.room]) await room?.close();
    await this.#rooms.close();
  }

  #call(onVideoPacket?: (packet: RtpPacket) => void): Promise<SyntheticSipRoom> {
    const n = this.#names++;
    return this.#rooms.call(`sip:${this.#number}@127.0.0.1:${this.server.sipPort}`, {
      name: `会场 ${n}`,
      picture: this.#loops[n % this.#loops.length]!,
      toneHz: 300 + (n % 8) * 100,
      screen,
      ...(onVideoPacket && { onVideoPacket }),
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
