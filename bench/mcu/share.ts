import type { Bench } from '../main.js';
import { caseResult } from '../result.js';
import { withFolder } from '../scratch.js';
import { hd, makeClips } from './clips.js';
import { ourCpu } from './ours.js';

const sites = 50;
const inputs = 5;
/** What a room on a good line is sent. */
const siteBitrate = 1_500_000;

/** What do 50 sites cost that see 1, 2 or 5 different pictures, against one site? M3, M8. */
export const mcuShare: Bench = ({ runs, seconds, say, wants }) =>
  withFolder(async folder => {
    const clips = await makeClips(folder, inputs, hd);
    const encoding = { width: 1280, height: 720, bitrate: siteBitrate };
    const one: number[] = [];
    const cases = [1, 2, 5]
      .map(views => ({ name: caseName(views), views, found: [] as number[] }))
      .filter(({ name }) => wants(name));
    // Everybody in turn in each run, so that a machine that drifts drifts for all.
    for (let run = 1; run <= runs; run++) {
      one.push(await ourCpu(clips, seconds, { encoding }));
      for (const { views, found } of cases)
        found.push(await ourCpu(clips, seconds, { encoding, sites, views }));
      const newest = cases.map(({ name, found }) => `${name} ${found.at(-1)!.toFixed(3)}`);
      say(`run ${run}: one site ${one.at(-1)!.toFixed(3)}, ${newest.join(', ')} CPU s/s`);
    }
    const unit = 'CPU seconds per second';
    return {
      results: cases.map(({ name, found }) => caseResult(name, unit, found, { 'one site': one })),
      notes,
    };
  });

function caseName(views: number): string {
  return `${sites} sites, ${views} ${views === 1 ? 'view' : 'views'}`;
}

const notes = [
  `${inputs} × 720p30 in, 720p30 at ${siteBitrate / 1e6} Mbit/s to each site over RTP of its own; the ratio is against what one site costs.`,
];
