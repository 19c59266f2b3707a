import { SMTPServer } from 'smtp-server';
import t from 'tap';
import type { JournalEntry } from '../../server/api/life.js';
import type { ConferenceReadiness } from '../../server/api/readiness-operations.js';
import type { Conference } from '../../server/api/rest.js';
import type { ScheduleState } from '../../server/api/schedule.js';
import type { SiteState } from '../../server/api/signalling.js';
import { ServerProcess } from '../harness/server-process.js';
import { Baresip } from '../peers/baresip.js';
import { freeTcpPort } from '../peers/ports.js';

void t.test('a planned conference calls its room when it begins, and writes to whom it invites', async t => {
  const port = await freeTcpPort();
  const mails: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>(resolve => smtp.listen(port, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>(resolve => smtp.close(resolve)));
  const server = await ServerProcess.start({
    config: {
      sip: { dialOut: { allow: ['127.0.0.1'] } },
      mail: { host: '127.0.0.1', port, requireTls: false, from: 'amphi@example.org' },
    },
  });
  t.teardown(() => server.close());
  const room = await Baresip.start({ toneHz: 440, picture: { width: 640, height: 360, frameRate: 25 } });
  t.teardown(() => room.close());
  const { conferenceId, link } = await server.createConference({ title: 'Round' });
  const place = `/conferences/${conferenceId}`;
  const until = async <T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> => {
    for (const deadline = Date.now() + 20_000; ; await new Promise(resolve => setTimeout(resolve, 200))) {
      const value = await read();
      if (isSo(value) || Date.now() > deadline) return value;
    }
  };

  // Tomorrow's conference is looked at today: who answers, who does not, and nothing rings.
  const tomorrow = await server.createConference({ title: 'Tomorrow' });
  await server.fetch(`/api/v1/conferences/${tomorrow.conferenceId}/schedule`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': '"0"' },
    body: JSON.stringify({
      begins: new Date(Date.now() + 86_400_000).toISOString().slice(0, 16),
      ...{ timeZone: 'UTC', minutes: 5, language: 'en' },
      parties: [
        { kind: 'room', name: 'Ward 3', address: room.uri },
        { kind: 'room', name: 'Gone', address: 'sip:gone@127.0.0.1:9' },
        { kind: 'room', name: 'Abroad', address: 'sip:abroad@198.51.100.7' },
      ],
    }),
  });
  const looked = await server.request<ConferenceReadiness>(
    'POST',
    `/conferences/${tomorrow.conferenceId}/check`,
  );
  t.match(looked, {
    ready: false,
    rooms: [{ state: 'answers', userAgent: /baresip/ }, { state: 'silent' }, { state: 'not-allowed' }],
    units: { needed: 3 },
  });
  t.ok(looked.rooms[0]!.roundTripMs! < 2_000 && looked.recordingMinutes! > 0);
  t.notOk(room.events.some(({ type }) => type === 'CALL_INCOMING'));

  const response = await server.fetch(`/api/v1${place}/schedule`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': '"0"' },
    body: JSON.stringify({
      ...{ begins: new Date().toISOString().slice(0, 16), timeZone: 'UTC', minutes: 5, language: 'en' },
      parties: [
        { kind: 'room', name: 'Ward 3', address: room.uri },
        { kind: 'person', name: 'Dr. Wang', email: 'wang@example.org' },
      ],
    }),
  });
  t.equal(response.status, 200);
  const { occurrences } = (await response.json()) as ScheduleState;
  const sites = await until(
    () => server.request<SiteState[]>('GET', `${place}/sites`),
    all => all.length > 0,
  );
  t.match(sites, [{ name: 'Ward 3', kind: 'sip' }]);
  t.match(await server.request<Conference>('GET', place), {
    ...{ state: 'running', endsAt: occurrences[0]?.endsAt },
  });
  const journal = await until(
    () => server.request<JournalEntry[]>('GET', `${place}/journal`),
    all => all.some(({ kind }) => kind === 'end-near'),
  );
  t.same(
    journal.map(({ kind }) => kind),
    ['created', 'scheduled', 'dialled', 'started', 'site-joined', 'end-near'],
  );
  await until(
    async () => mails.length,
    count => count > 0,
  );
  t.equal(mails.length, 1, 'the room has no mailbox');
  t.match(mails[0], /^To: "?Dr\. Wang"? <wang@example\.org>/m);
  t.match(mails[0]?.replace(/=\r?\n/g, ''), new RegExp(link));
  t.match(await server.request('GET', `${place}/mail`), [{ kind: 'invitation', state: 'sent' }]);
});
