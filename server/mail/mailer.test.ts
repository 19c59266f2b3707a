import ICAL from 'ical.js';
import { SMTPServer } from 'smtp-server';
import t, { type Test } from 'tap';
import { createLog } from '../../base/log.js';
import { freeTcpPort } from '../../testing/peers/ports.js';
import type { Party, Schedule } from '../api/schedule.js';
import type { MailKind } from '../conferences/schedule/scheduler.js';
import { openTestDatabase } from '../../testing/harness/test-database.js';
import { MailRecords } from '../store/mail-records.js';
import { Mailer } from './mailer.js';

const record = {
  ...{
    conferenceId: 'c1',
    title: '查房 <Ward & round>',
    number: '900123456',
    pin: '4711',
    link: 'L',
    chairPin: null,
    createdAt: '',
  },
};
const schedule: Schedule = {
  ...{ begins: '2026-10-19T09:00', timeZone: 'Europe/Berlin', minutes: 45, rrule: 'FREQ=WEEKLY;COUNT=3' },
  ...{ hdUnits: 0, parties: [], earlyMinutes: 15, remindMinutes: null, dialOut: true, language: 'en' },
};
const wang: Party = { kind: 'person', name: '王医生', email: 'wang@example.org' };

/** A mail server; what it took, as it came. */
async function smtp(t: Test, port: number, refuse?: string) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(address === refuse ? Object.assign(new Error('no such user'), { responseCode: 550 }) : undefined),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>(resolve => server.close(resolve)));
  return mails;
}

function make(t: Test, port: number) {
  const database = openTestDatabase();
  const records = new MailRecords(database);
  const clock = { nowMs: Date.parse('2026-10-01T00:00:00Z') };
  const mailer = new Mailer(
    records,
    {
      ...{ host: '127.0.0.1', port, secure: false, requireTls: false, rejectUnauthorized: true },
      ...{ user: null, password: null, from: { name: 'Amphi', email: 'amphi@example.org' } },
    },
    () => ({
      ...{ link: 'https://amphi.test/join/L', sipAddress: 'sip:900123456*4711@amphi.test' },
      ...{ number: '900123456', pin: '4711', phone: '+86 10 5555' },
    }),
    createLog({ level: 'silent' }),
    () => clock.nowMs,
  );
  t.teardown(() => mailer.close());
  const announce = (kind: MailKind, change: Partial<Schedule> = {}, sequence = 0, to = [wang]) =>
    mailer.announce({ kind, record, schedule: { ...schedule, ...change }, sequence, to });
  return { records, mailer, clock, announce };
}

/** MIME parts by their type, decoded. */
function parts(mail: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of mail.split(/\r?\n--[^\r\n]+/)) {
    const [head = '', ...body] = part.split(/\r?\n\r?\n/);
    const type = /content-type: ([\w/-]+)/i.exec(head)?.[1];
    if (type === undefined || type.startsWith('multipart')) continue;
    const text = body.join('\n\n');
    const bytes = /transfer-encoding: base64/i.test(head)
      ? Buffer.from(text, 'base64')
      : /quoted-printable/i.test(head)
        ? Buffer.from(
            text
              .replace(/=\r?\n/g, '')
              .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
            'latin1',
          )
        : Buffer.from(text);
    found[type] ??= `${head}\n\n${bytes.toString('utf8')}`;
  }
  return found;
}

const eventOf = (calendar: string) => {
  const component = new ICAL.Component(
    ICAL.parse(calendar.slice(calendar.indexOf('BEGIN:VCALENDAR'))) as never[],
  );
  for (const zone of component.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  return { component, event: new ICAL.Event(component.getFirstSubcomponent('vevent')!) };
};

void t.test('an invitation says how to join, and is an entry of a calendar in local time', async t => {
  const port = await freeTcpPort();
  const mails = await smtp(t, port);
  const { mailer, announce, records } = make(t, port);
  announce('invitation');
  await mailer.flush();
  t.equal(mails.length, 1);
  const found = parts(mails[0]!);
  for (const type of ['text/plain', 'text/html'])
    for (const way of [
      /https:\/\/amphi\.test\/join\/L/,
      /sip:900123456\*4711@amphi\.test/,
      /\+86 10 5555, then 900123456\*4711#/,
    ])
      t.match(found[type], way, type);
  t.match(found['text/plain'], /Monday.* 09:00–09:45 \(Europe\/Berlin\)/);
  t.match(found['text/html'], /查房 &lt;Ward &amp; round&gt;/, 'what a user wrote is no HTML');
  t.match(found['text/calendar'], /method=REQUEST/);

  const { component, event } = eventOf(found['text/calendar']!);
  t.equal(component.getFirstPropertyValue('method'), 'REQUEST');
  t.equal(event.uid, 'c1@amphi');
  t.equal(event.sequence, 0);
  t.equal(event.summary, record.title);
  t.match(String(event.attendees[0]?.getFirstValue()), /mailto:wang@example\.org/i);
  const times: string[] = [];
  for (const all = event.iterator(); times.length < 10;) {
    const next = all.next() as ICAL.Time | undefined;
    if (!next) break;
    times.push(next.toJSDate().toISOString());
  }
  t.same(times, ['2026-10-19T07:00:00.000Z', '2026-10-26T08:00:00.000Z', '2026-11-02T08:00:00.000Z']);
  t.equal(event.duration.toSeconds(), 45 * 60);
  t.match(records.list('c1', 0, 10), [{ state: 'sent', attempts: 1, recipient: 'wang@example.org' }]);
});

void t.test(
  'a change and a cancellation are of the same entry, newer; Chinese where it is wished',
  async t => {
    const port = await freeTcpPort();
    const mails = await smtp(t, port);
    const { mailer, announce } = make(t, port);
    announce('update', { begins: '2026-10-19T10:00', language: 'zh', rrule: null }, 1);
    await mailer.flush();
    announce('cancellation', { language: 'zh', rrule: null }, 2);
    await mailer.flush();
    const [update, cancellation] = mails.map(parts);
    t.match(update!['text/plain'], /会议室终端呼叫/);
    t.equal(eventOf(update!['text/calendar']!).event.sequence, 1);
    const { component, event } = eventOf(cancellation!['text/calendar']!);
    t.equal(component.getFirstPropertyValue('method'), 'CANCEL');
    t.match([event.uid, event.sequence], ['c1@amphi', 2]);
    t.equal(event.component.getFirstPropertyValue('status'), 'CANCELLED');
    t.notMatch(cancellation!['text/plain'], /join\/L/);
  },
);

void t.test(
  'the mail server is away: mails wait, also over a restart; who is refused is not tried again',
  async t => {
    const port = await freeTcpPort();
    const { mailer, announce, records, clock } = make(t, port);
    const unknown = { ...wang, email: 'nobody@example.org' };
    announce('invitation', {}, 0, [wang, unknown]);
    await mailer.flush();
    t.match(records.list('c1', 0, 10), [
      { state: 'waiting', attempts: 1, problem: /ECONNREFUSED/ },
      { state: 'waiting', attempts: 1 },
    ]);
    const mails = await smtp(t, port, unknown.email);
    await mailer.flush();
    t.equal(mails.length, 0, 'not before its time');
    clock.nowMs += 31_000;
    await mailer.flush();
    t.equal(mails.length, 1);
    t.match(records.list('c1', 0, 10), [
      { recipient: unknown.email, state: 'failed', problem: /no such user/ },
      { recipient: wang.email, state: 'sent', attempts: 2 },
    ]);
  },
);
