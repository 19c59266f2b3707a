import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { Scope } from '../../base/scope.js';
import { gather, people, type Cast } from '../demo/cast.js';
import type { ServerProcess } from '../harness/server-process.js';
import type { Soak } from './main.js';

const run = promisify(execFile);

const burst = 20;
const pauseMs = 20;
/** What everybody must still be shown of the frames that he was shown before the garbage came. */
const leastShare = 0.9;

/** X6: random bytes to the SIP port, every RTP port and the signalling socket during a call; nobody notices. */
export const garbage: Soak = async ({ seconds, say }) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-garbage-'));
  const scope = new Scope();
  scope.onClose(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    const cast = await gather(scope, { folder, say });
    await cast.surgeon.movingPicture(people.room.name, 20_000);
    await cast.expert.movingPicture(people.surgeon.name, 20_000);
    await sleep(3_000);
    const pidsBefore = pidsOf(cast.server);
    const calm = await frameRates(cast, 10);
    say(`before: ${show(calm)}`);

    const udpPorts = await udpPortsOf(pidsBefore);
    say(
      `random bytes for ${seconds} s to UDP ports ${udpPorts.join(', ')}, TCP SIP, and the signalling socket`,
    );
    const stop = new AbortController();
    const floods = [
      floodUdp(udpPorts, stop.signal),
      floodTcp(cast.server.sipPort, stop.signal),
      floodSignalling(cast.server, stop.signal),
    ];
    const under = await frameRates(cast, seconds);
    stop.abort();
    const sent = await Promise.all(floods);
    say(
      `during: ${show(under)}; sent ${sent[0]} datagrams, ${sent[1]} TCP writes, ${sent[2]} socket messages`,
    );

    const samePids = pidsBefore.join() === pidsOf(cast.server).join();
    say(samePids ? 'no process was restarted' : 'A PROCESS WAS RESTARTED');
    const held = Object.entries(under).every(([who, rate]) => rate >= leastShare * calm[who]!);
    const errors = [cast.surgeon, cast.expert].flatMap(page => page.participant.errors);
    if (errors.length > 0) say(`page errors: ${errors.join(' | ')}`);
    return held && samePids && errors.length === 0;
  } finally {
    await scope.close();
  }
};

/** Frames a second that each participant is shown, over `seconds`. */
async function frameRates(cast: Cast, seconds: number): Promise<Record<string, number>> {
  const { surgeon, expert, room } = cast;
  const look = async (): Promise<Record<string, number>> => ({
    'surgeon sees expert': (await surgeon.picture(people.expert.name))?.frames ?? 0,
    'surgeon sees room': (await surgeon.picture(people.room.name))?.frames ?? 0,
    'expert sees surgeon': (await expert.picture(people.surgeon.name))?.frames ?? 0,
    'room sees composite': (await room.videoStatistics()).framesShown,
  });
  const [before, startedAt] = [await look(), performance.now()];
  await sleep(seconds * 1000);
  const after = await look();
  const elapsed = (performance.now() - startedAt) / 1000;
  return Object.fromEntries(
    Object.entries(after).map(([who, frames]) => [who, (frames - before[who]!) / elapsed]),
  );
}

function pidsOf(server: ServerProcess): number[] {
  return [
    server.child.pid!,
    ...['media-process', 'mediasoup-worker', 'recorder-process'].flatMap(text => server.childPids(text)),
  ];
}

/** Every UDP port that one of the processes has open. */
async function udpPortsOf(pids: number[]): Promise<number[]> {
  const { stdout } = await run('ss', ['-uanpH']);
  const ports = stdout
    .split('\n')
    .filter(line => pids.some(pid => line.includes(`pid=${pid},`)))
    .map(line => Number(/:(\d+)\s/.exec(line)?.[1]));
  return [...new Set(ports)].sort((a, b) => a - b);
}

async function floodUdp(ports: number[], signal: AbortSignal): Promise<number> {
  const socket = createSocket('udp4');
  let sent = 0;
  while (!signal.aborted) {
    for (let n = 0; n < burst; n++) {
      const bytes = randomBytes(randomInt(1, 1400));
      if (n % 2 === 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f); // looks like RTP or RTCP, version 2
      socket.send(bytes, ports[randomInt(ports.length)], '127.0.0.1', () => undefined);
      sent++;
    }
    await sleep(pauseMs);
  }
  socket.close();
  return sent;
}

async function floodTcp(port: number, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined); // being cut off is what is expected
    socket.resume();
    for (let n = 0; n < burst && !signal.aborted; n++) {
      if (socket.writable) socket.write(randomBytes(randomInt(1, 4000)));
      sent++;
      await sleep(pauseMs);
    }
    socket.destroy();
  }
  return sent;
}

async function floodSignalling(server: ServerProcess, signal: AbortSignal): Promise<number> {
  let sent = 0;
  const url = `${server.url.replace('https', 'wss')}/api/v1/signalling`;
  while (!signal.aborted) {
    const socket = new WebSocket(url, { rejectUnauthorized: false });
    socket.on('error', () => undefined);
    await new Promise(resolve => socket.once('open', resolve).once('close', resolve));
    for (let n = 0; n < burst && !signal.aborted && socket.readyState === socket.OPEN; n++) {
      const kind = randomInt(3);
      if (kind === 0) socket.send(randomBytes(randomInt(1, 4000)));
      else if (kind === 1) socket.send(randomBytes(200).toString('latin1'));
      else
        socket.send(
          JSON.stringify({ id: n, method: 'join', params: { [randomBytes(3).toString('hex')]: n } }),
        );
      sent++;
      await sleep(pauseMs);
    }
    socket.terminate();
  }
  return sent;
}

function show(rates: Record<string, number>): string {
  return Object.entries(rates)
    .map(([who, rate]) => `${who} ${rate.toFixed(1)}/s`)
    .join(', ');
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
