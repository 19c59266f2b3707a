import t from 'tap';
import { FakeClock } from '../fake-clock.js';
import { BanList, defaultBans, isNetwork, sourceOf, type Ban } from './ban-list.js';

const minuteMs = 60_000;

function listOf(changes: Partial<typeof defaultBans> = {}) {
  const clock = new FakeClock();
  const imposed: Ban[] = [];
  const bans = new BanList(clock, { ...defaultBans, ...changes }, ban => imposed.push({ ...ban }));
  const offend = (address: string, times: number, fault: 'login' | 'flood' | 'scanner' = 'login') => {
    for (let i = 0; i < times; i++) bans.fault(address, fault);
  };
  return { clock, bans, imposed, offend };
}

void t.test('ten wrong passwords are a ban; slips over a day are none', async t => {
  const { clock, bans, imposed, offend } = listOf();
  offend('192.0.2.1', 9);
  t.notOk(bans.drops('192.0.2.1'));
  offend('192.0.2.1', 1);
  t.ok(bans.drops('192.0.2.1'));
  t.notOk(bans.drops('192.0.2.2'));
  t.match(imposed, [{ source: '192.0.2.1', reason: 'login', times: 1 }]);
  t.match(bans.list(), [{ dropped: 1 }]);
  for (let i = 0; i < 100; i++) {
    offend('192.0.2.9', 1);
    clock.advance(2 * minuteMs);
  }
  t.equal(imposed.length, 1);
});

void t.test('each ban is longer, up to a day; two quiet days make all new', async t => {
  const { clock, bans, imposed, offend } = listOf();
  const minutes: number[] = [];
  for (let i = 0; i < 12; i++) {
    offend('192.0.2.1', 1, 'scanner');
    const { sinceMs, untilMs } = imposed.at(-1)!;
    minutes.push((untilMs - sinceMs) / minuteMs);
    clock.advance(untilMs - sinceMs);
    t.notOk(bans.drops('192.0.2.1'), 'it is over');
  }
  t.strictSame(minutes.slice(0, 4), [5, 10, 20, 40]);
  t.equal(minutes.at(-1), 24 * 60);
  clock.advance(49 * 60 * minuteMs);
  offend('192.0.2.1', 1, 'scanner');
  t.equal(imposed.at(-1)!.times, 1);
});

void t.test('a ban can be lifted, and the source begins anew', async t => {
  const { bans, offend } = listOf();
  offend('2001:db8:1:2::7', 1, 'scanner');
  t.ok(bans.drops('2001:db8:1:2:ffff::1'), 'all of the network');
  t.notOk(bans.drops('2001:db8:1:3::7'));
  t.notOk(bans.lift('192.0.2.1'));
  t.ok(bans.lift('2001:db8:1:2::'));
  t.notOk(bans.drops('2001:db8:1:2::7'));
  t.equal(bans.sources, 0);
});

void t.test('trusted networks are never banned', async t => {
  const { bans, offend } = listOf({ trusted: ['127.0.0.0/8', '10.1.0.0/16', '2001:db8::/32', '192.0.2.3'] });
  for (const address of ['127.0.0.1', '10.1.2.3', '2001:db8:1::1', '192.0.2.3']) {
    offend(address, 5, 'scanner');
    t.notOk(bans.drops(address), address);
  }
  offend('10.2.0.1', 1, 'scanner');
  t.ok(bans.drops('10.2.0.1'));
});

void t.test('a flood of forged sources takes bounded memory and pushes no ban out', async t => {
  const { bans, offend } = listOf({ maxSources: 200 });
  offend('198.51.100.1', 1, 'scanner');
  for (let i = 0; i < 5000; i++) offend(`10.0.${i >> 8}.${i & 255}`, 1, 'flood');
  t.equal(bans.sources, 200);
  t.ok(bans.drops('198.51.100.1'));
  for (let i = 0; i < 5000; i++) offend(`10.9.${i >> 8}.${i & 255}`, 1, 'scanner');
  t.equal(bans.sources, 200);
});

void t.test('sources and networks', async t => {
  t.equal(sourceOf('192.0.2.1'), '192.0.2.1');
  t.equal(sourceOf('2001:DB8::1'), '2001:db8:0:0::');
  t.equal(sourceOf('2001:0db8:0:0:1:2:3:4'), '2001:db8:0:0::');
  t.equal(sourceOf('fe80::1%eth0'), 'fe80:0:0:0::');
  t.equal(sourceOf('::1'), '0:0:0:0::');
  t.equal(sourceOf(sourceOf('2001:db8:1:2::9')), '2001:db8:1:2::');
  for (const good of ['10.0.0.0/8', '10.1.2.3', '::1', '2001:db8::/32']) t.ok(isNetwork(good), good);
  for (const bad of ['10.0.0.0/33', 'x', '10.0.0.0/8/9', '', '10.0.0.0/']) t.notOk(isNetwork(bad), bad);
});
