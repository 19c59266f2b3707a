import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { SiteState } from '../../server/api/signalling.js';
import { hueSeenBy, levelIn } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';
import { ContentRoom } from '../peers/content-room.js';

const picture = { width: 640, height: 360, frameRate: 25 };
const colours = { red: '0xc02020', green: '0x20a030', blue: '0x2040d0' };

async function start(t: Test, allow: string[] = []) {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-transfer-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const server = await ServerProcess.start({
    config: { conference: { vanishedAfterS: 120 }, mixer: { capacity: 8 }, sip: { dialOut: { allow } } },
  });
  t.teardown(() => server.close());
  const room = async (colour: keyof typeof colours, toneHz: number, mediaEncryption?: 'srtp') => {
    const clip = path.join(folder, `${colour}.mp4`);
    await makePicture(clip, { colour: colours[colour], width: 640, height: 360, seconds: 90 });
    const encryption = mediaEncryption && { mediaEncryption };
    const started = await Baresip.start({ picture, clip, user: colour, toneHz, ...encryption });
    t.teardown(() => started.close());
    return started;
  };
  const sites = (conferenceId: string) =>
    server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
  const until = async (what: string, holds: () => Promise<boolean> | boolean) => {
    for (const deadline = Date.now() + 8_000; !(await holds());) {
      if (Date.now() > deadline) throw new Error(`never: ${what}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const address = (number: string) => `sip:${number}@127.0.0.1:${server.sipPort}`;
  return { ...{ folder, server, room, sites, until, address } };
}

void t.test('S6: a room transfers itself to another conference, and an operator moves it back', async t => {
  const { folder, server, room, sites, until, address } = await start(t);
  const [first, second] = [
    await server.createConference({ title: 'First' }),
    await server.createConference({ title: 'Second' }),
  ];
  const red = await room('red', 440);
  const green = await room('green', 880);
  const blue = await room('blue', 1320, 'srtp');
  await red.dial(address(first.number));
  await green.dial(address(second.number));
  await blue.dial(address(first.number));
  t.equal(await hueSeenBy(blue, 'red', path.join(folder, 'before.png')), 'red');
  const events = blue.events.length;

  await blue.command('transfer', address(second.number));
  await until('blue is in the second', async () => (await sites(second.conferenceId)).length === 2);
  t.equal(
    await hueSeenBy(blue, 'green', path.join(folder, 'moved.png')),
    'green',
    'sees the other conference',
  );
  t.equal(await hueSeenBy(green, 'blue', path.join(folder, 'green.png')), 'blue', 'and is seen there');
  t.strictSame(
    (await sites(first.conferenceId)).map(({ name }) => name),
    ['red'],
  );
  await new Promise(resolve => setTimeout(resolve, 2_500));
  t.ok((await levelIn(green, 1320)) > audibleDb, 'and heard');
  t.ok((await levelIn(blue, 880)) > audibleDb, 'and hears');
  t.ok((await levelIn(red, 1320)) < audibleDb, 'no more where it was');

  const own = (await sites(second.conferenceId)).find(({ name }) => name === 'blue')!;
  const moved = await server.request<{ conferenceId: string; siteId: string }>(
    'POST',
    `/conferences/${second.conferenceId}/sites/${own.siteId}/move`,
    { conferenceId: first.conferenceId },
  );
  t.match(await sites(first.conferenceId), [{ name: 'red' }, { name: 'blue', siteId: moved.siteId }]);
  t.equal(await hueSeenBy(blue, 'red', path.join(folder, 'back.png')), 'red', 'sees the first again');
  const since = blue.events.slice(events).map(({ type }) => type);
  t.notOk(
    since.includes('CALL_CLOSED') || since.includes('CALL_ESTABLISHED'),
    `one call all along: ${since.join()}`,
  );
  t.equal((await blue.videoStatistics()).packetsLost < 50, true);
});

void t.test('S6: a room puts another in its stead, where that may be called', async t => {
  const { folder, server, room, sites, until, address } = await start(t, ['127.0.0.1']);
  const { number, conferenceId } = await server.createConference({ title: 'Transfer' });
  const red = await room('red', 440);
  const green = await room('green', 880);
  const blue = await room('blue', 1320);
  await red.dial(address(number));
  await blue.dial(address(number));
  await until('both are in it', async () => (await sites(conferenceId)).length === 2);
  // A script, since baresip hangs up when a transfer fails.
  const desk = await ContentRoom.dial('desk', number, server.sipPort);
  t.teardown(() => desk.close());
  const refer = async (target: string) => {
    const from = desk.responses.length;
    desk.request('REFER', [`Refer-To: <${target}>`]);
    const isAnswer = (text: string) => /CSeq: \d+ REFER/i.test(text);
    await until('an answer', () => desk.responses.slice(from).some(isAnswer));
    return desk.responses.slice(from).find(isAnswer)!.split('\r\n')[0];
  };
  t.equal(
    await refer('sip:somebody@192.0.2.99'),
    'SIP/2.0 403 Forbidden',
    'not an address that may be called',
  );
  t.equal(await refer('tel:+8613800138000'), 'SIP/2.0 416 Unsupported URI Scheme');
  t.equal(await refer(address('000')), 'SIP/2.0 404 Not Found', 'no conference');
  t.equal(await refer(address(number)), 'SIP/2.0 603 Decline', 'it is there already');
  t.equal((await sites(conferenceId)).length, 3, 'the call stands');
  t.equal((await server.request<unknown[]>('GET', `/conferences/${conferenceId}/calls`)).length, 0);
  await desk.close();
  await until('it is gone', async () => (await sites(conferenceId)).length === 2);
  await blue.command('transfer', green.uri);
  await green.waitFor('CALL_ESTABLISHED', 8_000);
  await blue.waitFor('CALL_CLOSED', 8_000);
  await until('the sites', async () => (await sites(conferenceId)).length === 2);
  t.strictSame(
    (await sites(conferenceId)).map(({ name }) => name),
    ['red', 'green'],
  );
  t.equal(await hueSeenBy(red, 'green', path.join(folder, 'seen.png')), 'green');
  t.equal(await hueSeenBy(green, 'red', path.join(folder, 'sees.png')), 'red');
});

void t.test('S6: a call takes the place of another (Replaces): place, view and sound stay', async t => {
  const { server, room, sites, until, address } = await start(t);
  const { number, conferenceId } = await server.createConference({ title: 'Replaces' });
  const red = await room('red', 440);
  const green = await room('green', 880);
  const desk = await ContentRoom.dial('desk', number, server.sipPort);
  t.teardown(() => desk.close());
  await red.dial(address(number));
  await green.dial(address(number));
  const before = (await sites(conferenceId)).find(({ name }) => name === 'desk')!;
  // It looks at green alone.
  desk.request('INFO', ['Content-Type: application/dtmf-relay'], 'Signal=6\r\nDuration=160\r\n');
  await new Promise(resolve => setTimeout(resolve, 300));
  desk.request('INFO', ['Content-Type: application/dtmf-relay'], 'Signal=6\r\nDuration=160\r\n');
  const isGreen = ({ picture }: ContentRoom) => {
    const [, cb, cr] = picture.colourAt(320, 180);
    return cb < 120 && cr < 100;
  };
  await desk.picture.until('green', () => isGreen(desk), 8_000);
  await server.request('PUT', `/conferences/${conferenceId}/sites/${before.siteId}/sound`, {
    mouth: { muted: true },
  });

  const wrong = desk.replacedBy.replace(/to-tag=../, 'to-tag=zz');
  await t.rejects(
    ContentRoom.dial('thief', number, server.sipPort, wrong),
    /481/,
    'who does not know the tags',
  );
  const theatre = await ContentRoom.dial('theatre', 'anything', server.sipPort, desk.replacedBy);
  t.teardown(() => theatre.close());
  await until('the first is hung up on', () => desk.requests.some(text => text.startsWith('BYE ')));
  await theatre.picture.until('green at once', () => isGreen(theatre), 5_000);
  const after = await sites(conferenceId);
  t.strictSame(
    after.map(({ name }) => name),
    ['theatre', 'red', 'green'],
    'in the same place',
  );
  t.match(after[0], { siteId: before.siteId, joinedAt: before.joinedAt, sound: { mouth: { muted: true } } });
});
