import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Recording } from '../../server/api/rest.js';
import { ServerProcess } from '../harness/server-process.js';
import { Baresip } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';
import type { Soak } from './main.js';

const run = promisify(execFile);

/** The promise: at most the last second. A segment closes up to a second after its first frame. */
const mayLoseMs = 1_000;
/** Frames on their way through network, MCU and SFU at the moment of the kill were never in the recorder. */
const inFlightMs = 400;

/** O1, V1: a power cut during a recording loses at most its last second; the rest is listed and plays. */
export const killServer: Soak = async ({ times, say }) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-kill-'));
  const clip = path.join(folder, 'room.mp4');
  await makePicture(clip, { colour: 'blue', width: 640, height: 360, seconds: 60 });
  const room = await Baresip.start({
    clip,
    toneHz: 440,
    picture: { width: 640, height: 360, frameRate: 25 },
  });
  const lost: number[] = [];
  let held = false;
  let server = await ServerProcess.start({ dataDir: path.join(folder, 'data') });
  try {
    const conference = await server.createConference({ title: 'Kill' });
    for (let time = 1; time <= times; time++) {
      await room.dial(`sip:${conference.number}@127.0.0.1:${server.sipPort}`);
      const recordingId = await record(server, conference.conferenceId);
      await sleep(4_000 + Math.random() * 5_000);
      const killedAt = Date.now();
      await server.kill();
      await room.hangup().catch(() => undefined); // its BYE finds nobody
      server = await ServerProcess.start({ dataDir: path.join(folder, 'data') });
      const end = await endOf(server, recordingId, folder);
      lost.push(killedAt - end.endedAtMs);
      say(
        `${time}: ${(lost.at(-1)! / 1000).toFixed(2)} s lost of ${(end.durationMs / 1000).toFixed(1)} s, ` +
          `state ${end.state}, ${end.complaint === '' ? 'plays' : `ffmpeg complains: ${end.complaint}`}`,
      );
      if (end.complaint !== '' || end.state !== 'interrupted') return false;
    }
    held = Math.max(...lost) <= mayLoseMs + inFlightMs;
    return held;
  } finally {
    if (!held) say(`everything is in ${folder}`);
    await room.close();
    await server.close();
    if (held) await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** The room has joined when its ACK has come, a moment after it thinks so itself. */
async function record(server: ServerProcess, conferenceId: string): Promise<string> {
  const start = () =>
    server.request<{ recordingId: string }>('POST', `/conferences/${conferenceId}/recording`);
  const { recordingId } = await start().catch(() => sleep(500).then(start));
  return recordingId;
}

/** When the recording's last frame ends on the wall clock, and what ffmpeg says of it: nothing, if all is well. */
async function endOf(server: ServerProcess, recordingId: string, folder: string) {
  const recording = await server.request<Recording>('GET', `/recordings/${recordingId}`);
  const playlist = await (await server.fetch(recording.playlist)).text();
  const began = /#EXT-X-PROGRAM-DATE-TIME:(.*)/.exec(playlist)?.[1];
  if (began === undefined) throw new Error(`no time in the playlist:\n${playlist}`);
  const file = path.join(folder, `${recordingId}.mp4`);
  const response = await server.fetch(recording.download);
  await fs.writeFile(file, Buffer.from(await response.arrayBuffer()));
  const decoding = ['-v', 'error', '-xerror', '-i', file, '-fps_mode', 'passthrough', '-enc_time_base', '-1'];
  const complaint = await run('ffmpeg', [...decoding, '-f', 'null', '-']).then(
    ({ stderr }) => stderr,
    (error: { stderr: string }) => error.stderr,
  );
  return {
    endedAtMs: Date.parse(began) + recording.durationMs,
    durationMs: recording.durationMs,
    state: recording.state,
    complaint,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
