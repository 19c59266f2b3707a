import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Scope } from '../../base/scope.js';
import type { JournalEntry } from '../../server/api/life.js';
import type { Recording } from '../../server/api/rest.js';
import { RoomPage } from '../harness/room-page.js';
import { ServerProcess, type ServerOptions } from '../harness/server-process.js';
import { Baresip } from '../peers/baresip.js';
import { Chromium } from '../peers/chromium.js';
import { makePicture } from '../peers/clips.js';
import { freeTcpPort, freeUdpPorts } from '../peers/ports.js';
import type { Soak } from './main.js';

/** Everybody is back within this. */
const promisedMs = 5_000;
const longestMs = 30_000;
/** Frames that were on their way at the kill still come. */
const inFlightMs = 400;
const size = { width: 640, height: 360 };
/** Each restart sends with another SSRC, and libre's SRTP knows eight of them: then baresip has to call anew. */
const restartsOfACall = 6;

interface Cast {
  server: ServerProcess;
  conferenceId: string;
  number: string;
  surgeon: RoomPage;
  room: Baresip;
}

/** C1, S9, V1: kill -9 of the server in a conference of a browser and a room that is recorded; all goes on. */
export const killConference: Soak = async ({ times, say }) => {
  const scope = new Scope();
  const took: number[] = [];
  try {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-kill-conference-'));
    scope.onClose(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    const [sipPort] = await freeUdpPorts(1);
    const options: ServerOptions = {
      dataDir: path.join(folder, 'data'),
      config: { http: { port: await freeTcpPort() }, sip: { port: sipPort } },
    };
    const cast = await gather(scope, folder, options);
    scope.onClose(() => cast.server.close());
    let before = await sitesOf(cast);
    let journal = await journalOf(cast);
    let recordings = 1;
    for (let time = 1; time <= times; time++) {
      await sleep(4_000 + Math.random() * 4_000);
      if (time % restartsOfACall === 0) {
        await cast.room.hangup();
        await dial(cast);
        before = await sitesOf(cast);
        journal = await journalOf(cast);
      }
      const killedAt = Date.now();
      await cast.server.kill();
      const shown = views(cast);
      await sleep(inFlightMs);
      const counts = await Promise.all(shown.map(({ frames }) => frames()));
      cast.server = await ServerProcess.start(options);
      const startMs = Date.now() - killedAt;
      const back = await Promise.all(
        shown.map(async ({ who, frames }, n) => ({ who, ms: await moves(frames, counts[n]!, killedAt) })),
      );
      const recording = await recordingAgain(cast, recordings, killedAt);
      took.push(Math.max(recording.ms, ...back.map(({ ms }) => ms)));
      const faults = [
        ...faultsOf(journal, (journal = await journalOf(cast))),
        ...(same(await sitesOf(cast), before) ? [] : ['the sites are others']),
        ...recording.faults,
      ];
      recordings++;
      say(
        `${time}: listening after ${startMs} ms, ${back.map(({ who, ms }) => `${who} after ${ms} ms`).join(', ')}, ` +
          `recording after ${recording.ms} ms${faults.length > 0 ? ` — ${faults.join('; ')}` : ''}`,
      );
      if (faults.length > 0) return false;
    }
    const sorted = [...took].sort((a, b) => a - b);
    say(`all back after ${sorted[sorted.length >> 1]} ms in the middle, ${sorted.at(-1)} ms at most`);
    return sorted.at(-1)! <= promisedMs;
  } finally {
    await scope.close();
  }
};

async function gather(scope: Scope, folder: string, options: ServerOptions): Promise<Cast> {
  const server = await ServerProcess.start(options);
  const { conferenceId, link, number } = await server.createConference({ title: 'Kill' });
  const chromium = scope.own(await Chromium.start());
  const surgeon = new RoomPage(
    await chromium.participant({ camera: { ...size, label: 'Surgeon', colour: '#c02020' } }),
    'Surgeon',
  );
  await surgeon.join(server, link);
  const clip = path.join(folder, 'room.mp4');
  await makePicture(clip, { colour: '0x2040d0', ...size, fps: 25, seconds: 600 });
  const room = scope.own(
    await Baresip.start({ user: 'OR-3', clip, picture: { ...size, frameRate: 25 }, mediaEncryption: 'srtp' }),
  );
  const cast = { server, conferenceId, number, surgeon, room };
  await dial(cast);
  await server.request('POST', `/conferences/${conferenceId}/recording`);
  return cast;
}

async function dial({ room, number, server, surgeon }: Cast): Promise<void> {
  await room.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
  await surgeon.movingPicture('OR-3', longestMs);
  await sleep(1_000);
}

function views({ surgeon, room }: Cast) {
  return [
    { who: 'the browser sees the room', frames: async () => (await surgeon.picture('OR-3'))?.frames ?? -1 },
    { who: 'the room sees the browser', frames: async () => (await room.videoStatistics()).framesShown },
  ];
}

/** A new stream counts from zero again; a tile without picture is -1. */
async function moves(frames: () => Promise<number>, before: number, sinceMs: number): Promise<number> {
  for (let now = before; now === before || now < 0; now = await frames()) {
    if (Date.now() - sinceMs > longestMs) return Infinity;
    await sleep(30);
  }
  return Date.now() - sinceMs;
}

/** The recording before is there up to the kill, and another one runs. */
async function recordingAgain({ server, conferenceId }: Cast, before: number, sinceMs: number) {
  for (;;) {
    const mine = (await server.listRecordings()).filter(one => one.conferenceId === conferenceId);
    const running = mine.filter(({ state, durationMs }) => state === 'recording' && durationMs > 0);
    const began = Date.parse(running[0]?.startedAt ?? '');
    if (began > sinceMs && mine.length === before + 1)
      return { ms: began - sinceMs, faults: emptyOnes(mine) };
    if (Date.now() - sinceMs > longestMs)
      return { ms: Infinity, faults: [`${mine.length} recordings, ${running.length} run`] };
    await sleep(50);
  }
}

function emptyOnes(recordings: Recording[]): string[] {
  return recordings.filter(({ bytes }) => bytes === 0).map(({ recordingId }) => `${recordingId} is empty`);
}

/** What was written stays, in order, and the conference says that it goes on. */
function faultsOf(before: JournalEntry[], now: JournalEntry[]): string[] {
  const kept = before.every((entry, n) => same(entry, now[n]));
  const since = now.slice(before.length).map(({ kind }) => kind);
  return [
    ...(kept ? [] : ['the journal has changed']),
    ...(now.every(({ sequence }, n) => n === 0 || sequence > now[n - 1]!.sequence)
      ? []
      : ['its order is wrong']),
    ...(since.includes('resumed') ? [] : [`nothing was resumed: ${since.join()}`]),
  ];
}

function journalOf({ server, conferenceId }: Cast): Promise<JournalEntry[]> {
  return server.request('GET', `/conferences/${conferenceId}/journal?limit=1000`);
}

async function sitesOf({ server, conferenceId }: Cast): Promise<{ siteId: string; name: string }[]> {
  const sites = await server.request<{ siteId: string; name: string }[]>(
    'GET',
    `/conferences/${conferenceId}/sites`,
  );
  return sites.map(({ siteId, name }) => ({ siteId, name })).sort((a, b) => a.siteId.localeCompare(b.siteId));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
