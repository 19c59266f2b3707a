import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { projectRoot } from '../base/project.js';

/** One measured case; all numbers are medians over the runs. */
export interface CaseResult {
  case: string;
  unit: string;
  ours: number;
  /** Absent peers could not be run; `notes` say why. */
  peers: Record<string, number>;
  /** ours / best peer; null without one. */
  ratio: number | null;
  /** What else was measured in the case: latencies, spread. */
  details?: Record<string, number>;
}

export interface BenchResult {
  bench: string;
  machine: string;
  commit: string;
  runs: number;
  results: CaseResult[];
  notes: string[];
}

/** @param smallerIsBetter as for CPU time and latency */
export function caseResult(
  name: string,
  unit: string,
  ours: number[],
  peers: Record<string, number[]>,
  details?: Record<string, number>,
): CaseResult {
  const peerMedians = Object.fromEntries(
    Object.entries(peers).flatMap(([peer, values]) =>
      values.length > 0 ? [[peer, round(median(values))]] : [],
    ),
  );
  const best = Math.min(...Object.values(peerMedians));
  const own = median(ours);
  return {
    case: name,
    unit,
    ours: round(own),
    peers: peerMedians,
    ratio: Number.isFinite(best) && best > 0 ? round(own / best) : null,
    ...(details ? { details } : {}),
  };
}

export function machineOf(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

export function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: projectRoot,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown'; // not a clone
  }
}

export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** Nearest rank; NaN of nothing. */
export function percentile(values: number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
