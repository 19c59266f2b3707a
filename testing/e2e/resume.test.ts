import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import type { JournalEntry } from '../../server/api/life.js';
import type { Conference } from '../../server/api/rest.js';
import type { ConferenceViews } from '../../server/api/views.js';
import type { SiteState } from '../../server/api/signalling.js';
import type { SiteSound } from '../../server/api/sound.js';
import { RoomPage } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';
import { freeTcpPort } from '../peers/ports.js';

/** The product promises 5 s; a machine that is busy with other tests gets longer. */
const backWithinMs = 30_000;

void t.test('the server is killed: browsers, layout, sound, lock, clock and recording go on', async t => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'amphi-resume-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  const options = { dataDir, config: { http: { port: await freeTcpPort() } } };
  let server = await ServerProcess.start(options);
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const { link, conferenceId } = await server.createConference({ title: 'Ward round' });
  const place = `/conferences/${conferenceId}`;
  const join = async (name: string, colour: string) => {
    const camera = { colour, label: name, width: 640, height: 360, toneHz: 440 };
    const page = new RoomPage(await chromium.participant({ camera }), name);
    await page.join(server, link);
    return page;
  };
  const red = await join('Red', '#c02020');
  const green = await join('Green', '#18a030');
  await red.movingPicture('Green', 15_000);
  await green.movingPicture('Red', 15_000);

  const state = async () => {
    const sites = await server.request<SiteState[]>('GET', `${place}/sites`);
    const { startedAt, locked, recording, state } = await server.request<Conference>('GET', place);
    return {
      ...{ startedAt, locked, recording, state },
      sites: sites.map(({ siteId, name, connection, joinedAt }) => ({ siteId, name, connection, joinedAt })),
      views: await server.request<ConferenceViews>('GET', `${place}/views`),
      sound: await server.request<SiteSound>('GET', `${place}/sites/${sites[0]!.siteId}/sound`),
    };
  };
  const [first, second] = (await state()).sites;
  await server.request('PUT', `${place}/view`, {
    layout: 'side-by-side',
    tiles: [{ kind: 'site', siteId: second!.siteId }],
  });
  await server.request('PUT', `${place}/sites/${second!.siteId}/watch`, { siteId: first!.siteId });
  await server.request('PUT', `${place}/sites/${first!.siteId}/sound`, { mouth: { muted: true } });
  await server.request('PUT', `${place}/lock`, { locked: true });
  const { recordingId } = await server.request<{ recordingId: string }>('POST', `${place}/recording`);
  await new Promise(resolve => setTimeout(resolve, 3_000));
  const before = await state();
  t.match(before, { state: 'running', locked: true, recording: true, sound: { mouth: { muted: true } } });

  const killedAt = Date.now();
  await server.kill();
  server = await ServerProcess.start(options);
  t.comment(`the server was there again after ${Date.now() - killedAt} ms`);
  await green.movingPicture('Red', backWithinMs);
  await red.movingPicture('Green', backWithinMs);
  const deadline = killedAt + backWithinMs;
  let after = await state();
  while (JSON.stringify(after) !== JSON.stringify(before) && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 200));
    after = await state();
  }
  t.comment(`everything was back after ${Date.now() - killedAt} ms`);
  t.same(after, before, 'the same sites, views, sound, lock and clock; it is recorded');
  await t.rejects(join('Stranger', '#2040d0'), 'it is still locked');

  await new Promise(resolve => setTimeout(resolve, 2_000));
  await server.request('DELETE', `${place}/recording`);
  const recordings = await server.listRecordings();
  t.same(recordings.map(recording => recording.state).sort(), ['complete', 'interrupted']);
  t.equal(recordings.find(recording => recording.state === 'interrupted')?.recordingId, recordingId);
  for (const { durationMs } of recordings) t.ok(durationMs > 1_000, `${durationMs} ms`);

  await server.request('POST', `${place}/end`);
  const journal = await server.request<JournalEntry[]>('GET', `${place}/journal`);
  t.same(
    journal.map(({ sequence }) => sequence),
    journal.map((_, n) => n + 1),
    'no gap',
  );
  const siteJoined = ['site-joined', 'site-joined'];
  t.same(
    journal.map(({ kind }) => kind),
    [
      ...['created', 'started', ...siteJoined, 'layout', 'watch', 'sound', 'locked', 'recording-started'],
      ...['resumed', 'recording-started', 'recording-stopped', 'site-left', 'site-left', 'ended'],
    ],
  );
  t.match(journal.find(({ kind }) => kind === 'layout')?.by, { kind: 'user', name: 'admin' });
  t.match(journal[10]?.detail, { continues: recordingId });
  t.equal((await server.request<Conference>('GET', place)).state, 'open');
  const more = await server.request<JournalEntry[]>('GET', `${place}/journal?after=3&limit=2`);
  t.same(
    more.map(({ sequence }) => sequence),
    [4, 5],
  );
});
