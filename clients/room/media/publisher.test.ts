import t from 'tap';
import { SignallingError, type Signalling } from '../signalling.js';
import type { MediaConnection } from './media-connection.js';
import { Publisher } from './publisher.js';

interface FakeTrack {
  name: string;
  readyState: 'live' | 'ended';
}
const track = (name: string): MediaStreamTrack =>
  ({ name, readyState: 'live' }) satisfies FakeTrack as unknown as MediaStreamTrack;

/** Plays the server and mediasoup-client: remembers what happened, in order. */
function fakes() {
  const done: string[] = [];
  const faults: string[] = [];
  const signalling = {
    async request(method: string, params: Record<string, unknown>) {
      done.push([method, params['producerId'], params['paused']].join(' ').trim());
      const fault = faults.shift();
      if (fault) throw new SignallingError('interrupted', fault);
      return {};
    },
  } as unknown as Signalling;
  let next = 0;
  const connection = () =>
    ({
      device: { canProduce: () => true },
      send: {
        produce: async (options: {
          track: FakeTrack;
          encodings: object[];
          appData: Record<string, unknown>;
        }) => {
          const { source, paused } = options.appData;
          const layers = options.encodings.length;
          done.push(
            `produce ${String(source)} ${options.track.name} paused=${String(paused)} layers=${layers}`,
          );
          const producer = {
            id: `p${next++}`,
            closed: false,
            track: options.track as FakeTrack | null,
            async replaceTrack(change: { track: FakeTrack | null }) {
              done.push(`replaceTrack ${producer.id} ${change.track?.name ?? 'none'}`);
              producer.track = change.track;
            },
            close() {
              producer.closed = true;
              done.push(`close ${producer.id}`);
            },
          };
          return producer;
        },
      },
    }) as unknown as MediaConnection;
  return { done, faults, publisher: new Publisher(signalling), connection };
}

const turn = (ms = 5) => new Promise(resolve => setTimeout(resolve, ms));

void t.test('what is on is sent as soon as there is a connection: the camera in three layers', async t => {
  const { done, publisher, connection } = fakes();
  publisher.set('microphone', track('mic'), true);
  publisher.set('camera', track('cam'), false);
  publisher.set('content', null, true);
  await turn();
  t.same(done, []);
  publisher.attach(connection());
  await turn();
  t.same(done, ['produce microphone mic paused=true layers=1', 'produce camera cam paused=false layers=3']);
  publisher.close();
});

void t.test('camera off is told before the picture stops, on after there is one again', async t => {
  const { done, publisher, connection } = fakes();
  publisher.attach(connection());
  publisher.set('camera', track('cam'), false);
  await turn();
  publisher.set('camera', null, true);
  await turn();
  publisher.set('camera', track('other'), false);
  await turn();
  t.same(done.slice(1), [
    'setPaused p0 true',
    'replaceTrack p0 none',
    'replaceTrack p0 other',
    'setPaused p0 false',
  ]);
  publisher.close();
});

void t.test('another camera replaces the track, without anybody noticing more', async t => {
  const { done, publisher, connection } = fakes();
  publisher.attach(connection());
  publisher.set('camera', track('cam'), false);
  await turn();
  publisher.set('camera', track('other'), false);
  await turn();
  t.same(done.slice(1), ['replaceTrack p0 other']);
  publisher.close();
});

void t.test('a screen is a stream of its own that ends with the sharing', async t => {
  const { done, publisher, connection } = fakes();
  publisher.attach(connection());
  publisher.set('content', track('screen'), false);
  await turn();
  publisher.set('content', null, true);
  await turn();
  publisher.set('content', track('again'), false);
  await turn();
  t.same(done, [
    'produce content screen paused=false layers=1',
    'close p0',
    'closeProducer p0',
    'produce content again paused=false layers=1',
  ]);
  publisher.close();
});

void t.test('a mute that was lost with the connection is told when it is back', async t => {
  const { done, faults, publisher, connection } = fakes();
  publisher.attach(connection());
  publisher.set('microphone', track('mic'), false);
  await turn();
  faults.push('cut');
  publisher.set('microphone', track('mic'), true);
  await turn();
  publisher.syncAll();
  await turn();
  t.equal(done.filter(text => text === 'setPaused p0 true').length, 2);
  publisher.close();
});

void t.test('a mute whose answer was lost may have arrived: taking it back is told in any case', async t => {
  const { done, faults, publisher, connection } = fakes();
  publisher.attach(connection());
  publisher.set('microphone', track('mic'), false);
  await turn();
  faults.push('cut');
  publisher.set('microphone', track('mic'), true);
  await turn();
  publisher.set('microphone', track('mic'), false);
  await turn();
  t.equal(done.at(-1), 'setPaused p0 false');
  publisher.close();
});

void t.test('a new media connection sends the same tracks again, as they are wanted now', async t => {
  const { done, publisher, connection } = fakes();
  publisher.attach(connection());
  const mic = track('mic');
  publisher.set('microphone', mic, false);
  await turn();
  publisher.detach();
  publisher.set('microphone', mic, true);
  await turn();
  publisher.attach(connection());
  await turn();
  t.same(done, [
    'produce microphone mic paused=false layers=1',
    'produce microphone mic paused=true layers=1',
  ]);
  publisher.close();
});
