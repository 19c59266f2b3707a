import type { Bench } from '../main.js';
import { caseResult, median, type CaseResult } from '../result.js';
import { runBaresip } from './baresip-room.js';
import { cases } from './cases.js';
import { runSound } from './sound.js';
import { runSynthetic, type Run } from './synthetic.js';

/** How do pictures and sound run over a bad network? M6. */
export const loss: Bench = async ({ runs, seconds, say, wants }) => {
  const results: CaseResult[] = [];
  for (const { name, network } of cases) {
    for (const direction of ['towards', 'from'] as const) {
      for (const repairs of [true, false]) {
        const caseName = `${name} · ${direction} the room · ${repairs ? 'NACK' : 'no NACK'}`;
        if (!wants(caseName)) continue;
        const measured: Run[] = [];
        for (let seed = 1; seed <= runs; seed++)
          measured.push(await runSynthetic(direction, network, { seconds, repairs, seed }));
        results.push(pictureResult(caseName, measured));
        say(describe(results.at(-1)!));
      }
    }
    if (!wants(`${name} · sound`)) continue;
    const gaps: number[] = [];
    for (let seed = 1; seed <= runs; seed++) gaps.push((await runSound(network, seconds, seed)) * 100);
    results.push(caseResult(`${name} · sound from the room`, '% of the time in gaps', gaps, {}));
    say(describe(results.at(-1)!));

    const rooms = [];
    for (let seed = 1; seed <= runs; seed++) rooms.push(await runBaresip(network, seconds, seed));
    results.push(
      caseResult(
        `${name} · towards baresip`,
        '% of the time frozen',
        rooms.map(({ frozen }) => frozen * 100),
        {},
        {
          longestFreezeMs: Math.max(...rooms.map(({ longestFreezeMs }) => longestFreezeMs)),
          audioGapsPercent: Math.round(median(rooms.map(({ audioGaps }) => audioGaps)) * 1000) / 10,
        },
      ),
    );
    say(describe(results.at(-1)!));
  }
  return { results, notes };
};

const notes = [
  'Peers: none. No other MCU is to be had here that could stand behind the same relay (facts: the open ones are dead).',
  'Freezes as webrtc-stats counts them, by the numbers in the pictures (baresip: by the pictures it shows, seen every 40 ms). 640×360, 30 fps, 1 Mbit/s; losses hit RTP, RTCP and what is sent again, in both directions.',
  'baresip neither asks again for lost packets nor sends again, nor takes FIR.',
];

function pictureResult(name: string, runs: Run[]): CaseResult {
  return caseResult(
    name,
    '% of the time frozen',
    runs.map(({ frozen }) => frozen * 100),
    {},
    {
      longestFreezeMs: Math.max(...runs.map(({ longestFreezeMs }) => longestFreezeMs)),
      freezes: median(runs.map(({ freezes }) => freezes)),
      delayMs: median(runs.map(({ delayMs }) => delayMs)),
      delayP95Ms: median(runs.map(({ delayP95Ms }) => delayP95Ms)),
      damagedPercent: Math.round(median(runs.map(({ damaged }) => damaged)) * 1000) / 10,
    },
  );
}

function describe({ case: name, ours, unit, details }: CaseResult): string {
  const more = Object.entries(details ?? {}).map(([key, value]) => `${key} ${value}`);
  return [`${name}: ${ours} ${unit}`, ...more].join(' · ');
}
