import dgram from 'node:dgram';
import t from 'tap';
import { BadNetwork } from './bad-network.js';
import { NetworkLink, type NetworkConditions } from './network-link.js';

/** Arrivals of `count` packets of 1000 bytes, one each 10 ms. */
function arrivals(conditions: NetworkConditions, count = 5000, seed = 1): (number | null)[] {
  const link = new NetworkLink(conditions, seed);
  return Array.from({ length: count }, (_, n) => link.arrivalMs(1000, n * 10));
}

function lengthsOfLosses(times: (number | null)[]): number[] {
  return times
    .map(time => (time === null ? 'x' : '.'))
    .join('')
    .split(/\.+/)
    .filter(run => run !== '')
    .map(run => run.length);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

void t.test('a link loses what it is told to, and the same each time', async t => {
  const lossy = arrivals({ loss: 0.2 });
  const share = lossy.filter(time => time === null).length / lossy.length;
  t.ok(Math.abs(share - 0.2) < 0.02, `lost ${share}`);
  t.same(arrivals({ loss: 0.2 }), lossy, 'repeatable');
  t.not(
    JSON.stringify(arrivals({ loss: 0.2 }, 5000, 2)),
    JSON.stringify(lossy),
    'another seed, other losses',
  );
});

void t.test('losses in bursts have their share and their length', async t => {
  const lossy = arrivals({ loss: 0.1, burstPackets: 5 }, 40_000);
  const share = lossy.filter(time => time === null).length / lossy.length;
  t.ok(Math.abs(share - 0.1) < 0.02, `lost ${share}`);
  const length = mean(lengthsOfLosses(lossy));
  t.ok(length > 4 && length < 6, `in a row ${length}`);
});

void t.test('delay, jitter in order, and packets that overtake', async t => {
  t.same(arrivals({ delayMs: 300 }, 3), [300, 310, 320]);
  const waves = arrivals({ jitterMs: 1000 }, 2000) as number[];
  t.ok(
    waves.every((time, n) => n === 0 || time >= waves[n - 1]!),
    'in order',
  );
  const delays = waves.map((time, n) => time - n * 10);
  t.ok(Math.max(...delays) > 700 && Math.min(...delays) < 100, 'it swings');
  const overtaking = arrivals({ jitterMs: 1000, reorders: true }, 2000) as number[];
  t.ok(overtaking.some((time, n) => n > 0 && time < overtaking[n - 1]!));
});

void t.test('a narrow link delays, then drops', async t => {
  const times = arrivals({ bitrate: 400_000, queueMs: 200 }, 1000); // half of the 800 kbit/s that come
  const lost = times.filter(time => time === null).length;
  t.ok(lost > 400 && lost < 520, `lost ${lost}`);
  t.ok(times.every((time, n) => time === null || time - n * 10 <= 221));
});

void t.test('the relay passes both ways and counts', async t => {
  const [near, far] = await Promise.all(
    [0, 0].map(async () => {
      const socket = dgram.createSocket('udp4');
      await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
      t.teardown(() => socket.close());
      return socket;
    }),
  );
  const links = BadNetwork.links({ toFar: { loss: 0.5 }, toNear: { delayMs: 100 } });
  const network = await BadNetwork.open(near!.address().port, far!.address().port, links);
  t.teardown(() => network.close());
  let [atFar, atNear, nearMs] = [0, 0, 0];
  far!.on('message', () => atFar++);
  near!.on('message', () => {
    atNear++;
    nearMs = performance.now();
  });
  const startMs = performance.now();
  for (let n = 0; n < 100; n++) near!.send('to far', network.nearPort, '127.0.0.1');
  far!.send('to near', network.farPort, '127.0.0.1');
  for (let n = 0; n < 100 && (atNear === 0 || links.toFar.packets < 100); n++)
    await new Promise(resolve => setTimeout(resolve, 20));
  t.equal(atNear, 1);
  t.ok(nearMs - startMs >= 99, `after ${nearMs - startMs} ms`);
  t.equal(atFar, 100 - links.toFar.lost);
  t.ok(links.toFar.lost > 30 && links.toFar.lost < 70);
});
