import type { Bench } from '../main.js';
import { caseResult, median, type CaseResult } from '../result.js';
import { runBrowser } from './browser.js';
import { cases } from './cases.js';
import { runRooms, type Perceived } from './rooms.js';
import { runSound } from './sound.js';
import { runSynthetic, type Repair, type Run } from './synthetic.js';
import { tableOf } from './table.js';

/** How do pictures and sound run over a bad network? M6. */
export const loss: Bench = async ({ runs, seconds, say, wants }) => {
  const results: CaseResult[] = [];
  const notes = [...generalNotes];
  const add = (...more: CaseResult[]) => {
    results.push(...more);
    for (const line of tableOf(more).slice(1)) say(line);
  };
  for (const { name, network } of cases) {
    const seeds = Array.from({ length: runs }, (_, n) => n + 1);
    if (wants(`${name} · own ends`)) {
      const own = await inTurn(seeds, async seed => {
        const picture = (direction: 'from' | 'towards', repair: Repair) =>
          runSynthetic(direction, network, { seconds, repair, seed });
        // All at once would measure this process.
        const [towards, from] = await Promise.all([picture('towards', 'nack'), picture('from', 'nack')]);
        const [copies, once, sound] = await Promise.all([
          picture('towards', 'copies'),
          picture('towards', 'none'),
          runSound(network, seconds, seed),
        ]);
        return { towards, from, copies, once, sound };
      });
      const sound = own.map(run => run.sound);
      add(
        pictures(
          `${name} · towards our own end, NACK`,
          own.map(run => run.towards),
        ),
        pictures(
          `${name} · from our own end, NACK`,
          own.map(run => run.from),
          { sound },
        ),
        pictures(
          `${name} · towards our own end, no NACK`,
          own.map(run => run.copies),
          {
            peers: { 'each packet once': own.map(({ once }) => once.frozen * 100) },
          },
        ),
      );
    }
    for (const [peer, run] of [
      ['baresip', runRooms],
      ['Chromium', runBrowser],
    ] as const) {
      if (!wants(`${name} · ${peer}`)) continue;
      try {
        const seen = await inTurn(seeds, seed => run(network, seconds, seed));
        add(
          perceived(
            `${name} · towards ${peer}`,
            seen.map(({ towards }) => towards),
          ),
          perceived(
            `${name} · from ${peer}`,
            seen.map(({ from }) => from),
          ),
        );
      } catch (error) {
        notes.push(`${name} · ${peer}: could not be run: ${String(error)}`);
      }
    }
  }
  tableOf(results).forEach(say);
  return { results, notes };
};

const generalNotes = [
  'Losses hit RTP, RTCP and what is sent again, in both directions. 640×360, 1 Mbit/s; own ends 30 fps, baresip and Chromium 25 fps.',
  'Freezes as webrtc-stats counts them, by the numbers in the pictures; baresip is looked at some 10–20 times a second. Damaged: pictures in which something is wrong or older than the picture before.',
  'baresip neither asks again for lost packets nor sends again, knows no FEC, and does not conceal G.711; Chromium and the SFU repair by NACK and RTX.',
  'Peer "each packet once": the same stream without copies. No other MCU is to be had here that could stand behind the same relay.',
];

async function inTurn<T>(seeds: number[], run: (seed: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (const seed of seeds) all.push(await run(seed));
  return all;
}

function pictures(
  name: string,
  runs: Run[],
  more: { sound?: Perceived['sound'][]; peers?: Record<string, number[]> } = {},
): CaseResult {
  return caseResult(
    name,
    '% of the time frozen',
    runs.map(({ frozen }) => frozen * 100),
    more.peers ?? {},
    {
      longestFreezeMs: Math.max(...runs.map(({ longestFreezeMs }) => longestFreezeMs)),
      damagedPercent: percent(runs.map(({ damaged }) => damaged)),
      ...(more.sound && soundDetails(more.sound)),
      delayMs: median(runs.map(({ delayMs }) => delayMs)),
      delayP95Ms: median(runs.map(({ delayP95Ms }) => delayP95Ms)),
    },
  );
}

function perceived(name: string, runs: Perceived[]): CaseResult {
  return caseResult(
    name,
    '% of the time frozen',
    runs.map(({ sight }) => sight.frozen * 100),
    {},
    {
      longestFreezeMs: Math.max(...runs.map(({ sight }) => sight.longestFreezeMs)),
      damagedPercent: percent(runs.map(({ sight }) => sight.damaged)),
      ...soundDetails(runs.map(({ sound }) => sound)),
      picturesSeen: median(runs.map(({ sight }) => sight.pictures)),
    },
  );
}

function soundDetails(sound: Perceived['sound'][]): Record<string, number> {
  return {
    audioGapsPercent: percent(sound.map(({ share }) => share)),
    longestAudioGapMs: Math.max(...sound.map(({ longestMs }) => longestMs)),
  };
}

function percent(shares: number[]): number {
  return Math.round(median(shares) * 1000) / 10;
}
