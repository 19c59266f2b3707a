import { people, type Cast } from './cast.js';
import type { Checks } from './checks.js';

/** How long one participant saw nothing new after a part was killed. */
export interface Outage {
  part: string;
  participant: string;
  sees: string;
  ms: number;
}

/** The promise for the media process; the SFU has to negotiate anew with every browser. */
export const mayTakeMs = { 'media-process': 2_000, 'mediasoup-worker': 5_000 };
/** Frames that were on their way at the kill still come; only later ones tell that the picture is back. */
const inFlightMs = 400;
const settleMs = 4_000;

/** `kill -9` of the media process, then of the SFU worker, in the running conference. */
export async function killParts(checks: Checks, cast: Cast, say: (line: string) => void): Promise<Outage[]> {
  const outages: Outage[] = [];
  for (const part of ['media-process', 'mediasoup-worker'] as const) {
    const pids = cast.server.childPids(part);
    say(`killing ${part} (${pids.join(', ')})`);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const killedAt = Date.now();
    await sleep(inFlightMs);
    const measured = await Promise.all(
      views(cast).map(async ({ participant, sees, framesShown }) => {
        const before = await framesShown();
        // A new stream counts from zero again; a tile without picture is -1.
        for (let now = before; now === before || now < 0; now = await framesShown()) {
          if (Date.now() - killedAt > 20_000) return { part, participant, sees, ms: Infinity };
          await sleep(30);
        }
        return { part, participant, sees, ms: Date.now() - killedAt };
      }),
    );
    outages.push(...measured);
    const worst = Math.max(...measured.map(outage => outage.ms));
    const found = measured
      .map(({ participant, sees, ms }) => `${participant} sees ${sees}: ${ms} ms`)
      .join(', ');
    checks.add(
      `picture is back within ${mayTakeMs[part] / 1000} s of kill -9 of ${part}`,
      worst <= mayTakeMs[part],
      found,
    );
    await sleep(settleMs);
  }
  return outages;
}

function views({ surgeon, expert, room }: Cast) {
  const tile = (page: typeof surgeon, name: string) => async () => (await page.picture(name))?.frames ?? -1;
  return [
    { participant: 'surgeon', sees: 'expert', framesShown: tile(surgeon, people.expert.name) },
    { participant: 'surgeon', sees: 'room', framesShown: tile(surgeon, people.room.name) },
    { participant: 'expert', sees: 'surgeon', framesShown: tile(expert, people.surgeon.name) },
    { participant: 'expert', sees: 'room', framesShown: tile(expert, people.room.name) },
    {
      participant: 'room',
      sees: 'composite',
      framesShown: async () => (await room.videoStatistics()).framesShown,
    },
  ];
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
