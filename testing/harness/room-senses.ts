import { hueOf, meanColour, readPicture } from '../judge/picture.js';
import { audibleDb, toneLevelDb } from '../judge/tones.js';
import type { Baresip } from '../peers/baresip.js';
import { readWav } from '../peers/wav.js';

const middle = { x: 0.6, y: 0.4, width: 0.3, height: 0.15 };

/** dB of the tone in the last two seconds of what a room heard. */
export async function levelIn(room: Baresip, hz: number): Promise<number> {
  const file = (await room.receivedAudio()).at(-1);
  if (file === undefined) return -120;
  const { sampleRate, samples } = await readWav(file);
  return toneLevelDb({ sampleRate, samples: samples.slice(-2 * sampleRate) }, hz);
}

/** Resolves with what `levelIn` tells once the tone is heard, or is not any more, or time is up. */
export async function levelOnce(room: Baresip, hz: number, heard: boolean): Promise<number> {
  let level = await levelIn(room, hz);
  for (const deadline = Date.now() + 8_000; Date.now() < deadline && level > audibleDb !== heard;) {
    await new Promise(resolve => setTimeout(resolve, 300));
    level = await levelIn(room, hz);
  }
  return level;
}

/** Resolves with the hue of the middle of what the room sees, once it is `wanted` or time is up. */
export async function hueSeenBy(room: Baresip, wanted: string, file: string): Promise<string> {
  let hue = 'nothing';
  for (const deadline = Date.now() + 15_000; Date.now() < deadline && hue !== wanted;) {
    await new Promise(resolve => setTimeout(resolve, 500));
    await room.snapshot(file);
    hue = hueOf(meanColour(await readPicture(file), middle));
  }
  return hue;
}
