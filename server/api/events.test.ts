import { EventEmitter } from 'node:events';
import t, { type Test } from 'tap';
import type { WebSocket } from 'ws';
import { ApiApp } from '../../testing/harness/api-app.js';
import { EventConnection } from './event-connection.js';
import { closeCodes, type FeedMessage } from './events.js';

/** Stands for the socket: what was sent, and how it was closed. */
class SocketStub extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly messages: FeedMessage[] = [];
  closeCode: number | undefined;
  send(text: string): void {
    this.messages.push(JSON.parse(text) as FeedMessage);
  }
  close(code: number): void {
    this.readyState = 2;
    this.closeCode = code;
  }
  terminate(): void {
    this.emit('close');
  }
  ping(): void {
    this.emit('pong');
  }
  get types(): string[] {
    return this.messages.map(({ type }) => type);
  }
}

async function open(t: Test) {
  const api = await new ApiApp().open({ get: async () => null, list: async () => [] });
  t.teardown(() => api.close());
  const { feed } = api;
  const counters = { slowReaders: 0, readers: 0 };
  const listen = (cookie: string, options: { after?: number; wantsState?: boolean } = {}) => {
    const socket = new SocketStub();
    t.teardown(() => socket.terminate());
    new EventConnection(socket as unknown as WebSocket, {
      feed,
      identity: api.identity,
      principal: () => api.identity.principalOfSession(cookie.split('=')[1]!),
      counters,
      after: options.after ?? null,
      wantsState: options.wantsState ?? false,
    });
    return socket;
  };
  const create = async (cookie: string, title: string) => {
    const { json } = await api.ask<{ conferenceId: string }>('POST', '/conferences', {
      cookie,
      body: { title },
    });
    return json.conferenceId;
  };
  return { api, feed, counters, listen, create };
}

void t.test('each is told of what is in reach, and of nothing else', async t => {
  const { api, listen, create } = await open(t);
  const operator = api.signedIn('operator', 'operator', null);
  const chair = api.signedIn('chair', 'chair', null);
  const other = api.signedIn('other', 'chair', null);
  const sockets = [operator, chair, other].map(({ cookie }) => listen(cookie));
  const conferenceId = await create(chair.cookie, '会诊');
  await api.ask('DELETE', `/conferences/${conferenceId}`, { cookie: chair.cookie });
  const told = ['hello', 'conference.created', 'conference.deleted'];
  t.same(sockets[0]!.types, told, 'the operator of all');
  t.same(sockets[1]!.types, told, 'whose it is, also that it is gone');
  t.same(sockets[2]!.types, ['hello'], 'somebody else');
  const created = sockets[0]!.messages[1]!;
  t.match(created, { conferenceId, data: { title: '会诊', number: /^\d{9}$/ } });
  t.notMatch(JSON.stringify(created), /pin|link/, 'what lets one in is not told');
});

void t.test('after a cut everything is told again, in order; what is too long ago is said to be', async t => {
  const { api, feed, listen, create } = await open(t);
  const { cookie } = api.signedIn('operator', 'operator', null);
  await create(cookie, 'before');
  const before = feed.sequence;
  await create(cookie, 'one');
  await create(cookie, 'two');
  const again = listen(cookie, { after: before });
  const titles = (socket: SocketStub) =>
    socket.messages.flatMap(message => (message.type === 'conference.created' ? [message.data.title] : []));
  t.same(titles(again), ['one', 'two']);
  await create(cookie, 'three');
  t.same(titles(again), ['one', 'two', 'three']);
  t.same(listen(cookie, { after: feed.sequence }).types, ['hello']);

  t.same(listen(cookie, { after: 12 }).types, ['hello', 'gap'], 'long ago');
  t.same(listen(cookie, { after: feed.sequence + 1 }).types, ['hello', 'gap'], 'of another server');
  const anew = listen(cookie, { after: 12, wantsState: true });
  t.same(anew.types, ['hello', 'gap', 'state']);
  const state = anew.messages[2]!;
  t.same(
    state.type === 'state' && state.conferences.map(({ title }) => title),
    ['three', 'two', 'one', 'before'],
    'everything that there is',
  );

  for (let n = 0; n < 10_000; n++) api.conferences.emit('deleted', `none-${n}`);
  t.equal(feed.after(before), null, 'only so much is kept');
  t.equal(feed.after(feed.sequence - 10_000)?.length, 10_000);
});

void t.test('who does not read is cut off and told why; who may no more is told so', async t => {
  const { api, counters, listen, create } = await open(t);
  const { cookie, userId } = api.signedIn('operator', 'operator', null);
  const slow = listen(cookie);
  const swift = listen(cookie);
  slow.bufferedAmount = 3 * 1024 * 1024;
  await create(cookie, 'one');
  t.equal(slow.closeCode, closeCodes.slowReader);
  t.equal(counters.slowReaders, 1);
  t.same(swift.types, ['hello', 'conference.created'], 'others do not notice');
  await create(cookie, 'two');
  t.same(slow.types, ['hello']);
  t.equal(counters.readers, 2);
  slow.terminate();
  t.equal(counters.readers, 1);

  api.identity.credentials.deleteSessionsOf(userId);
  const ended = listen(cookie);
  api.conferences.create({ title: 'three' });
  await Promise.resolve();
  t.equal(ended.closeCode, closeCodes.sessionEnded);
  t.same(ended.types, ['hello']);
});
