import type { Bench } from '../main.js';
import { caseResult, median, type CaseResult } from '../result.js';
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
    const results: CaseResult[] = [];
    for (let run = 1; run <= runs; run++) one.push(await ourCpu(clips, seconds, { encoding }));
    say(`1 site: ${median(one).toFixed(3)} CPU s/s`);
    for (const views of [1, 2, 5]) {
      const name = `${sites} sites, ${views} ${views === 1 ? 'view' : 'views'}`;
      if (!wants(name)) continue;
      const many: number[] = [];
      for (let run = 1; run <= runs; run++) {
        many.push(await ourCpu(clips, seconds, { encoding, sites, views }));
        say(`${name}, run ${run}: ${many.at(-1)!.toFixed(3)} CPU s/s`);
      }
      results.push(caseResult(name, 'CPU seconds per second', many, { 'one site': one }));
    }
    return { results, notes };
  });

const notes = [
  `${inputs} × 720p30 in, 720p30 at ${siteBitrate / 1e6} Mbit/s to each site over RTP of its own; the ratio is against what one site costs.`,
];
