import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { SrtpReceiver, SrtpSender } from '../../sfu/rtp/srtp.js';
import { dissect } from '../../testing/judge/tshark.js';
import { CameraEnd } from '../../testing/peers/camera-end.js';
import { freeUdpPorts } from '../../testing/peers/ports.js';
import type { NegotiatedCamera } from '../sdp/types.js';
import { systemClock } from '../sip/clock.js';
import { Counters } from '../sip/counters.js';
import { FakeClock } from '../sip/fake-clock.js';
import { HeldArrow } from './held-arrow.js';
import { openCamera } from './open-camera.js';

async function open(
  t: Test,
  more: Partial<NegotiatedCamera> = {},
  secure?: Parameters<typeof CameraEnd.open>[3],
) {
  const [port, endPort] = (await freeUdpPorts(2)) as [number, number];
  const end = await CameraEnd.open(endPort, port, 100, secure);
  t.teardown(() => end.close());
  const counters = new Counters();
  const arrows: string[] = [];
  const agreed: NegotiatedCamera = {
    local: { address: '127.0.0.1', port },
    remote: { address: '127.0.0.1', port: endPort },
    ...{ sendPayloadType: 100, receivePayloadType: 100, send: true, receive: true },
    ...more,
  };
  const services = { clock: systemClock, counters, signallingAddress: '127.0.0.1' };
  const camera = openCamera(agreed, services, { pressed: arrow => arrows.push(arrow) });
  t.teardown(() => camera.close());
  await sleep(30);
  const come = async (count: number) => {
    for (const deadline = Date.now() + 2_000; arrows.length < count && Date.now() < deadline;) await sleep(5);
    return arrows;
  };
  return { end, camera, counters, arrows, come };
}

/** Kinds of H.281 messages. */
const [start, goOn, stop, store, activate] = [1, 2, 3, 6, 7];

void t.test('the room is told that there is a camera with arrows, and again when it asks', async t => {
  const { end } = await open(t);
  const list = await end.next('client list', ({ client, kind }) => client === 0 && kind === 1);
  t.same(list.rest, [0x00, 1, 0x81], 'one client: H.281, with extra capabilities');
  const extra = await end.next('extra capabilities', ({ client, kind }) => client === 0 && kind === 2);
  t.same(extra.rest, [0x00, 0x81, 0, 0x14, 0xc0], 'no presets; the main camera: motion video, pan and tilt');
  const before = end.messages.length;
  await sleep(300);
  end.client(0, [0x01, 0xff]);
  await end.next('the list again', message => end.messages.indexOf(message) >= before && message.kind === 1);
});

void t.test('its camera is moved: START, CONTINUE, STOP; presets', async t => {
  const { end, camera } = await open(t);
  t.ok(camera.movable);
  camera.move({ pan: 'right', zoom: 'in' }, 900);
  await end.next('STOP', ({ client, kind }) => client === 1 && kind === stop);
  const told = end.messages.filter(({ client }) => client === 1);
  t.same(
    told.map(({ kind, rest }) => [kind, ...rest]),
    [
      [start, 0xcc, 0],
      [goOn, 0xcc],
      [goOn, 0xcc],
      [stop, 0xcc],
    ],
  );
  const lastedMs = told.at(-1)!.atMs - told[0]!.atMs;
  t.ok(Math.abs(lastedMs - 900) < 150, `lasts ${Math.round(lastedMs)} ms`);
  camera.storePreset(3);
  t.same((await end.next('store', ({ kind, client }) => client === 1 && kind === store)).rest, [0x30]);
  camera.move({ tilt: 'down' }, 5_000);
  camera.activatePreset(15);
  const recalled = await end.next('recall', ({ kind, client }) => client === 1 && kind === activate);
  t.same(recalled.rest, [0xf0]);
  t.match(end.messages.at(-2), { kind: stop, rest: [0x20] }, 'what moved is stopped before');

  const packets = end.messages.map(({ packet }) => ({ data: packet, out: true }));
  const judged = await dissect('rtp', packets, ['rtp.version', 'rtp.p_type', 'rtp.ssrc', '_ws.malformed']);
  t.equal(new Set(judged.map(row => row.join())).size, 1, 'one RTP stream');
  t.match(judged[0], ['2', '100', /^0x/, '']);
});

void t.test('its arrows are heard, over the wrap of sequence numbers, each once', async t => {
  const { end, come, counters } = await open(t);
  end.tap('right');
  t.same(await come(1), ['right']);
  await sleep(200);
  end.tap('up');
  t.same(await come(2), ['right', 'up']);
  await sleep(200);
  end.press('left');
  await sleep(600);
  end.goOn('left');
  await sleep(600);
  end.letGo('left');
  t.same(await come(4), ['right', 'up', 'left', 'left'], 'held for 1.2 s: twice');
  t.equal(counters.get('fecc.malformed'), 0);
});

void t.test('what is malformed or from elsewhere is counted', async t => {
  const { end, arrows, counters, come } = await open(t);
  end.datagram(Buffer.from('no RTP'));
  end.frame(Buffer.from([0, 0x71, 3, 0, 0]));
  end.client(1, [0x01]);
  end.client(0, [0x01, 0x00, 9]);
  end.datagram(Buffer.alloc(0));
  for (let n = 0; n < 200; n++) end.frame(Buffer.alloc(n % 40, n));
  await sleep(100);
  t.ok(counters.get('fecc.malformed') > 100, `${counters.get('fecc.malformed')} counted`);
  t.same(arrows, []);
  end.tap('down');
  t.same(await come(1), ['down'], 'goes on');
});

void t.test('with keys: encrypted both ways, and nothing else is taken', async t => {
  const suite = 'AES_CM_128_HMAC_SHA1_80' as const;
  const key = (fill: number) => ({ suite, keyAndSalt: Buffer.alloc(30, fill).toString('base64') });
  const sender = new SrtpSender(key(2));
  const receiver = new SrtpReceiver(key(1));
  let index = 65_534;
  const { end, camera, come, counters, arrows } = await open(
    t,
    { protection: { send: key(1), receive: key(2) } },
    {
      open: packet => packet.subarray(0, receiver.unprotectRtp(packet)),
      seal: plain => {
        const packet = Buffer.concat([plain, Buffer.alloc(20)]);
        return packet.subarray(0, sender.protectRtp(packet, plain.length, index++));
      },
    },
  );
  end.tap('right');
  t.same(await come(1), ['right']);
  camera.move({ pan: 'left' }, 50);
  t.same((await end.next('START', ({ client, kind }) => client === 1 && kind === start)).rest, [0x80, 0]);
  end.datagram(Buffer.from('806400070000000000ca3e4a0071030000000001c0018000', 'hex'));
  await sleep(50);
  t.equal(counters.get('fecc.unauthenticated'), 1);
  t.equal(arrows.length, 1);
});

void t.test('a held arrow: time-out, a lost START, a flood', async t => {
  const clock = new FakeClock();
  const arrows: string[] = [];
  const held = new HeldArrow(clock, arrow => arrows.push(arrow));
  const right = { pan: 'right' } as const;
  held.take({ type: 'start', motion: right, timeoutMs: 800 });
  clock.advance(5_000);
  t.same(arrows, ['right'], 'let go by the time-out');
  held.take({ type: 'continue', motion: right });
  t.equal(arrows.length, 2, 'its START was lost');
  for (let n = 0; n < 10; n++) {
    clock.advance(400);
    held.take({ type: 'continue', motion: right });
  }
  t.equal(arrows.length, 6, 'each second for four');
  held.take({ type: 'stop', motion: right });
  for (let n = 0; n < 100; n++) {
    clock.advance(10);
    held.take({ type: 'start', motion: n % 2 ? right : { tilt: 'up' }, timeoutMs: 800 });
  }
  t.ok(arrows.length < 14, `${arrows.length - 6} of 100 presses within a second`);
  held.take({ type: 'start', motion: { zoom: 'in', focus: 'out' }, timeoutMs: 800 });
  held.release();
  t.equal(clock.pending, 0);
});
