import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Scope } from '../../base/scope.js';
import { ServerProcess } from '../harness/server-process.js';
import { hueOf, meanColour, readPicture } from '../judge/picture.js';
import { audibleDb, toneLevelDb } from '../judge/tones.js';
import { Baresip } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';
import { readWav } from '../peers/wav.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import type { Soak } from './main.js';
import { ProcessWatch } from './processes.js';
import { hostileMessage, writtenMessage, type Scene } from './sip-messages.js';

/** Messages each 20 ms: 400 a second, 1.4 million in an hour. */
const burst = 8;
const pauseMs = 20;
/** Of pictures that the room was shown before. */
const leastShare = 0.9;
/** What memory may grow by after the first quarter, MB. */
const mostGrowthMb = 100;
const middle = { x: 0.6, y: 0.4, width: 0.3, height: 0.15 };

/**
 * X6: sipvicious, random bytes and damaged messages by UDP and TCP during a call of two rooms, whose picture and
 * tone are looked at all the time. Nobody notices, no process ends, memory is flat, and nothing is left behind.
 */
export const sipFuzz: Soak = async ({ minutes, seed, say }) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-fuzz-'));
  const scope = new Scope();
  scope.onClose(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    // The rooms are trusted; whoever attacks from elsewhere in 127.0.0.0/8 is banned as strangers are.
    const config = { sip: { trustedNetworks: ['127.0.0.1'] } };
    const server = scope.own(await ServerProcess.start({ config, logFile: path.join(folder, 'server.log') }));
    const { conferenceId, number } = await server.createConference({ title: 'Under attack' });
    const decoy = await server.createConference({ title: 'Of the attackers' });
    const uri = `sip:${number}@127.0.0.1:${server.sipPort}`;
    const [red] = await twoRooms(scope, { folder, uri, clipSeconds: minutes * 60 + 180 });
    await sleep(5_000);
    const watch = new ProcessWatch(server);
    const pids = pidsOf(server);
    const calm = await framesPerSecond(red, 10);
    say(`before: red sees ${calm.toFixed(1)} pictures a second`);

    const stop = new AbortController();
    const random = new SeededRandom(seed);
    const attacks = [
      byUdp(random, { number: decoy.number, port: server.sipPort }, stop.signal),
      byTcp(random, { number: decoy.number, port: server.sipPort }, stop.signal),
      byScanners(server.sipPort, stop.signal),
    ];
    const began = performance.now();
    const faults: string[] = [];
    const memory: number[] = [];
    while (performance.now() - began < minutes * 60_000) {
      const rate = await framesPerSecond(red, 15);
      const seen = await hueSeenBy(red, path.join(folder, 'seen.png'));
      const db = await levelHeardBy(red, 880);
      const sites = await server.request<{ name: string }[]>('GET', `/conferences/${conferenceId}/sites`);
      const { rssMb, cpu } = watch.look();
      memory.push(rssMb.server!);
      if (rate < leastShare * calm) faults.push(`${rate.toFixed(1)} pictures a second`);
      if (seen !== 'blue') faults.push(`it sees ${seen}`);
      if (sites.length !== 2) faults.push(`in it: ${sites.map(({ name }) => name).join(', ')}`);
      if (db < audibleDb) faults.push(`it hears ${db.toFixed(0)} dB`);
      const at = ((performance.now() - began) / 60_000).toFixed(1);
      say(
        `${at} min: ${rate.toFixed(1)} pictures/s, ${seen}, ${db.toFixed(0)} dB; server ${rssMb.server!.toFixed(0)} MB, ${cpu.server!.toFixed(2)} cores`,
      );
    }
    stop.abort();
    const seconds = (performance.now() - began) / 1000;
    const [udp, tcp, scans] = await Promise.all(attacks);
    say(
      `sent ${udp} datagrams, ${tcp} TCP writes (${Math.round((udp! + tcp!) / seconds)}/s), ${scans} scans`,
    );
    // What attackers have begun ends by the timers of RFC 3261.
    await sleep(40_000);
    faults.push(...(await leftBehind(server)));
    if (pids.join() !== pidsOf(server).join()) faults.push('a process was restarted');
    const growth = memory.at(-1)! - memory[Math.floor(memory.length / 4)]!;
    say(`memory of the server since the first quarter: ${growth.toFixed(0)} MB`);
    if (growth > mostGrowthMb) faults.push(`${growth.toFixed(0)} MB more`);
    for (const fault of faults) say(`FAULT: ${fault}`);
    return faults.length === 0;
  } finally {
    await scope.close();
  }
};

/** Their clips outlast the run: what is seen must not depend on how baresip begins one again. */
async function twoRooms(
  scope: Scope,
  { folder, uri, clipSeconds }: { folder: string; uri: string; clipSeconds: number },
): Promise<[Baresip, Baresip]> {
  const rooms: Baresip[] = [];
  for (const [name, colour, toneHz] of [
    ['red', '0xc02020', 440],
    ['blue', '0x2040d0', 880],
  ] as const) {
    const clip = path.join(folder, `${name}.mp4`);
    await makePicture(clip, { colour, width: 640, height: 360, seconds: clipSeconds });
    const picture = { width: 640, height: 360, frameRate: 25 };
    const room = scope.own(await Baresip.start({ clip, toneHz, picture, audioCodecs: ['PCMU/8000/1'] }));
    await room.dial(uri);
    rooms.push(room);
  }
  return rooms as [Baresip, Baresip];
}

/** From many addresses, and from that of the rooms, who are trusted; some with a dialog of their own. */
async function byUdp(random: SeededRandom, target: Omit<Scene, 'own'>, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const address =
      random.below(2) === 0 ? '127.0.0.1' : `127.1.${random.below(256)}.${1 + random.below(254)}`;
    const socket = dgram.createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    const own = `${address}:${socket.address().port}`;
    let dialog: Scene['dialog'];
    socket.on('message', data => (dialog ??= dialogOf(data.toString('latin1'))));
    const send = (data: Buffer): void => {
      socket.send(data, target.port, '127.0.0.1', () => undefined);
      sent++;
    };
    send(Buffer.from(writtenMessage(random, { ...target, own }, 'INVITE')));
    for (let round = 0; round < 100 && !signal.aborted; round++) {
      for (let n = 0; n < burst; n++) {
        const known: Scene['dialog'] = dialog && { ...dialog, sequence: dialog.sequence++ };
        const scene = { ...target, own, ...(known && random.below(2) === 0 && { dialog: known }) };
        send(hostileMessage(random, scene));
      }
      await sleep(pauseMs);
    }
    if (dialog) send(Buffer.from(writtenMessage(random, { ...target, own, dialog }, 'BYE')));
    socket.close();
  }
  return sent;
}

/** Of the 200 to an INVITE; the numbers that follow are the sender's. */
function dialogOf(text: string): Scene['dialog'] {
  const header = (name: string, rest: string) => new RegExp(`^${name}:.*?${rest}`, 'im').exec(text)?.[1];
  if (!/^SIP\/2\.0 2/.test(text) || !/^CSeq: \d+ INVITE/im.test(text)) return undefined;
  const [callId, fromTag, toTag] = [
    header('Call-ID', '(\\S+@\\S+)'),
    header('From', 'tag=(\\S+)'),
    header('To', 'tag=(\\S+)'),
  ];
  return callId && fromTag && toTag ? { callId, fromTag, toTag, sequence: 2000 } : undefined;
}

async function byTcp(random: SeededRandom, target: Omit<Scene, 'own'>, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const localAddress = `127.2.${random.below(256)}.${1 + random.below(254)}`;
    const socket = net.connect({ port: target.port, host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined); // being cut off is what is expected
    socket.resume();
    for (let n = 0; n < burst && !signal.aborted; n++) {
      if (socket.writable) socket.write(hostileMessage(random, { ...target, own: `${localAddress}:5060` }));
      sent++;
      await sleep(pauseMs);
    }
    socket.destroy();
  }
  return sent;
}

async function byScanners(port: number, signal: AbortSignal): Promise<number> {
  const target = `udp://127.0.0.1:${port}`;
  const scans = [
    ['svmap', '-b', '127.3.0.1', '-p', String(port), '127.0.0.1'],
    ['svwar', '-e100-999', '-m', 'INVITE', '--force', target],
    ['svwar', '-e100-999', '--force', target],
    ['svcrack', '-u100', '-r1-9999', target],
  ];
  let done = 0;
  while (!signal.aborted) {
    await new Promise<void>(resolve => {
      execFile('timeout', ['15', ...scans[done % scans.length]!], () => resolve());
    });
    done++;
  }
  return done;
}

async function leftBehind(server: ServerProcess): Promise<string[]> {
  const calls = await server.request<{ state: string }[]>('GET', '/calls');
  const standing = calls.filter(({ state }) => state !== 'ended').length;
  const metrics = await (await server.fetch('/metrics')).text();
  const errors = /event="internal-errors"\} (\d+)/.exec(metrics)?.[1] ?? '0';
  return [
    ...(standing === 2 ? [] : [`${standing} calls instead of 2`]),
    ...(errors === '0' ? [] : [`${errors} internal errors: see server.log`]),
  ];
}

async function framesPerSecond(room: Baresip, seconds: number): Promise<number> {
  const [before, beganAt] = [await room.videoStatistics(), performance.now()];
  await sleep(seconds * 1000);
  const after = await room.videoStatistics();
  return (after.framesShown - before.framesShown) / ((performance.now() - beganAt) / 1000);
}

async function hueSeenBy(room: Baresip, file: string): Promise<string> {
  await room.snapshot(file);
  return hueOf(meanColour(await readPicture(file), middle));
}

/** dB of the tone in the last two seconds. */
async function levelHeardBy(room: Baresip, hz: number): Promise<number> {
  const file = (await room.receivedAudio()).at(-1);
  if (file === undefined) return -120;
  const { sampleRate, samples } = await readWav(file);
  return toneLevelDb({ sampleRate, samples: samples.slice(-2 * sampleRate) }, hz);
}

function pidsOf(server: ServerProcess): number[] {
  return [
    server.child.pid!,
    ...['media-process', 'mediasoup-worker'].flatMap(text => server.childPids(text)),
  ];
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
