import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Scope } from '../../base/scope.js';
import { ServerProcess } from '../../testing/harness/server-process.js';
import { BadCall } from '../../testing/peers/bad-call.js';
import { Baresip } from '../../testing/peers/baresip.js';
import type { NetworkConditions } from '../../testing/peers/network-link.js';
import { makeStampedClip } from '../../testing/peers/stamped-clip.js';
import { readWav } from '../../testing/peers/wav.js';
import { sleep } from '../process-cpu.js';
import { judgePictures, readSnapshots, type Sight } from './seen-pictures.js';
import { gapsOf, type Gaps } from './sound.js';

export const picture = { width: 640, height: 360, frameRate: 25 };
const clipSeconds = 40;
const [hz, otherHz] = [440, 880];
/** Rooms report each five seconds: so long until all has settled. */
const settleMs = 14_000;

/** What somebody saw and heard. */
export interface Perceived {
  sight: Sight;
  sound: Gaps;
}

/**
 * A real room (baresip: no NACK, no FEC, no concealment of sound) behind the bad network, and another with a
 * perfect one, in a conference of the whole server: what the first sees and hears (`towards`), and the other of it.
 */
export async function runRooms(
  network: NetworkConditions,
  seconds: number,
  seed: number,
  mode0Only = false,
): Promise<{ towards: Perceived; from: Perceived }> {
  const scope = new Scope();
  try {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-bench-loss-'));
    scope.onClose(() => fs.rm(folder, { recursive: true, force: true }));
    const clip = path.join(folder, 'clip.mp4');
    await makeStampedClip(clip, { ...picture, fps: picture.frameRate, seconds: clipSeconds });
    const server = scope.own(await ServerProcess.start());
    const { number } = await server.createConference({ title: 'Loss' });
    const bad = scope.own(await BadCall.open(server.sipPort, { toFar: network, toNear: network }, seed));
    const video = { picture, clip, videoBitrate: 1_000_000 };
    const other = scope.own(await Baresip.start({ ...video, toneHz: otherHz }));
    await other.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
    const room = scope.own(await Baresip.start({ ...video, toneHz: hz, mode0Only }));
    await room.dial(`sip:${number}@127.0.0.1:${bad.sipPort}`);
    await sleep(settleMs);

    const soundBefore = await Promise.all([room, other].map(heardSamples));
    const fromMs = performance.now();
    const toMs = fromMs + seconds * 1000;
    const [seen, seenByOther] = await Promise.all(
      [room, other].map(each => watch(each, path.join(folder, each === room ? 'room' : 'other'), toMs)),
    );
    const perceived = async (n: 0 | 1, by: Baresip, toneHz: number): Promise<Perceived> => ({
      sight: judgePictures((n === 0 ? seen : seenByOther)!, fromMs, toMs),
      sound: await heard(by, soundBefore[n]!, seconds, toneHz),
    });
    return { towards: await perceived(0, room, otherHz), from: await perceived(1, other, hz) };
  } finally {
    await scope.close();
  }
}

/** One snapshot after the other, some ten a second. */
export async function watch(room: Baresip, folder: string, toMs: number) {
  await fs.mkdir(folder);
  const timesMs: number[] = [];
  while (performance.now() < toMs) {
    const name = String(timesMs.length + 1).padStart(4, '0');
    try {
      await room.snapshot(path.join(folder, `${name}.png`), 1500);
    } catch {
      continue; // nothing new was shown: a freeze
    }
    timesMs.push(performance.now());
  }
  return readSnapshots(path.join(folder, '%04d.png'), timesMs, picture.width, picture.height);
}

/** So much sound it has decoded since the call began. */
export async function heardSamples(room: Baresip): Promise<number> {
  const file = (await room.receivedAudio()).at(-1);
  return file === undefined ? 0 : (await readWav(file)).samples.length;
}

/** Its file of what it heard has no gaps: what was lost without concealment is missing in it. */
export async function heard(room: Baresip, before: number, seconds: number, toneHz: number): Promise<Gaps> {
  const file = (await room.receivedAudio()).at(-1);
  if (file === undefined) return { share: 1, longestMs: seconds * 1000 };
  const { samples, sampleRate } = await readWav(file);
  const since = samples.subarray(before);
  const missing = Math.max(0, 1 - since.length / (seconds * sampleRate));
  const { share, longestMs } = gapsOf(since, sampleRate, toneHz);
  // Files are written in blocks.
  return { share: share + (missing > 0.01 ? missing : 0), longestMs };
}
