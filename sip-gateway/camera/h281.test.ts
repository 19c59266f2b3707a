import t from 'tap';
import { ourClientList, ourExtraCapabilities, parseCme } from './cme.js';
import { clientIds, parseH224, writeH224 } from './h224.js';
import { parseH281, writeH281, type H281Message } from './h281.js';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

void t.test('H.224: the frame of a right arrow, as H.323 Annex Q and H.281 lay it out', async t => {
  // Q.922 address of DLCI 7, UI, to and from everybody, client 1, whole message; START, pan right, 800 ms.
  const right = bytes('00 71 03 0000 0000 01 c0  01 c0 00');
  const frame = parseH224(right)!;
  t.match(frame, { highPriority: true, destination: 0, source: 0, clientId: 1 });
  t.same(parseH281(frame.data), { type: 'start', motion: { pan: 'right' }, timeoutMs: 800 });
  const start = writeH281({ type: 'start', motion: { pan: 'right' }, timeoutMs: 800 });
  t.same(writeH224(clientIds.farEndCameraControl, start), right);
  t.equal(parseH224(bytes('00 61 03 0001 0002 01 c0 03 80'))!.highPriority, false, 'DLCI 6');
  for (const [what, hex] of [
    ['nothing behind the header', '00 71 03 0000 0000 01 c0'],
    ['another DLCI', '00 51 03 0000 0000 01 c0 03 80'],
    ['no UI frame', '00 71 13 0000 0000 01 c0 03 80'],
    ['a segment of a longer message', '00 71 03 0000 0000 01 40 03 80'],
    ['a client with a longer id', '00 71 03 0000 0000 7f c0 b5 00 00 00 01 00'],
    ['HDLC with its flags', '7e 00 71 03 0000 0000 01 c0 03 80 12 34 7e'],
  ] as const) {
    t.equal(parseH224(bytes(hex)), undefined, what);
  }
});

void t.test('H.281: each kind of message, and each way to move', async t => {
  const kinds: [string, H281Message][] = [
    ['01 80 01', { type: 'start', motion: { pan: 'left' }, timeoutMs: 50 }],
    ['01 b8 0f', { type: 'start', motion: { pan: 'left', tilt: 'up', zoom: 'out' }, timeoutMs: 750 }],
    ['02 20', { type: 'continue', motion: { tilt: 'down' } }],
    ['02 0c', { type: 'continue', motion: { zoom: 'in' } }],
    ['03 03', { type: 'stop', motion: { focus: 'in' } }],
    ['03 02', { type: 'stop', motion: { focus: 'out' } }],
    ['04 31', { type: 'selectSource', source: 3, mode: 1 }],
    ['05 10', { type: 'sourceSwitched', source: 1, mode: 0 }],
    ['06 f0', { type: 'storePreset', preset: 15 }],
    ['07 20', { type: 'activatePreset', preset: 2 }],
  ];
  for (const [hex, message] of kinds) {
    t.same(parseH281(bytes(hex)), message, hex);
    t.same(Buffer.from(writeH281(message)), bytes(hex));
  }
  for (const hex of ['', '01', '01 80', '00 80', '08 80', 'ff ff ff'])
    t.equal(parseH281(bytes(hex)), undefined, hex);
});

void t.test('H.224 CME: what clients there are, what they can do, and who asks', async t => {
  t.same(parseCme(bytes('01 00 01 81')), {
    type: 'clientList',
    clients: [{ id: 1, hasExtraCapabilities: true }],
  });
  t.same(Buffer.from(ourClientList), bytes('01 00 01 81'));
  t.match(parseCme(bytes('01 00 03 7f b500123401 7e05 01')), {
    clients: [{ id: 0x7f }, { id: 0x7e }, { id: 1, hasExtraCapabilities: false }],
  });
  t.same(Buffer.from(ourExtraCapabilities), bytes('02 00 81 00 14 c0'));
  t.match(parseCme(Buffer.from(ourExtraCapabilities)), { type: 'extraCapabilities', clientId: 1 });
  t.same(parseCme(bytes('01 ff')), { type: 'askClientList' });
  t.same(parseCme(bytes('02 ff 81')), { type: 'askExtraCapabilities' });
  for (const hex of ['', '01', '01 00', '01 00 02 81', '01 00 01 7f 00', '02 00', '03 00 01', '01 01'])
    t.equal(parseCme(bytes(hex)), undefined, hex);
});

void t.test('any bytes at all are read or refused, never thrown at', async t => {
  let state = 1;
  const random = () => (state = (state * 48_271) % 0x7fffffff) & 0xff;
  for (let n = 0; n < 20_000; n++) {
    const data = Buffer.from(Array.from({ length: random() % 16 }, random));
    parseH281(data);
    parseCme(data);
    parseH224(data);
    const frame = parseH224(Buffer.concat([bytes('00 71 03 0000 0000 01 c0'), data]));
    if ((frame?.data.length ?? 0) !== data.length) return t.fail(`lost bytes of ${data.toString('hex')}`);
  }
  t.pass('20 000 of them');
});
