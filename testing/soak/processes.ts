import fs from 'node:fs';
import { cpuSeconds } from '../../bench/process-cpu.js';
import type { ServerProcess } from '../harness/server-process.js';

/** What a running server uses; `parts` by kind of process. */
export interface Usage {
  atMs: number;
  /** Resident memory, MB. */
  rssMb: Record<string, number>;
  /** Cores. */
  cpu: Record<string, number>;
}

const kinds = {
  media: 'media-process',
  workers: 'mediasoup-worker',
  recorder: 'recorder-process',
};

/** Looks at a server's processes; rates are since the last look. */
export class ProcessWatch {
  #cpuBefore = new Map<number, number>();
  #atMs = performance.now();

  constructor(private readonly server: ServerProcess) {}

  look(): Usage {
    const atMs = performance.now();
    const seconds = Math.max(0.001, (atMs - this.#atMs) / 1000);
    this.#atMs = atMs;
    const usage: Usage = { atMs, rssMb: {}, cpu: {} };
    const cpuNow = new Map<number, number>();
    for (const [part, pids] of this.#parts()) {
      usage.rssMb[part] = 0;
      usage.cpu[part] = 0;
      for (const pid of pids) {
        const rss = residentMb(pid);
        if (rss === null) continue;
        const cpu = cpuSeconds(pid);
        cpuNow.set(pid, cpu);
        usage.rssMb[part] += rss;
        usage.cpu[part] += (cpu - (this.#cpuBefore.get(pid) ?? cpu)) / seconds;
      }
    }
    this.#cpuBefore = cpuNow;
    return usage;
  }

  #parts(): [string, number[]][] {
    const children = Object.entries(kinds).map(([part, text]): [string, number[]] => [
      part,
      this.server.childPids(text),
    ]);
    return [['server', [this.server.child.pid!]], ...children];
  }
}

/** Null: it has ended. */
function residentMb(pid: number): number | null {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Number(kb) / 1024;
  } catch {
    return null;
  }
}

/** Slope of y over x by least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}
