import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { OutgoingCall } from '../../server/api/outgoing-calls.js';
import type { SiteState } from '../../server/api/signalling.js';
import { hueSeenBy, levelIn } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip, type BaresipOptions } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';

const picture = { width: 640, height: 360, frameRate: 25 };

async function start(t: Test, dialOut: Record<string, unknown> = {}) {
  const server = await ServerProcess.start({
    config: { sip: { dialOut: { allow: ['127.0.0.1'], ringS: 5, retryAfterS: 1, ...dialOut } } },
  });
  t.teardown(() => server.close());
  const { conferenceId, number } = await server.createConference({ title: '会诊 Consultation' });
  const place = `/conferences/${conferenceId}/calls`;
  const list = () => server.request<OutgoingCall[]>('GET', place);
  return {
    ...{ server, conferenceId, number, place, list },
    dial: (rooms: { address: string; displayName?: string }[], retries = 3) =>
      server.request<OutgoingCall[]>('POST', place, { rooms, retries }),
    /** Resolves with the call once it is as wanted. */
    until: async (callId: string, wanted: Partial<OutgoingCall>): Promise<OutgoingCall> => {
      let now: OutgoingCall | undefined;
      for (const deadline = Date.now() + 12_000; Date.now() < deadline;) {
        now = (await list()).find(call => call.callId === callId);
        const isSo = ([key, value]: [string, unknown]) => now?.[key as keyof OutgoingCall] === value;
        if (now && Object.entries(wanted).every(isSo)) return now;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      throw new Error(`never ${JSON.stringify(wanted)}, but ${JSON.stringify(now)}`);
    },
  };
}

async function room(t: Test, options: BaresipOptions): Promise<Baresip> {
  const started = await Baresip.start({ picture, ...options });
  t.teardown(() => started.close());
  return started;
}

void t.test('S3: two rooms are called at once; they see and hear each other', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-dial-out-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const clips = [path.join(folder, 'red.mp4'), path.join(folder, 'blue.mp4')];
  await makePicture(clips[0]!, { colour: '0xc02020', width: 640, height: 360, seconds: 60 });
  await makePicture(clips[1]!, { colour: '0x2040d0', width: 640, height: 360, seconds: 60 });
  const { server, conferenceId, dial, until } = await start(t);
  const red = await room(t, { toneHz: 440, clip: clips[0]!, user: 'red' });
  const blue = await room(t, { toneHz: 880, clip: clips[1]!, user: 'blue', mediaEncryption: 'srtp' });
  const calls = await dial([{ address: red.uri, displayName: '手术室 1' }, { address: blue.uri }]);
  t.match(calls, [{ displayName: '手术室 1', attempt: 1, attempts: 4 }, { displayName: 'blue' }]);
  const answered = await Promise.all(calls.map(({ callId }) => until(callId, { state: 'answered' })));
  const sites = await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
  t.match(
    sites.find(({ siteId }) => siteId === answered[0]!.siteId),
    { name: '手术室 1', kind: 'sip' },
  );

  t.equal(await hueSeenBy(red, 'blue', path.join(folder, 'seen-by-red.png')), 'blue');
  t.equal(await hueSeenBy(blue, 'red', path.join(folder, 'seen-by-blue.png')), 'red');
  await new Promise(resolve => setTimeout(resolve, 3_000));
  for (const [listener, others, own] of [
    [red, 880, 440],
    [blue, 440, 880],
  ] as const) {
    const [heard, self] = [await levelIn(listener, others), await levelIn(listener, own)];
    t.ok(heard > audibleDb, `hears ${others} Hz: ${heard.toFixed(0)} dB`);
    t.ok(self < audibleDb, `does not hear its own ${own} Hz: ${self.toFixed(0)} dB`);
  }

  await server.request('DELETE', `/conferences/${conferenceId}/calls/${answered[1]!.callId}`);
  await blue.waitFor('CALL_CLOSED', 3_000);
  await until(answered[1]!.callId, { state: 'ended' });
  await red.hangup();
  await until(answered[0]!.callId, { state: 'ended' });
});

void t.test('S3: busy is tried again, ringing is given up, nobody answers, nobody is there', async t => {
  const { server, place, dial, until, list } = await start(t, { maxCalls: 2 });
  const manual = { answers: false, video: false };
  const busy = await room(t, { ...manual, user: 'busy' });
  const [called] = await dial([{ address: busy.uri }]);
  await busy.waitFor('CALL_INCOMING');
  await until(called!.callId, { state: 'ringing' });
  let from = busy.events.length;
  await busy.command('hangup');
  const waiting = await until(called!.callId, { state: 'waiting', failure: 'busy' });
  t.match(waiting, { attempt: 1, detail: /^486 / });
  t.ok(Date.parse(waiting.nextTryAt!) > Date.now());
  await busy.waitFor('CALL_INCOMING', 5_000, from);
  await busy.command('accept');
  t.match(await until(called!.callId, { state: 'answered' }), { attempt: 2, failure: null });

  const quiet = await room(t, { ...manual, user: 'quiet' });
  const [ringing] = await dial([{ address: quiet.uri }]);
  await until(ringing!.callId, { state: 'ringing' });
  from = quiet.events.length;
  await server.request('DELETE', `${place}/${ringing!.callId}`);
  await quiet.waitFor('CALL_CLOSED', 3_000, from);
  await until(ringing!.callId, { state: 'cancelled' });

  // Two lines: the third waits until one is free.
  const calls = await dial(
    [
      { address: quiet.uri },
      { address: 'sip:nobody@127.0.0.1:1;transport=tcp' },
      { address: quiet.uri.replace('quiet', 'nobody') },
    ],
    0,
  );
  t.match(await until(calls[0]!.callId, { state: 'failed' }), { failure: 'no-answer' });
  t.match(await until(calls[1]!.callId, { state: 'failed' }), { failure: 'unavailable' });
  t.match(await until(calls[2]!.callId, { state: 'failed' }), { failure: 'unknown', detail: /^404 / });
  const lines = (await list()).filter(({ state }) => ['trying', 'ringing'].includes(state));
  t.equal(lines.length, 0);

  await t.rejects(
    dial([{ address: quiet.uri }, { address: 'sip:99@203.0.113.1' }]),
    /403.*sip.dialOut.allow/,
  );
  await t.rejects(dial([{ address: '1001' }]), /404.*No device is registered/);
  t.equal((await list()).length, 5, 'of those two requests nobody was called');
  t.match(await server.request('GET', '/audit').catch(String), /403/, 'who dials may not read the audit');
});
