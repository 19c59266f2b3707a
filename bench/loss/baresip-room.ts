import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Scope } from '../../base/scope.js';
import { ServerProcess } from '../../testing/harness/server-process.js';
import { fluencyOf, type Fluency } from '../../testing/judge/freezes.js';
import { BadCall } from '../../testing/peers/bad-call.js';
import { Baresip } from '../../testing/peers/baresip.js';
import { makePicture } from '../../testing/peers/clips.js';
import type { NetworkConditions } from '../../testing/peers/network-link.js';
import { readWav } from '../../testing/peers/wav.js';
import { sleep } from '../process-cpu.js';
import { gapShare } from './sound.js';

const picture = { width: 640, height: 360, frameRate: 25 };
const otherHz = 880;
const pollMs = 40;
const warmUpMs = 5_000;

/** What a real room behind the bad network sees and hears of another: it has no NACK and takes no FIR. */
export async function runBaresip(
  network: NetworkConditions,
  seconds: number,
  seed: number,
): Promise<Fluency & { audioGaps: number }> {
  const scope = new Scope();
  try {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-bench-loss-'));
    scope.onClose(() => fs.rm(folder, { recursive: true, force: true }));
    const clip = path.join(folder, 'clip.mp4');
    await makePicture(clip, { colour: '0x2060c0', ...picture, fps: picture.frameRate });
    const server = scope.own(await ServerProcess.start());
    const { number } = await server.createConference({ title: 'Loss' });
    const bad = scope.own(await BadCall.open(server.sipPort, { toFar: network, toNear: network }, seed));
    const other = scope.own(await Baresip.start({ picture, clip, toneHz: otherHz }));
    await other.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
    const room = scope.own(await Baresip.start({ picture, clip }));
    await room.dial(`sip:${number}@127.0.0.1:${bad.sipPort}`);
    await sleep(warmUpMs);

    const shownMs: number[] = [];
    let frames = 0;
    const fromMs = performance.now();
    const toMs = fromMs + seconds * 1000;
    while (performance.now() < toMs) {
      const { framesShown } = await room.videoStatistics();
      if (framesShown > frames) shownMs.push(performance.now());
      frames = framesShown;
      await sleep(pollMs);
    }
    const file = (await room.receivedAudio()).at(-1);
    const sound = file === undefined ? undefined : await readWav(file);
    const last = sound?.samples.slice(-seconds * sound.sampleRate);
    return {
      ...fluencyOf(shownMs, fromMs, toMs),
      audioGaps: sound && last ? gapShare(last, sound.sampleRate, otherHz) : 1,
    };
  } finally {
    await scope.close();
  }
}
