import fs from 'node:fs/promises';
import path from 'node:path';
import type { Recording } from '../../server/api/rest.js';
import { timelineFile, type Entry } from '../../recorder/timeline/entry.js';
import { gaps } from '../judge/continuity.js';
import { blackIntervals, lipSync, probe, soundOf } from '../judge/media-file.js';
import { hueOf, meanColour, readPicture, type Region } from '../judge/picture.js';
import { audibleDb, toneLevelDb } from '../judge/tones.js';
import { until } from '../harness/room-page.js';
import { people, type Cast } from './cast.js';
import type { Checks } from './checks.js';
import { mayTakeMs } from './kill-parts.js';

/** Three sites: two above, the third below in the middle; the surgeon is first. Upper parts of the tiles, away from names. */
const tiles: { who: keyof typeof people; region: Region }[] = [
  { who: 'surgeon', region: { x: 0.05, y: 0.05, width: 0.4, height: 0.3 } },
  { who: 'expert', region: { x: 0.55, y: 0.05, width: 0.4, height: 0.3 } },
  { who: 'room', region: { x: 0.35, y: 0.6, width: 0.3, height: 0.15 } },
];
const lipSyncMs = 45;
const blackMs = 200;
/** A hole longer than this is an outage, not a late picture. */
const outageMs = 200;

/** The archive, as everybody would download it: 1080p30, the right length, in step, never black; and it plays. */
export async function checkArchive(
  checks: Checks,
  cast: Cast,
  recordingId: string,
  seconds: number,
  out: string,
  killed: boolean,
): Promise<void> {
  const { server } = cast;
  const recording = await server.request<Recording>('GET', `/recordings/${recordingId}`);
  checks.add('the recording is listed as complete', recording.state === 'complete', recording.state);
  await checks.attempt('the player plays it, the second that it stopped', () =>
    playerPlays(cast, recordingId, out),
  );

  const file = path.join(out, 'archive.mp4');
  await fs.writeFile(file, Buffer.from(await (await server.fetch(recording.download)).arrayBuffer()));
  const probed = await probe(file);
  checks.add(
    'the archive is 1920×1080 H.264 with AAC',
    probed.width === 1920 &&
      probed.height === 1080 &&
      probed.videoCodec === 'h264' &&
      probed.audioCodec === 'aac',
    `${probed.width}×${probed.height} ${probed.videoCodec} ${probed.audioCodec}`,
  );
  const { framesPerSecond, videoSeconds, audioSeconds } = probed;
  const holes = (await gaps(file, outageMs)).filter(({ stream }) => stream === 'video');
  // Nobody composes pictures between the kill of the media process and its restart.
  const missingMs = killed ? holes.reduce((sum, hole) => sum + hole.missingMs, 0) : 0;
  const rate = (framesPerSecond * videoSeconds) / (videoSeconds - missingMs / 1000);
  checks.add(
    `it has 30 frames a second (±1 %)${killed ? ' but for the time without a media process' : ''}`,
    Math.abs(rate - 30) <= 0.3 && missingMs < mayTakeMs['media-process'],
    `${rate.toFixed(2)}, longest gap ${probed.longestFrameGapMs.toFixed(0)} ms`,
  );
  checks.add(
    'its duration is right within 1 s',
    Math.abs(videoSeconds - seconds) <= 1 && Math.abs(audioSeconds - seconds) <= 1,
    `${videoSeconds.toFixed(2)} s video, ${audioSeconds.toFixed(2)} s audio, of ${seconds} s`,
  );
  const offsets = (await lipSync(file, tiles[0]!.region, people.surgeon.beepHz)).sort((a, b) => a - b);
  const median = offsets[Math.floor(offsets.length / 2)] ?? Infinity;
  checks.add(
    `sound and picture are in step within ${lipSyncMs} ms`,
    Math.abs(median) <= lipSyncMs && offsets.length >= seconds / 3,
    `median ${median.toFixed(0)} ms over ${offsets.length} flashes (${offsets.map(Math.round).join(', ')})`,
  );
  const black = (await blackIntervals(file)).filter(
    ({ fromMs, toMs }) => fromMs > 1_000 && toMs - fromMs > blackMs,
  );
  checks.add(
    `no black longer than ${blackMs} ms after the first second`,
    black.length === 0,
    black.map(({ fromMs, toMs }) => `${Math.round(fromMs)}–${Math.round(toMs)} ms`).join(', ') || 'none',
  );
  await checks.attempt('everybody is in the archive, at his place', async () => {
    const wanted = tiles.map(({ who }) => people[who].hue).join(' | ');
    let found = '';
    // Not where the flash is, which the surgeon's picture shows a tenth of the time.
    for (let at = Math.min(3.5, seconds / 2); at < seconds && found !== wanted; at += 0.3) {
      const picture = await readPicture(file, at);
      found = tiles.map(({ region }) => hueOf(meanColour(picture, region))).join(' | ');
    }
    return { held: found === wanted, found };
  });
  await checks.attempt('its timeline tells who was there', async () => {
    const timeline = await (
      await server.fetch(recording.playlist.replace('index.m3u8', timelineFile))
    ).text();
    const notes = timeline
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Entry)
      .flatMap(entry => (entry.type === 'note' && 'siteId' in entry.note ? [entry.note] : []));
    const joined = notes.filter(note => note.kind === 'site-joined').map(note => note.name);
    const held = Object.values(people).every(({ name }) => joined.includes(name));
    return { held, found: notes.map(note => `${note.kind} ${note.name}`).join(', ') };
  });
  await checks.attempt('everybody is heard in the archive', async () => {
    const sound = await soundOf(file);
    const levels = Object.values(people).map(({ name, toneHz }) => ({
      name,
      db: toneLevelDb(sound, toneHz),
    }));
    return {
      held: levels.every(({ db }) => db > audibleDb),
      found: levels.map(({ name, db }) => `${name} ${db.toFixed(0)} dB`).join(', '),
    };
  });
}

async function playerPlays(
  cast: Cast,
  recordingId: string,
  out: string,
): Promise<{ held: boolean; found: string }> {
  const page = await cast.surgeon.participant.context.newPage();
  await page.goto(`${cast.server.url}/recordings/${recordingId}`);
  await page.locator('video').waitFor({ timeout: 10_000 });
  // Before there is something to play, loading it would interrupt `play()`.
  await until(page, "document.querySelector('video').readyState >= 2", 10_000);
  await page.evaluate("document.querySelector('video').play()");
  await until(page, "document.querySelector('video').currentTime > 1.5", 15_000);
  const state = await page.evaluate<{ width: number; duration: number }>(
    "(v => ({ width: v.videoWidth, duration: v.duration }))(document.querySelector('video'))",
  );
  await page.screenshot({ path: path.join(out, 'player.png') });
  await page.goto(`${cast.server.url}/recordings`);
  await page.waitForTimeout(800);
  await page.screenshot({ path: path.join(out, 'recordings.png') });
  await page.close();
  return { held: state.width === 1920, found: `${state.width} wide, ${state.duration.toFixed(1)} s` };
}
