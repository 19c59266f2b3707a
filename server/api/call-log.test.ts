import { execFileSync } from 'node:child_process';
import t from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import { addMedia, addQuality, noMedia, noQuality } from '../statistics/stay-quality.js';
import type { CallLogRecord } from '../store/call-log-records.js';
import type { CallLogEntry } from './call-log-operations.js';

function stay(change: Partial<CallLogRecord>): Omit<CallLogRecord, 'sequence'> {
  return {
    ...{ conferenceId: 'c', title: 'Ward round', number: '8001', institutionId: 'A', siteId: 's' },
    ...{ callId: null, way: 'sip', direction: 'incoming', name: '手术室 3', userAgent: 'Room 700' },
    ...{ remoteUri: 'sip:or-3@hospital.example', remoteAddress: '192.0.2.7', dialled: '8001' },
    beganAt: '2026-11-02T08:00:00.000Z',
    answeredAt: '2026-11-02T08:00:01.000Z',
    endedAt: '2026-11-02T08:10:01.000Z',
    seenAt: '2026-11-02T08:10:01.000Z',
    ...{ result: 'completed', reason: 'left', status: null, detail: '', media: noMedia },
    quality: noQuality(),
    ...change,
  };
}

/** As a spreadsheet reads it. */
function readCsv(text: string): string[][] {
  const read = 'import csv,json,sys; print(json.dumps(list(csv.reader(sys.stdin))))';
  const input = text.replace(/^\ufeff/, '');
  return JSON.parse(execFileSync('python3', ['-c', read], { input, encoding: 'utf8' })) as string[][];
}

void t.test('call records: who sees which, filters, pages, CSV in both languages', async t => {
  const api = new ApiApp();
  await api.open({ get: async () => null, list: async () => [] });
  t.teardown(() => api.close());
  for (const [institutionId, parentId] of [
    ['A', null],
    ['A1', 'A'],
    ['B', null],
  ] as const)
    api.identity.access.insertInstitution({ institutionId, parentId, kind: 'hospital', name: institutionId });
  const quality = noQuality();
  const good = {
    level: 'good',
    jitterMs: 4,
    roundTripMs: 20,
    sendBitrate: 2e6,
    receiveBitrate: 1e6,
  } as const;
  for (let n = 0; n < 8; n++) addQuality(quality, { ...good, fractionLost: 0 });
  addQuality(quality, { ...good, level: 'poor', fractionLost: 0.2, jitterMs: 120, roundTripMs: null });
  addQuality(quality, { ...good, fractionLost: 0, sendBitrate: 0, receiveBitrate: 0 }); // says nothing
  const streams = [
    { source: 'camera', codec: 'H264', width: 1280, height: 720 },
    { source: 'microphone', codec: 'opus', width: null, height: null },
  ] as const;
  const media = addMedia(
    noMedia,
    streams.map(stream => ({ ...stream, direction: 'sends', framesPerSecond: null })),
  );
  api.callLog.insertAll([
    stay({ media, quality }),
    stay({ institutionId: 'A1', title: '=1+1', way: 'link', remoteUri: '', name: 'Li, 100%' }),
    stay({ institutionId: 'B', title: 'Not theirs' }),
    stay({
      ...{ institutionId: null, conferenceId: null, title: '', number: '', answeredAt: null },
      ...{ result: 'refused', reason: 'refused', status: 486, direction: 'outgoing', dialled: 'x' },
      beganAt: '2026-12-01T00:00:00.000Z',
    }),
    stay({ endedAt: null, result: 'running', reason: null, beganAt: '2026-12-02T00:00:00.000Z' }),
  ]);
  const all = api.signedIn('all', 'operator', null).cookie;
  const ofA = api.signedIn('of-a', 'operator', 'A').cookie;
  const ofB = api.signedIn('of-b', 'operator', 'B').cookie;
  const list = async (query: string, cookie = all) =>
    (await api.ask<CallLogEntry[]>('GET', `/call-records${query}`, { cookie })).json;
  const numbers = async (query: string, cookie = all) =>
    (await list(query, cookie)).map(({ sequence }) => sequence).join();

  t.equal(await numbers(''), '5,4,3,2,1', 'newest first');
  t.equal(await numbers('', ofA), '5,2,1', 'of the institution and those below it');
  t.equal(await numbers('', ofB), '3');
  t.equal(await numbers('?limit=2&before=4'), '3,2');
  t.equal(await numbers('?from=2026-12'), '5,4');
  t.equal(await numbers('?until=2026-12-01T12:00:00Z&from=2026-12-01'), '4');
  t.equal(await numbers('?search=100%25'), '2', 'a percent sign is no wildcard');
  t.equal(await numbers('?search=_'), '');
  t.equal(await numbers(`?search=${encodeURIComponent('手术')}&way=sip&result=running`), '5');
  t.equal(await numbers('?direction=outgoing&result=refused'), '4');
  t.equal(await numbers('?conferenceId=c&way=link'), '2');
  t.equal((await api.ask('GET', '/call-records?from=yesterday', { cookie: all })).status, 400);

  const [first] = (await list('')).slice(-1);
  t.match(first, {
    ...{ from: 'sip:or-3@hospital.example', to: '8001', durationS: 600, audioCodec: 'opus', width: 1280 },
    quality: { verdict: 'poor', fractionLostMax: 0.2, jitterMaxMs: 120, roundTripMs: 20, sendBitrate: 2e6 },
    reason: { code: 'left' },
  });
  t.ok(Math.abs(first!.quality.fractionLost! - 0.2 / 9) < 1e-9);
  const [refused] = await list('?result=refused');
  t.match(refused, { durationS: null, to: 'sip:or-3@hospital.example', reason: { status: 486 } });
  t.equal(refused!.reason!.inWords.zh, '被拒绝(SIP 486)');

  const english = await api.ask('GET', '/call-records/export', { cookie: ofA });
  t.match(english.headers['content-type'], /^text\/csv/);
  const [head, ...rows] = readCsv(english.text);
  t.same(
    rows.map(row => row[head!.indexOf('conference')]),
    ['Ward round', "'=1+1", 'Ward round'],
    'a formula stays text',
  );
  const cell = (name: string) => rows.at(-1)![head!.indexOf(name)];
  t.equal(cell('site'), '手术室 3');
  t.equal(cell('duration (s)'), '600');
  t.equal(cell('resolution'), '1280x720');
  t.equal(cell('worst loss (%)'), '20.00');
  t.equal(cell('reason of end'), 'hung up at the other end');
  const chinese = await api.ask('GET', '/call-records/export?language=zh&result=refused', { cookie: all });
  t.match(chinese.text, /^\ufeff序号,主叫,被叫/);
  t.match(readCsv(chinese.text)[1], ['4', '', 'sip:or-3@hospital.example']);
  const { cookie: chair } = api.signedIn('chair', 'chair', 'A');
  t.equal((await api.ask('GET', '/call-records', { cookie: chair })).status, 403);
  t.equal([...api.audit.all({ from: '', until: '9999', action: 'exportCallRecords' })].length, 2);

  t.equal(api.callLog.deleteOld('2026-12-01T12:00:00Z', 10), 4, 'kept by rule; what stands stays');
  t.equal(await numbers(''), '5');
  const scanned = stay({ conferenceId: null, beganAt: '2026-12-09T00:00:00Z' });
  api.callLog.insertAll(Array.from({ length: 30 }, () => scanned));
  t.equal(api.callLog.deleteOld('', 10), 20, 'of calls that led nowhere the newest stay');
});
