import t, { type Test } from 'tap';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';

const red = { colour: '#c02020', label: 'red', width: 640, height: 360, toneHz: 440 };
const green = { colour: '#18a030', label: 'green', width: 640, height: 360, toneHz: 620 };

async function meet(t: Test, config?: Record<string, unknown>) {
  const server = await ServerProcess.start({ ...(config && { config }) });
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const { link, conferenceId } = await server.createConference({ title: 'Ward round' });
  const join = async (name: string, camera: typeof red): Promise<RoomPage> => {
    const page = new RoomPage(await chromium.participant({ camera }), name);
    await page.join(server, link);
    return page;
  };
  return {
    server,
    conferenceId,
    link,
    chromium,
    red: await join('Red', red),
    green: await join('Green', green),
  };
}

/** Which channel is the strongest. */
function hue([r, g, b]: number[]): string {
  return r! > g! + 40 && r! > b! + 40 ? 'red' : g! > r! + 40 && g! > b! + 40 ? 'green' : `${r},${g},${b}`;
}

void t.test('M1: two browsers see each other move, and the pages have no errors', async t => {
  const { red, green } = await meet(t);
  t.equal(hue((await red.movingPicture('Green', 15_000)).colour), 'green');
  t.equal(hue((await green.movingPicture('Red', 15_000)).colour), 'red');

  await green.leave();
  await until(red.participant.page, "document.querySelectorAll('[data-testid=tile]').length === 1");
  t.same(red.participant.errors, []);
  t.same(green.participant.errors, []);
});

void t.test('shared content is a stream of its own, beside the camera', async t => {
  const { red, green } = await meet(t);
  await red.movingPicture('Green', 15_000);
  await green.click('share');
  const content = await red.movingPicture('Green', 15_000, 'content');
  t.ok(content.width > 640, `content is ${content.width} wide`);
  t.equal(hue((await red.movingPicture('Green', 5_000)).colour), 'green', 'the camera goes on');
});

void t.test('an SFU worker is killed: everybody has picture again, nobody has to join again', async t => {
  const { server, red, green } = await meet(t);
  await red.movingPicture('Green', 15_000);
  await green.movingPicture('Red', 15_000);
  for (const pid of server.childPids('mediasoup-worker')) process.kill(pid, 'SIGKILL');
  await new Promise(resolve => setTimeout(resolve, 300));
  const killedAt = Date.now();
  await Promise.all([red.movingPicture('Green', 10_000), green.movingPicture('Red', 10_000)]);
  t.comment(`picture again after ${Date.now() - killedAt + 300} ms`);
  t.same(red.participant.errors, []);
});

void t.test('a site that vanishes without a word is removed after the configured time', async t => {
  const { red, green } = await meet(t, { conference: { vanishedAfterS: 2 } });
  await red.movingPicture('Green', 15_000);
  await green.participant.page.goto('chrome://crash').catch(() => undefined); // no time for a last word
  const goneAt = Date.now();
  await until(red.participant.page, "document.querySelectorAll('[data-testid=tile]').length === 1");
  t.ok(Date.now() - goneAt >= 1_500, 'not before');
});

void t.test('the server is killed and started again: the pages come back by themselves', async t => {
  const { server, red, green, link } = await meet(t);
  await red.movingPicture('Green', 15_000);
  const port = Number(new URL(server.url).port);
  await server.kill();
  const again = await ServerProcess.start({ dataDir: server.dataDir, config: { http: { port } } });
  t.teardown(() => again.close());
  const startedAt = Date.now();
  await Promise.all([red.movingPicture('Green', 20_000), green.movingPicture('Red', 20_000)]);
  t.comment(`picture again ${Date.now() - startedAt} ms after the restart`);
  t.ok(link);
});
