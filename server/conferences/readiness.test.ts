import t from 'tap';
import { UserError } from '../../base/errors.js';
import type { Probe } from '../../sip-gateway/probe.js';
import { ReadinessCheck, type ReadinessSources } from './readiness.js';

const answers: Probe = { state: 'answers', roundTripMs: 12, userAgent: 'Codec 9' };

function checkOf(addresses: string[], sources: Partial<ReadinessSources> = {}): ReadinessCheck {
  const parties = [
    ...addresses.map(address => ({ kind: 'room', name: address.toUpperCase(), address })),
    { kind: 'person', name: 'Dr. Wang', email: 'wang@example.org' },
  ];
  return new ReadinessCheck({
    scheduler: {
      find: () => ({ schedule: { parties } }) as unknown as ReturnType<ReadinessSources['scheduler']['find']>,
    },
    policy: { resolve: address => `sip:${address}` },
    probe: async () => answers,
    presence: () => () => 'unknown',
    freeUnits: () => 4,
    freeBytes: async () => 100e9,
    recordingBitrate: 4_000_000,
    ...sources,
  });
}

void t.test('rooms that answer, ports and space: ready', async t => {
  t.same(await checkOf(['a@10.0.0.1', 'b@10.0.0.2']).check('c'), {
    ready: true,
    rooms: [
      { name: 'A@10.0.0.1', address: 'a@10.0.0.1', ...answers },
      { name: 'B@10.0.0.2', address: 'b@10.0.0.2', ...answers },
    ],
    units: { free: 4, needed: 2 },
    recordingMinutes: 3333,
  });
});

void t.test('what stands against it is told of each room', async t => {
  const codes: Record<string, string> = {
    far: 'not-allowed-address',
    off: 'not-registered',
    odd: 'bad-address',
  };
  const check = checkOf(['far', 'off', 'odd', 'here', 'mute'], {
    policy: {
      resolve: address => {
        const code = codes[address];
        if (code !== undefined) throw new UserError(code, 'no');
        return `sip:${address}`;
      },
    },
    presence:
      () =>
      ([address]) =>
        address === 'here' ? 'in-conference' : 'unknown',
    probe: async () => ({ state: 'silent', roundTripMs: null, userAgent: '' }),
  });
  const { ready, rooms, units } = await check.check('c');
  t.equal(ready, false);
  t.same(
    rooms.map(({ state }) => state),
    ['not-allowed', 'not-registered', 'unreachable', 'in-conference', 'silent'],
  );
  t.equal(units.needed, 4, 'who is there already needs no port');
});

void t.test('too few ports, too little space; none of both limited', async t => {
  t.match(await checkOf(['a', 'b'], { freeUnits: () => 1 }).check('c'), { ready: false, units: { free: 1 } });
  const full = checkOf(['a'], { freeBytes: async () => 1e9 });
  t.match(await full.check('c'), { ready: false, recordingMinutes: 33 });
  const unlimited = checkOf(['a'], { freeUnits: () => Infinity, freeBytes: async () => null });
  t.match(await unlimited.check('c'), { ready: true, units: { free: null }, recordingMinutes: null });
});
