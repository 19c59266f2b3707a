import t from 'tap';
import { WebSocket, type RawData } from 'ws';
import type { FeedEvent, FeedMessage } from '../../server/api/events.js';
import { ServerProcess } from '../harness/server-process.js';
import { SilentSite } from '../harness/silent-site.js';

/** Listens as a program does, with an API key. */
class Listener {
  readonly messages: FeedMessage[] = [];
  readonly socket: WebSocket;
  /** Bytes that came over the line, compressed. */
  get bytes(): number {
    return (this.socket as unknown as { _socket: { bytesRead: number } })._socket.bytesRead;
  }

  constructor(server: ServerProcess, query = '') {
    this.socket = open(server, `/api/v1/events${query}`, server.token);
    this.socket.on('message', (data: RawData) =>
      this.messages.push(JSON.parse((data as Buffer).toString('utf8')) as FeedMessage),
    );
  }

  /** Resolves with the first of this type after the first `skip`. */
  async of<T extends FeedMessage['type']>(type: T, skip = 0): Promise<Extract<FeedMessage, { type: T }>> {
    for (const deadline = Date.now() + 5_000; ; await new Promise(resolve => setTimeout(resolve, 20))) {
      const found = this.messages.filter(message => message.type === type)[skip];
      if (found) return found as Extract<FeedMessage, { type: T }>;
      if (Date.now() > deadline) throw new Error(`no ${type}: ${JSON.stringify(this.messages)}`);
    }
  }

  get events(): FeedEvent[] {
    return this.messages.filter((message): message is FeedEvent => 'conferenceId' in message);
  }
}

function open(server: ServerProcess, path: string, token?: string): WebSocket {
  return new WebSocket(server.url.replace('https', 'wss') + path, {
    rejectUnauthorized: false,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });
}

void t.test('C6: a program follows a conference by events, also over a cut', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const listener = new Listener(server, '?state=1');
  t.teardown(() => listener.socket.terminate());
  t.match(await listener.of('state'), { conferences: [], running: [] });
  const { conferenceId, link } = await server.createConference({ title: '手术示教', pin: '4321' });
  const surgeon = await SilentSite.join(server, link, '手术室 1');
  const aula = await SilentSite.join(server, link, 'Aula');
  t.teardown(() => aula.vanish());
  await listener.of('site.joined', 1);
  const { site } = (await listener.of('site.joined')).data;
  t.match(site, { name: '手术室 1', kind: 'webrtc', connection: 'connected' });
  const at = `/conferences/${conferenceId}`;
  await server.request('PUT', `${at}/sites/${site.siteId}/sound`, { mouth: { muted: true } });
  t.equal((await listener.of('site.changed')).data.site.sound.mouth.muted, true);
  await server.request('PUT', `${at}/view`, { layout: '5+1' });
  t.equal((await listener.of('views.changed')).data.views.conference.layout, '5+1');
  surgeon.leave();
  t.match((await listener.of('site.left')).data, {
    siteId: site.siteId,
    name: '手术室 1',
    reason: 'removed',
  });
  const { events } = listener;
  t.same(
    events.slice(0, 4).map(({ type }) => type),
    ['conference.created', 'conference.started', 'site.joined', 'site.joined'],
  );
  t.ok(events.every((event, n) => n === 0 || event.sequence > events[n - 1]!.sequence));
  t.notMatch(JSON.stringify(events), '4321', 'no PIN is told');

  const cut = events[2]!.sequence;
  const again = new Listener(server, `?after=${cut}`);
  t.teardown(() => again.socket.terminate());
  await again.of('site.left');
  t.same(again.events, events.slice(3), 'what was missed, and nothing twice');
  const late = new Listener(server, '?after=1&state=1');
  t.teardown(() => late.socket.terminate());
  const { running } = await late.of('state');
  t.match(running, [{ conferenceId, sites: [{ name: 'Aula' }], views: { conference: { layout: '5+1' } } }]);

  await server.request('DELETE', at);
  await listener.of('conference.deleted');
  t.ok(listener.events.some(({ type }) => type === 'conference.ended'));

  const refused = open(server, '/api/v1/events', 'wrong');
  const status = await new Promise(resolve =>
    refused.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
  );
  t.equal(status, 401);
  const document = await server.request<{ webhooks: Record<string, unknown> }>('GET', '/openapi.json');
  t.ok(document.webhooks['site.joined']);
});
