import t from 'tap';
import type { Call } from '../../sip-gateway/call/call.js';
import { CallKeys } from './call-keys.js';

function keysOf(keysAreTones: boolean) {
  const pressed: string[] = [];
  const call = { media: { audio: { keysAreTones } } } as unknown as Call;
  return { pressed, keys: new CallKeys(call, digit => pressed.push(digit)) };
}

void t.test('a key that comes by signalling and as a tone is one key', async t => {
  const { keys, pressed } = keysOf(true);
  keys.byMedia('1', 0);
  keys.bySignalling('1', 300);
  keys.bySignalling('1', 900);
  keys.byMedia('1', 950);
  keys.byMedia('2', 5_000);
  t.same(pressed, ['1', '1'], 'and from then on tones are not listened to');
});

void t.test('tones alone, and events of RFC 4733 beside signalling, all count', async t => {
  const tones = keysOf(true);
  for (const digit of '1123') tones.keys.byMedia(digit, 0);
  t.same(tones.pressed, ['1', '1', '2', '3']);
  const events = keysOf(false);
  events.keys.bySignalling('1', 0);
  events.keys.byMedia('1', 10);
  t.same(events.pressed, ['1', '1'], 'nobody sends both');
});
