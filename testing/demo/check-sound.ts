import { readWav } from '../peers/wav.js';
import { audibleDb, fromInt16, toneLevelDb, type Sound } from '../judge/tones.js';
import { people, type Cast } from './cast.js';
import type { Checks } from './checks.js';

const listenMs = 4_000;
const tones = { surgeon: people.surgeon.toneHz, expert: people.expert.toneHz, room: people.room.toneHz };

/** Everybody hears the tones of all others and not his own. */
export async function checkSound(checks: Checks, { surgeon, expert, room }: Cast): Promise<void> {
  for (const [who, page] of [
    ['surgeon', surgeon],
    ['expert', expert],
  ] as const) {
    await checks.attempt(`${who} hears the others and not himself`, async () => {
      const heard = await page.participant.listen(listenMs);
      return judge(fromInt16(heard.samples, heard.sampleRate), who);
    });
  }
  await checks.attempt('the room hears the others and not itself (N-1)', async () => {
    const file = (await room.receivedAudio()).at(-1);
    if (file === undefined) return { held: false, found: 'the room recorded no sound' };
    const { sampleRate, samples } = await readWav(file);
    return judge({ sampleRate, samples: samples.slice(-sampleRate * (listenMs / 1000)) }, 'room');
  });
}

function judge(sound: Sound, who: keyof typeof tones): { held: boolean; found: string } {
  const levels = Object.entries(tones).map(([whose, hz]) => ({ whose, hz, db: toneLevelDb(sound, hz) }));
  return {
    held: levels.every(({ whose, db }) => db > audibleDb === (whose !== who)),
    found: levels.map(({ whose, hz, db }) => `${whose} ${hz} Hz: ${db.toFixed(0)} dB`).join(', '),
  };
}
