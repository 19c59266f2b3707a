import t from 'tap';
import { DialPolicy } from './dial-policy.js';

function policy(allow: string[]) {
  const registered = (name: string) => (name === '1001' ? 'sip:1001@10.9.9.9:5062' : undefined);
  return new DialPolicy({ allow, registered, ownPorts: () => [5060, null] });
}

void t.test('what may be called is called by nothing but its address', async t => {
  const { resolve } = bound(
    policy(['private', 'Codec.example.com', '*.wards.example.com', '203.0.113.0/29']),
  );
  const cases = {
    '1001': 'sip:1001@10.9.9.9:5062',
    ' sip:or-3@10.1.2.3 ': 'sip:or-3@10.1.2.3',
    '192.168.7.9': 'sip:192.168.7.9',
    'room@[fd12::7]:5070;transport=TCP': 'sip:room@[fd12::7]:5070;transport=tcp',
    'fd12::7': 'sip:[fd12::7]',
    'sips:a@codec.example.com': 'sips:a@codec.example.com',
    'b@x.y.wards.example.com:5066': 'sip:b@x.y.wards.example.com:5066',
    'c@203.0.113.6': 'sip:c@203.0.113.6',
    'sip:d@10.0.0.1;user=phone;maddr=198.51.100.1?Replaces=1': 'sip:d@10.0.0.1',
  };
  for (const [written, uri] of Object.entries(cases)) t.equal(resolve(written), uri, written);
});

void t.test('anything else is refused in words', async t => {
  const { resolve } = bound(policy(['private', '*.wards.example.com', '127.0.0.1']));
  const cases = {
    '1002': 'not-registered',
    '+8613800000000': 'not-registered',
    'tel:+8613800000000': 'bad-address',
    'https://10.0.0.1/': 'bad-address',
    'a b@10.0.0.1': 'bad-address',
    'sip:': 'bad-address',
    'room@203.0.113.6': 'not-allowed-address',
    '::ffff:8.8.8.8': 'not-allowed-address',
    'x@wards.example.com': 'not-allowed-address',
    'x@wards.example.com.evil.example': 'not-allowed-address',
    'x@127.0.0.2': 'not-allowed-address',
    'x@0.0.0.0': 'not-allowed-address',
    'x@localhost': 'not-allowed-address',
    '9@127.0.0.1': 'bad-address',
  };
  for (const [written, code] of Object.entries(cases)) t.throws(() => resolve(written), { code }, written);
  t.equal(resolve('9@127.0.0.1:5061'), 'sip:9@127.0.0.1:5061', 'another server on this machine');
  t.equal(bound(policy(['*'])).resolve('+861380@carrier.example'), 'sip:+861380@carrier.example');
});

void t.test('a wrong entry of the configuration is named', async t => {
  for (const entry of ['10.0.0.0/33', 'a b', '10.0.0.0/x', 'sip:a@b'])
    t.throws(() => policy([entry]), { code: 'bad-config', message: new RegExp(entry.replace('.', '\\.')) });
});

function bound(policy: DialPolicy) {
  return { resolve: (address: string) => policy.resolve(address) };
}

void t.test('a number leads over a trunk only where that trunk is allowed by name', async t => {
  const overTrunk = (allow: string[]) =>
    new DialPolicy({
      allow,
      registered: () => undefined,
      trunkOf: number => (number.startsWith('0') ? 'pbx' : undefined),
      ownPorts: () => [5060, null],
    });
  t.equal(overTrunk(['trunk:pbx']).resolve('0139'), 'sip:0139@pbx.trunk.invalid');
  t.equal(overTrunk(['trunk:*']).resolve(' 0139 '), 'sip:0139@pbx.trunk.invalid');
  for (const allow of [['*'], ['private'], ['trunk:other'], ['*.invalid']]) {
    t.throws(() => overTrunk(allow).resolve('0139'), { code: 'not-allowed-address' }, allow.join());
    t.throws(() => overTrunk(allow).resolve('sip:0139@pbx.trunk.invalid'), { code: /address/ }, allow.join());
  }
  t.throws(() => overTrunk(['trunk:pbx']).resolve('5139'), { code: 'not-registered' });
});
