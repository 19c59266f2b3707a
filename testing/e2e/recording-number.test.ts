import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { Recording } from '../../server/api/rest.js';
import { hueSeenBy, levelIn } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { hueOf, meanColour, readPicture } from '../judge/picture.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip, type BaresipOptions } from '../peers/baresip.js';
import { writeSyntheticRecording } from '../synthetic/synthetic-recording.js';

const picture = { width: 640, height: 360, frameRate: 25 };
const redHz = 440;
const greenHz = 880;

/** A server with a recording of 35 s of red and 440 Hz, then 45 s of green and 880 Hz; and one of 3 s. */
async function start(t: Test) {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-numbers-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const directory = path.join(folder, 'recordings');
  const parts = [
    { colour: '0xc02020', toneHz: redHz, seconds: 35 },
    { colour: '0x20a030', toneHz: greenHz, seconds: 45 },
  ];
  await writeSyntheticRecording({ directory, recordingId: 'long', seconds: 80, parts });
  await writeSyntheticRecording({ directory, recordingId: 'short', seconds: 3 });
  const server = await ServerProcess.start({ dataDir: folder });
  t.teardown(() => server.close());
  const give = (recordingId: string, wish: object) =>
    server.request<Recording>('PUT', `/recordings/${recordingId}/number`, wish);
  const room = async (options: BaresipOptions = {}): Promise<Baresip> => {
    const made = await Baresip.start({ picture, toneHz: 2000, ...options });
    t.teardown(() => made.close());
    return made;
  };
  return { server, folder, give, room, uri: (user: string) => `sip:${user}@127.0.0.1:${server.sipPort}` };
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** The tone of the last two seconds, once they have passed. */
async function heardBy(room: Baresip): Promise<string> {
  await pause(2_600);
  const red = (await levelIn(room, redHz)) > audibleDb;
  const green = (await levelIn(room, greenHz)) > audibleDb;
  return red === green ? (red ? 'both' : 'nothing') : red ? 'red' : 'green';
}

/** The share of bright pixels: letters over a dark colour. */
async function letters(room: Baresip, file: string): Promise<number> {
  await room.snapshot(file, 10_000);
  const { pixels } = await readPicture(file);
  let bright = 0;
  for (let at = 0; at < pixels.length; at += 3)
    if (Math.min(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!) > 150) bright++;
  return (bright * 3) / pixels.length;
}

void t.test("S9: a recording's number plays it; keys pause, seek and stop", async t => {
  const { server, folder, give, room, uri } = await start(t);
  const { number, pin } = await give('long', { pin: '4711' });
  t.match(number, /^[1-9]\d{8}$/, 'one that nobody guesses');
  t.equal(pin, '4711');
  t.match(
    (await server.listRecordings()).find(({ recordingId }) => recordingId === 'long'),
    { number, pin },
  );
  const conference = await server.createConference({ title: 'C', number: '5555' });
  await t.rejects(give('short', { number: conference.number }), /409/, "a conference's number is taken");
  await t.rejects(give('short', { number: number! }), /409/, "another recording's, too");
  await t.rejects(server.createConference({ title: 'D', number: number! }), /409/, 'and the other way round');
  await t.rejects(give('none', {}), /404/);

  const caller = await room({ user: 'caller' });
  await t.rejects(caller.dial(uri(number!), 5_000), 'not without its PIN');
  await caller.dial(uri(`${number}*4711`));
  const file = path.join(folder, 'seen.png');
  t.equal(await hueSeenBy(caller, 'red', file), 'red');
  t.equal(await heardBy(caller), 'red');
  await pause(9_000);
  const quiet = await letters(caller, file);

  await caller.command('sndcode', '6');
  t.equal(await hueSeenBy(caller, 'green', file), 'green', '30 s on');
  await pause(1_000);
  t.ok((await letters(caller, file)) > quiet + 0.001, 'the picture says so');
  t.equal(await heardBy(caller), 'green');

  await caller.command('sndcode', '2');
  t.equal(await heardBy(caller), 'nothing', 'paused: silence');
  await pause(6_000);
  await caller.snapshot(file);
  const middle = { x: 0.6, y: 0.4, width: 0.3, height: 0.15 };
  t.equal(hueOf(meanColour(await readPicture(file), middle)), 'green', 'the picture stands');
  await caller.command('sndcode', '4');
  t.equal(await hueSeenBy(caller, 'red', file), 'red', 'what is there is seen at once');
  t.equal(await heardBy(caller), 'nothing', 'still paused');
  await caller.command('sndcode', '2');
  t.equal(await heardBy(caller), 'red', 'goes on from there');

  await caller.command('sndcode', '8');
  await caller.waitFor('CALL_CLOSED', 8_000);
});

void t.test('S9: at its end the call ends; a number that is taken away leads nowhere', async t => {
  const { server, give, room, uri } = await start(t);
  const { number } = await give('short', { number: '8001' });
  t.equal(number, '8001');
  const caller = await room({ audioCodecs: ['PCMU/8000/1'], mode0Only: true });
  const beganMs = Date.now();
  await caller.dial(uri('8001'));
  await pause(1_000);
  t.equal(await heardBy(caller), 'red');
  await caller.waitFor('CALL_CLOSED', 12_000);
  t.ok(Date.now() - beganMs > 5_000, 'after what is said at the end');

  await server.request('DELETE', '/recordings/short/number');
  await t.rejects(caller.dial(uri('8001'), 5_000));
  await give('short', { number: '8002' });
  await server.request('DELETE', '/recordings/short');
  await t.rejects(caller.dial(uri('8002'), 5_000), 'nor that of a recording that is gone');
});
