import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../base/errors.js';
import { Scope } from '../../base/scope.js';
import { gather, people, type Cast } from './cast.js';
import { checkArchive } from './check-archive.js';
import { checkSight } from './check-sight.js';
import { checkSound } from './check-sound.js';
import { Checks } from './checks.js';
import { killParts, type Outage } from './kill-parts.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    out: { type: 'string' },
    /** Kill the media process and an SFU worker half-way, and measure until everybody has picture again. */
    kill: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const out = path.resolve(values.out ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-demo-'))));
await fs.mkdir(out, { recursive: true });
const say = (line: string) => void process.stdout.write(`${line}\n`);
const checks = new Checks(say);
const scope = new Scope();
let outages: Outage[] = [];

try {
  const cast = await gather(scope, { folder: out, say });
  await checkSight(checks, cast, out);
  const recordingId = await record(cast);
  await checkArchive(checks, cast, recordingId, seconds, out, values.kill);
} catch (error) {
  checks.add('the demo runs to its end', false, messageOf(error));
} finally {
  await scope.close().catch((error: unknown) => say(`closing: ${messageOf(error)}`));
}

const report = { seconds, held: checks.held, checks: checks.all, outages };
await fs.writeFile(path.join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
say(
  `${checks.all.filter(check => check.held).length} of ${checks.all.length} checks held; everything is in ${out}`,
);
process.exit(checks.held ? 0 : 1);

/** The surgeon presses record, for `seconds`; sound is listened to meanwhile. */
async function record(cast: Cast): Promise<string> {
  const { surgeon, room, server } = cast;
  await surgeon.click('record');
  await surgeon.participant.page.getByTestId('recording').waitFor({ timeout: 10_000 });
  const startedAt = Date.now();
  const recordingId = (await server.listRecordings())[0]!.recordingId;
  say(`player: ${server.url}/recordings/${recordingId}`);
  await checkSound(checks, cast);
  if (values.kill) outages = await killParts(checks, cast, say);
  await new Promise(resolve => setTimeout(resolve, Math.max(0, startedAt + seconds * 1000 - Date.now())));
  await surgeon.click('record');
  await surgeon.participant.page.getByTestId('recording').waitFor({ state: 'detached', timeout: 10_000 });
  await room.hangup();
  checks.add(
    'no console errors in the pages',
    [cast.surgeon, cast.expert].every(page => page.participant.errors.length === 0),
    [cast.surgeon, cast.expert].flatMap(page => page.participant.errors).join(' | ') || 'none',
  );
  await checks.attempt('the room has left everybody when it hung up', async () => {
    for (const deadline = Date.now() + 3_000; Date.now() < deadline;) {
      if (!(await cast.expert.tiles()).some(tile => tile.name === people.room.name)) break;
    }
    const left = (await cast.expert.tiles()).map(tile => tile.name);
    return { held: !left.includes(people.room.name), found: left.join(', ') };
  });
  return recordingId;
}
