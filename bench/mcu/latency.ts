import type { Bench } from '../main.js';
import { caseResult, percentile, type CaseResult } from '../result.js';
import { withFolder } from '../scratch.js';
import { hd, makeClips } from './clips.js';
import { ourLatency } from './ours.js';

const inputCounts = [1, 4, 9, 16];

/** How long is a picture on its way through the MCU? M3. */
export const mcuLatency: Bench = ({ runs, seconds, say, wants }) =>
  withFolder(async folder => {
    const results: CaseResult[] = [];
    for (const count of inputCounts) {
      const name = `${count} × 720p30 → 1080p30`;
      if (!wants(name)) continue;
      const clips = await makeClips(folder, count, hd);
      const latencies: number[] = [];
      const p95s: number[] = [];
      for (let run = 1; run <= runs; run++) {
        const found = await ourLatency(clips, seconds);
        latencies.push(...found);
        p95s.push(percentile(found, 0.95));
        say(`${name}, run ${run}: p95 ${p95s.at(-1)!.toFixed(1)} ms of ${found.length}`);
      }
      const details = { latencyP50Ms: Math.round(percentile(latencies, 0.5)), flashes: latencies.length };
      results.push(caseResult(name, 'ms, p95', p95s, {}, details));
    }
    return { results, notes };
  });

const notes = [
  'Last packet of a frame in to last packet of the composite that shows it. Half of a frame of it is the wait for the tick. No peer: ffmpeg and GStreamer do not tell when a frame came in.',
];
