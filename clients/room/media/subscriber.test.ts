import t from 'tap';
import { SignallingError, type Signalling } from '../signalling.js';
import type { MediaConnection } from './media-connection.js';
import { Subscriber } from './subscriber.js';

/** Plays the server and mediasoup-client: remembers what it was asked, in order. */
function fakes(options: { refuse?: string; spatialLayers?: number } = {}) {
  const asked: string[] = [];
  let next = 0;
  const faults: string[] = [];
  const signalling = {
    async request(method: string, params: Record<string, unknown>) {
      asked.push(
        [method, params['producerId'] ?? params['consumerId'], params['spatialLayer']].join(' ').trim(),
      );
      const fault = faults.shift();
      if (fault) throw new SignallingError('interrupted', fault);
      if (method !== 'consume') return {};
      if (params['producerId'] === options.refuse) throw new SignallingError('cannot-consume', 'no');
      return {
        consumerId: `c${next++}`,
        kind: 'video',
        rtpParameters: {},
        spatialLayers: options.spatialLayers ?? 3,
      };
    },
  } as unknown as Signalling;
  const connection = () => {
    const closed: string[] = [];
    const media = {
      device: { rtpCapabilities: {} },
      receive: {
        id: 'transport',
        consume: async ({ id }: { id: string }) => ({ id, track: { of: id }, close: () => closed.push(id) }),
      },
    } as unknown as MediaConnection;
    return { media, closed };
  };
  return { asked, faults, subscriber: new Subscriber(signalling), connection };
}

const turn = (ms = 5) => new Promise(resolve => setTimeout(resolve, ms));
const video = (producerId: string) => ({ producerId, kind: 'video' as const, group: producerId });
const audio = (producerId: string) => ({ producerId, kind: 'audio' as const, group: producerId });

void t.test('sound is received at once, pictures only when they are on screen', async t => {
  const { asked, subscriber, connection } = fakes();
  subscriber.attach(connection().media);
  subscriber.setAvailable([audio('voice'), video('face')]);
  await turn();
  t.same(asked, ['consume voice', 'resumeConsumer c0']);
  subscriber.show('face', {}, 300);
  await turn();
  t.same(asked.slice(2), ['consume face', 'setPreferredLayer c1 1', 'resumeConsumer c1']);
  t.same([...subscriber.tracks.value.keys()], ['voice', 'face']);
  subscriber.close();
});

void t.test(
  'the layer follows the largest tile; a hidden picture is paused after a while, and resumed',
  async t => {
    const { asked, subscriber, connection } = fakes();
    subscriber.attach(connection().media);
    subscriber.setAvailable([video('face')]);
    const [small, large] = [{}, {}];
    subscriber.show('face', small, 100);
    await turn();
    subscriber.show('face', large, 900);
    await turn();
    subscriber.hide('face', large);
    subscriber.hide('face', small);
    subscriber.show('face', small, 100);
    await turn(1_600);
    t.same(asked.splice(0), [
      'consume face',
      'setPreferredLayer c0 0',
      'resumeConsumer c0',
      'setPreferredLayer c0 2',
      'setPreferredLayer c0 0',
    ]);
    subscriber.hide('face', small);
    await turn(100);
    t.same(asked, [], 'not yet');
    await turn(1_500);
    t.same(asked.splice(0), ['pauseConsumer c0']);
    subscriber.show('face', small, 100);
    await turn();
    t.same(asked, ['resumeConsumer c0']);
    subscriber.close();
  },
);

void t.test('a stream without layers is not asked for one', async t => {
  const { asked, subscriber, connection } = fakes({ spatialLayers: 1 });
  subscriber.attach(connection().media);
  subscriber.setAvailable([video('screen')]);
  subscriber.show('screen', {}, 900);
  await turn();
  t.same(asked, ['consume screen', 'resumeConsumer c0']);
  subscriber.close();
});

void t.test('what failed on a cut is tried again; what cannot be decoded is said and left alone', async t => {
  const { asked, faults, subscriber, connection } = fakes({ refuse: 'strange' });
  subscriber.attach(connection().media);
  faults.push('cut');
  subscriber.setAvailable([audio('voice'), audio('strange')]);
  await turn(800);
  t.equal(asked.filter(text => text === 'consume voice').length, 2);
  t.equal(asked.filter(text => text === 'consume strange').length, 1);
  t.same([...subscriber.refused.value], ['strange']);
  t.same([...subscriber.tracks.value.keys()], ['voice']);
  subscriber.close();
});

void t.test('a pause whose answer was lost may have arrived: the picture is resumed in any case', async t => {
  const { asked, faults, subscriber, connection } = fakes();
  subscriber.attach(connection().media);
  subscriber.setAvailable([video('face')]);
  const tile = {};
  subscriber.show('face', tile, 700);
  await turn();
  faults.push('cut');
  subscriber.hide('face', tile);
  await turn(1_600);
  t.equal(asked.at(-1), 'pauseConsumer c0');
  subscriber.show('face', tile, 700);
  await turn();
  t.equal(asked.at(-1), 'resumeConsumer c0');
  subscriber.close();
});

void t.test(
  'a new media connection receives the same again; the consumers of the old one are closed',
  async t => {
    const { asked, subscriber, connection } = fakes();
    const first = connection();
    subscriber.attach(first.media);
    subscriber.setAvailable([audio('voice'), video('face')]);
    subscriber.show('face', {}, 700);
    await turn();
    asked.splice(0);
    subscriber.detach();
    t.same([...subscriber.tracks.value], [], 'nothing is shown meanwhile');
    t.same(first.closed.sort(), ['c0', 'c1']);
    subscriber.attach(connection().media);
    await turn();
    t.same(asked.filter(text => text.startsWith('consume')).sort(), ['consume face', 'consume voice']);
    t.equal(subscriber.tracks.value.size, 2);
    subscriber.close();
  },
);

void t.test('a stream that has ended is gone, told by the state or by its consumer', async t => {
  const { subscriber, connection } = fakes();
  const { media, closed } = connection();
  subscriber.attach(media);
  subscriber.setAvailable([audio('a'), audio('b'), audio('c')]);
  await turn();
  subscriber.setAvailable([audio('a'), audio('b')]);
  subscriber.consumerClosed('c0');
  t.same([...subscriber.tracks.value.keys()], ['b']);
  t.same(closed, ['c2', 'c0']);
  subscriber.close();
});
