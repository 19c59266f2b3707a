import fs from 'node:fs/promises';
import { commitOf, machineOf, percentile } from '../../bench/result.js';
import { chartSvg, type Curve } from './chart.js';
import { slopeOf, type Usage } from './processes.js';
import type { Seen } from './steady-thread.js';

/** One second. */
export interface Sample extends Usage {
  sites: number;
  /** ms between frames at the room that stays. */
  intervals: number[];
}

/** Shares of the run, and minutes at most: until then caches fill and heaps find their size. */
const warmUpShare = 1 / 3;
const mostWarmUpMinutes = 5;
/** MB a minute of all processes together: heaps breathe, so a short run cannot show less. */
const flatSlope = 1;
/** ms, at 30 frames a second. */
const mostIntervalP99 = 45;
const restartMetrics = [
  'amphi_mixer_restarts_total',
  'amphi_recorder_restarts_total',
  'amphi_sfu_worker_deaths_total',
];
const colours = ['#06c', '#c30', '#390', '#909', '#960'];

/** Lines of the server's log that say that something is wrong: level 50 (error) and above. */
export async function logFaults(file: string): Promise<string[]> {
  const lines = (await fs.readFile(file, 'utf8')).split('\n').filter(text => text !== '');
  return lines.filter(text => {
    try {
      return (JSON.parse(text) as { level: number }).level >= 50;
    } catch {
      return true; // something that is no log: a crash's stack
    }
  });
}

export function summary(run: {
  samples: Sample[];
  metrics: string;
  faults: string[];
  steady: Seen;
  done: Record<string, number>;
  seed: number;
}) {
  const { samples, metrics, faults, steady, done, seed } = run;
  const minutes = samples.at(-1)!.atMs / 60_000;
  const warmUp = Math.min(mostWarmUpMinutes, minutes * warmUpShare);
  const warm = samples.filter(({ atMs }) => atMs / 60_000 >= warmUp);
  const parts = Object.keys(samples[0]!.rssMb);
  const curveOf = (part: string) =>
    samples.map(({ atMs, rssMb }) => [atMs / 60_000, rssMb[part] ?? 0] as const);
  const slope = (value: (sample: Sample) => number) =>
    slopeOf(warm.map(sample => [sample.atMs / 60_000, value(sample)] as const));
  const total = ({ rssMb }: Sample) => Object.values(rssMb).reduce((sum, value) => sum + value, 0);
  const memory = parts.map(part => {
    const values = warm.map(({ rssMb }) => rssMb[part] ?? 0);
    return {
      part,
      firstMb: round(values[0]!),
      lastMb: round(values.at(-1)!),
      mostMb: round(Math.max(...values)),
      slopeMbPerMin: round(slope(({ rssMb }) => rssMb[part] ?? 0)),
      cores: round(
        percentile(
          warm.map(({ cpu }) => cpu[part] ?? 0),
          0.5,
        ),
      ),
    };
  });
  const intervals = warm.flatMap(sample => sample.intervals);
  const interval = {
    p50: round(percentile(intervals, 0.5)),
    p99: round(percentile(intervals, 0.99)),
    max: round(Math.max(...intervals)),
    frames: intervals.length,
  };
  const restarts = Object.fromEntries(restartMetrics.map(name => [name, metricOf(metrics, name)]));
  const totalSlope = round(slope(total));
  const verdicts = {
    [`memory flat: ${totalSlope} MB/min in all, at most ${flatSlope}`]: totalSlope <= flatSlope,
    [`frame interval p99 ${interval.p99} ms, at most ${mostIntervalP99}`]: interval.p99 <= mostIntervalP99,
    'nothing restarted': Object.values(restarts).every(count => count === 0) && !steady.ended,
    [`no error in the log (${faults.length})`]: faults.length === 0,
    [`no empty picture (${steady.empty}), none lost (${steady.lost})`]: steady.empty + steady.lost === 0,
  };
  const held = Object.values(verdicts).every(Boolean);
  const text = [
    `after ${warmUp.toFixed(1)} min of warming up, until ${minutes.toFixed(1)} min:`,
    'process    first MB  last MB  most MB   MB/min    cores',
    ...memory.map(
      ({ part, firstMb, lastMb, mostMb, slopeMbPerMin, cores }) =>
        part.padEnd(9) +
        [firstMb, lastMb, mostMb, slopeMbPerMin, cores].map(value => String(value).padStart(9)).join(''),
    ),
    `frame interval: p50 ${interval.p50}, p99 ${interval.p99}, max ${interval.max} ms of ${interval.frames}`,
    `done: ${Object.entries(done)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    ...faults.slice(0, 5),
    ...Object.entries(verdicts).map(([what, holds]) => `${holds ? 'held  ' : 'FAILED'} ${what}`),
  ].join('\n');
  const json = {
    soak: 'layouts',
    machine: machineOf(),
    commit: commitOf(),
    seed,
    minutes: round(minutes),
    memory,
    totalSlopeMbPerMin: totalSlope,
    intervalMs: interval,
    restarts,
    faults: faults.length,
    steady: { lost: steady.lost, empty: steady.empty, ended: steady.ended },
    done,
    held,
  };
  const memoryCurves = parts.map((part, n): Curve => ({
    name: part,
    colour: colours[n % 5]!,
    points: curveOf(part),
  }));
  const intervalCurve = (name: string, colour: string, p: number): Curve => ({
    name,
    colour,
    points: samples.map(sample => [sample.atMs / 60_000, percentile(sample.intervals, p) || 0] as const),
  });
  const svg = chartSvg([
    { title: 'resident memory, MB', curves: memoryCurves },
    {
      title: 'frame interval, ms',
      curves: [intervalCurve('most', '#c30', 1), intervalCurve('median', '#06c', 0.5)],
    },
  ]);
  return { text, json, svg, held };
}

function metricOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(metrics)?.[1] ?? NaN);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
