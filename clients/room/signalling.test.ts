import t from 'tap';
import { automaticView } from '../../server/api/views.js';
import type { ConferenceState, Result } from '../../server/api/signalling.js';
import { Signalling, SignallingError, type EndReason, type SignallingHandler } from './signalling.js';

/** Stands at the socket: a test plays the server. */
class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly sent: { id: number; method: string; params: Record<string, unknown> }[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as FakeSocket['sent'][number]);
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.onopen?.();
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  answer(result: object): void {
    this.say({ id: this.sent.at(-1)?.id, result });
  }
  refuse(code: string): void {
    this.say({ id: this.sent.at(-1)?.id, error: { code, message: code } });
  }
}

const conference: ConferenceState = {
  conferenceId: 'c',
  title: 'c',
  number: '1',
  sites: [],
  activeSpeaker: null,
  recording: null,
  calls: [],
  startedAt: '2026-11-23T08:00:00.000Z',
  endsAt: null,
  locked: false,
  notice: null,
  views: { conference: automaticView, sites: {}, broadcast: null, watching: {}, chosen: [] },
};
const joined: Result<'join'> = {
  siteId: 'site',
  resumeSecret: 'secret-secret-secret',
  resumed: false,
  mediaEpoch: 0,
  mayRecord: false,
  hasChairPin: false,
  rtpCapabilities: {},
  iceServers: [],
  conference,
};

function start() {
  const sockets: FakeSocket[] = [];
  const told: string[] = [];
  const endings: (EndReason | SignallingError)[] = [];
  const handler: SignallingHandler = {
    joined: result => told.push(`joined ${result.resumed}`),
    event: event => told.push(event.event),
    interrupted: () => told.push('interrupted'),
    ended: reason => endings.push(reason),
  };
  const signalling = new Signalling('wss://server', { conference: { link: 'l' }, name: 'n' }, handler, () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
  signalling.start();
  const turn = (ms = 0) => new Promise(resolve => setTimeout(resolve, ms));
  const join = async (result = joined) => {
    const socket = sockets.at(-1)!;
    socket.open();
    socket.answer(result);
    await turn();
    return socket;
  };
  return { signalling, sockets, told, endings, turn, join };
}

void t.test('requests are answered by their id, in any order; refusals carry their code', async t => {
  const { signalling, join } = start();
  const socket = await join();
  t.match(socket.sent[0], { method: 'join', params: { version: 1, name: 'n', conference: { link: 'l' } } });
  const first = signalling.request('pauseConsumer', { consumerId: 'a' });
  const second = signalling.request('pauseConsumer', { consumerId: 'b' });
  const third = signalling.request('startRecording', {});
  const [, a, b, c] = socket.sent;
  socket.say({ id: b!.id, result: { of: 'b' } });
  socket.say({ id: a!.id, result: { of: 'a' } });
  socket.say({ id: c!.id, error: { code: 'not-allowed', message: 'no' } });
  t.same(await first, { of: 'a' });
  t.same(await second, { of: 'b' });
  await t.rejects(third, { code: 'not-allowed' });
  signalling.close();
});

void t.test('a lost connection comes back at once and takes its place again', async t => {
  const { signalling, sockets, told, turn, join } = start();
  const first = await join();
  const waiting = signalling.request('leave', {});
  first.onclose?.();
  await t.rejects(waiting, { code: 'interrupted' }, 'what was under way is told so');
  await t.rejects(signalling.request('leave', {}), { code: 'interrupted' }, 'and what comes meanwhile');
  await turn(20);
  t.equal(sockets.length, 2, 'the first attempt does not wait');
  const second = await join({ ...joined, resumed: true });
  t.same(second.sent[0]?.params['resume'], { siteId: 'site', secret: 'secret-secret-secret' });
  t.same(told, ['joined false', 'interrupted', 'joined true']);
  signalling.close();
});

void t.test('attempts that fail are repeated with a growing pause, without an end', async t => {
  const { signalling, sockets, turn, join } = start();
  (await join()).onclose?.();
  const begin = performance.now();
  while (sockets.length < 4) {
    const before = sockets.length;
    await turn(5);
    if (sockets.length > before) sockets.at(-1)!.onclose?.();
  }
  const took = performance.now() - begin;
  t.ok(took > 500 && took < 1_800, `0, 250 and 500 ms ± 25 %: ${Math.round(took)} ms`);
  signalling.close();
});

void t.test('silence means that the network is cut', async t => {
  const { signalling, sockets, told, turn, join } = start();
  const socket = await join();
  await turn(4_000);
  t.equal(sockets.length, 1, 'the server speaks each 2 s, and may be late');
  socket.say({ event: 'quality', data: { sites: {} } });
  await turn(4_000);
  t.equal(sockets.length, 1, 'any message counts');
  await turn(3_500);
  t.equal(sockets.length, 2);
  t.ok(socket.closed);
  t.same(told, ['joined false', 'quality', 'interrupted']);
  signalling.close();
});

void t.test('a socket that does not open in time is given up', async t => {
  const { signalling, sockets, turn, join } = start();
  await turn(3_300);
  t.ok(sockets.length >= 2, 'a lost SYN does not cost more than 2.5 s');
  t.ok(sockets[0]?.closed);
  sockets[0]?.open();
  t.equal(sockets[0]?.sent.length, 0, 'and says nothing any more');
  await join();
  t.ok(signalling.joined);
  signalling.close();
});

void t.test('a refused join ends it; one that passes is tried again only once inside', async t => {
  const atTheDoor = start();
  atTheDoor.sockets[0]!.open();
  atTheDoor.sockets[0]!.refuse('conference-full');
  await atTheDoor.turn();
  t.match(atTheDoor.endings, [{ code: 'conference-full' }]);

  const inside = start();
  (await inside.join()).onclose?.();
  await inside.turn(20);
  inside.sockets[1]!.open();
  inside.sockets[1]!.refuse('unavailable');
  await inside.turn(400);
  t.equal(inside.sockets.length, 3, 'the server is starting: again');
  inside.sockets[2]!.open();
  inside.sockets[2]!.refuse('no-such-conference');
  await inside.turn();
  t.match(inside.endings, [{ code: 'no-such-conference' }]);
});

void t.test('the server ends it, or asks to come back', async t => {
  const ended = start();
  const socket = await ended.join();
  socket.say({ event: 'ended', data: { reason: 'replaced', reconnect: false } });
  t.same(ended.endings, ['replaced']);
  socket.onclose?.();
  await ended.turn(30);
  t.equal(ended.sockets.length, 1, 'and nobody comes back');

  const restarting = start();
  const other = await restarting.join();
  other.say({ event: 'ended', data: { reason: 'server-stopping', reconnect: true } });
  other.onclose?.();
  await restarting.turn(30);
  t.equal(restarting.sockets.length, 2);
  t.same(restarting.endings, []);
  restarting.signalling.close();
});

void t.test('closing says good-bye and is silent afterwards', async t => {
  const { signalling, told, endings, join } = start();
  const socket = await join();
  signalling.close();
  t.equal(socket.sent.at(-1)?.method, 'leave');
  t.ok(socket.closed);
  socket.onclose?.();
  t.same([told, endings], [['joined false'], []]);
});
