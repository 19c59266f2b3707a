import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { Scope } from '../../base/scope.js';
import { RoomPage } from '../../testing/harness/room-page.js';
import { ServerProcess } from '../../testing/harness/server-process.js';
import { BadPath } from '../../testing/peers/bad-path.js';
import { Baresip } from '../../testing/peers/baresip.js';
import { Chromium } from '../../testing/peers/chromium.js';
import type { NetworkConditions } from '../../testing/peers/network-link.js';
import { makeStampedClip } from '../../testing/peers/stamped-clip.js';
import { readStampCells } from '../../testing/synthetic/frame-stamp.js';
import { sleep } from '../process-cpu.js';
import { heard, heardSamples, picture, watch, type Perceived } from './rooms.js';
import { judgePictures } from './seen-pictures.js';
import { gapsOf } from './sound.js';

const [hz, roomHz] = [440, 880];
const settleMs = 6_000;

/** A real browser behind the bad network and a real room with a perfect one: what each sees and hears of the other. */
export async function runBrowser(
  network: NetworkConditions,
  seconds: number,
  seed: number,
): Promise<{ towards: Perceived; from: Perceived }> {
  const scope = new Scope();
  try {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-bench-loss-'));
    scope.onClose(() => fs.rm(folder, { recursive: true, force: true }));
    const clip = path.join(folder, 'clip.mp4');
    await makeStampedClip(clip, { ...picture, fps: picture.frameRate, seconds: 40 });
    const server = scope.own(await ServerProcess.start());
    const { number, link } = await server.createConference({ title: 'Loss' });
    const bad = scope.own(await BadPath.open(portsOf(server.childPids('mediasoup-worker')), network, seed));
    const room = scope.own(await Baresip.start({ picture, clip, videoBitrate: 1_000_000, toneHz: roomHz }));
    await room.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
    const chromium = scope.own(await Chromium.start());
    const { width, height } = picture;
    const camera = { colour: '#808080', width, height, fps: 25, stamped: true, toneHz: hz };
    const participant = await chromium.participant({ camera });
    const page = new RoomPage(participant, 'Browser');
    await page.join(server, link);
    await page.movingPicture('', 20_000);
    await sleep(settleMs);

    const soundBefore = await heardSamples(room);
    const fromMs = performance.now();
    const toMs = fromMs + seconds * 1000;
    const [seen, sound, seenByRoom] = await Promise.all([
      participant.watch(seconds * 1000),
      participant.listen(seconds * 1000),
      watch(room, path.join(folder, 'room'), toMs),
    ]);
    if (bad.packets < 1000) throw new Error(`only ${bad.packets} packets of the browser's took the bad path`);
    const pictures = seen.map(({ atMs, luma }) => ({ atMs, stamps: readStampCells(luma) }));
    const samples = Float32Array.from(sound.samples, value => value / 32768);
    return {
      towards: {
        sight: judgePictures(pictures, 0, seconds * 1000),
        sound: gapsOf(samples, sound.sampleRate, roomHz),
      },
      from: {
        sight: judgePictures(seenByRoom, fromMs, toMs),
        sound: await heard(room, soundBefore, seconds, hz),
      },
    };
  } finally {
    await scope.close();
  }
}

/** Where these processes listen. */
function portsOf(pids: number[]): { udp: number[]; tcp: number[] } {
  const of = (...options: string[]) =>
    execFileSync('ss', options, { encoding: 'utf8' })
      .split('\n')
      .filter(line => pids.some(pid => line.includes(`pid=${pid},`)))
      .map(line => Number(/:(\d+)\s/.exec(line)?.[1]))
      .filter(port => port > 0);
  return { udp: of('-uanpH'), tcp: of('-tlnpH') };
}
