import t, { type Test } from 'tap';
import { CallMachine } from '../../../sip-gateway/call/call-machine.js';
import { RoomCall } from './room-call.js';

const record = {
  ...{ conferenceId: 'c', title: 'c', number: '1', pin: null, chairPin: null, link: 'l', createdAt: '' },
};

/** A room that is called, and what the gateway would tell of each try. */
function calling(t: Test, attempts: number) {
  const tries: CallMachine[] = [];
  const states: string[] = [];
  const roomCall = new RoomCall(record, {
    ...{ address: 'sip:or-3@10.0.0.1', displayName: 'OR 3', attempts, retryAfterMs: 200 },
    dial: async () => {
      const signalling = { requestKeyframe: () => {}, updateMedia: async () => false, hangup: () => {} };
      const target = { user: 'or-3', host: '10.0.0.1', parameters: {} };
      const remote = { uri: '', displayName: '', userAgent: '', address: '', encrypted: false };
      const call = new CallMachine('outgoing', target, remote, '127.0.0.1', signalling);
      tries.push(call);
      return call;
    },
    changed: call => states.push(call.due && call.view.attempt > 0 ? 'due' : call.state),
  });
  t.teardown(() => roomCall.cancel());
  const refuse = (status: number) =>
    tries
      .at(-1)!
      .end({ by: 'remote', cause: status === 408 ? 'no-answer' : 'refused', text: `${status} x`, status });
  return { roomCall, tries, states, refuse };
}

void t.test('busy: the next try comes later, and later still; then no more', async t => {
  const { roomCall, states, refuse } = calling(t, 3);
  for (const waitMs of [200, 400]) {
    await roomCall.try();
    refuse(486);
    t.match(roomCall.view, { state: 'waiting', failure: 'busy', detail: '486 x' });
    const leftMs = Date.parse(roomCall.view.nextTryAt!) - Date.now();
    t.ok(leftMs > waitMs - 150 && leftMs <= waitMs, `${leftMs} of ${waitMs} ms`);
    t.notOk(roomCall.due);
    await new Promise(resolve => setTimeout(resolve, waitMs + 20));
    t.ok(roomCall.due);
  }
  await roomCall.try();
  refuse(486);
  t.match(roomCall.view, { state: 'failed', failure: 'busy', attempt: 3, nextTryAt: null });
  t.same(states, ['trying', 'waiting', 'due', 'trying', 'waiting', 'due', 'trying', 'failed']);
});

void t.test('who does not want to, or is not there, is not asked again', async t => {
  for (const [status, failure] of [
    [603, 'declined'],
    [403, 'declined'],
    [404, 'unknown'],
    [604, 'unknown'],
    [488, 'incompatible'],
    [302, 'moved'],
    [407, 'credentials'],
  ] as const) {
    const { roomCall, refuse } = calling(t, 5);
    await roomCall.try();
    refuse(status);
    t.match(roomCall.view, { state: 'failed', failure, attempt: 1 }, String(status));
  }
});

void t.test('nobody picks up, or nothing answers at all: told apart, both tried again', async t => {
  const { roomCall, tries, refuse } = calling(t, 3);
  await roomCall.try();
  tries[0]!.ringing();
  t.equal(roomCall.state, 'ringing');
  refuse(408);
  t.equal(roomCall.view.failure, 'no-answer');
  await new Promise(resolve => setTimeout(resolve, 230));
  await roomCall.try();
  refuse(408);
  t.match(roomCall.view, { state: 'waiting', failure: 'unreachable' });
});

void t.test('given up: while it rings, while it waits, and in the conference', async t => {
  const ringing = calling(t, 3);
  await ringing.roomCall.try();
  ringing.tries[0]!.ringing();
  ringing.roomCall.cancel();
  t.equal(ringing.roomCall.state, 'cancelled');
  t.equal(ringing.tries[0]!.state, 'ended');

  const waiting = calling(t, 3);
  await waiting.roomCall.try();
  waiting.refuse(486);
  waiting.roomCall.cancel();
  await new Promise(resolve => setTimeout(resolve, 230));
  t.match(waiting.roomCall.view, { state: 'cancelled', attempt: 1, nextTryAt: null });

  const there = calling(t, 3);
  await there.roomCall.try();
  there.roomCall.entered('site');
  t.match(there.roomCall.view, { state: 'answered', siteId: 'site', failure: null });
  there.roomCall.cancel();
  t.equal(there.tries[0]!.state, 'ended');
  t.equal(there.roomCall.state, 'ended');
});
