import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import t from 'tap';
import { freeUdpPorts } from '../../testing/peers/ports.js';
import {
  TestConference,
  blue,
  red,
  sees,
  sessionPair,
  sleep,
} from '../../testing/synthetic/test-conference.js';
import { SyntheticCamera } from '../../testing/synthetic/synthetic-camera.js';
import { SyntheticViewer } from '../../testing/synthetic/synthetic-viewer.js';
import type { RtpPacket } from '../rtp/packet.js';
import type { RtpSession, SrtpProtection } from '../rtp/session.js';
import type { SrtpKeying, SrtpSuiteName } from '../rtp/srtp/suite.js';
import { srtpSuites } from '../rtp/srtp/suite.js';
import { systemClock } from './clock.js';
import { RtpEndpoint } from './rtp-endpoint.js';

function keying(suite: SrtpSuiteName): SrtpKeying {
  const { key, salt } = srtpSuites[suite];
  return { suite, keyAndSalt: randomBytes(key + salt).toString('base64') };
}

function protectionPair(suite: SrtpSuiteName = 'AES_CM_128_HMAC_SHA1_80'): [SrtpProtection, SrtpProtection] {
  const [a, b] = [keying(suite), keying(suite)];
  return [
    { send: a, receive: b },
    { send: b, receive: a },
  ];
}

async function protectedPair(id: string, direction: 'in' | 'out' | 'both', suite?: SrtpSuiteName) {
  const { ours, theirs } = await sessionPair(id, direction);
  [ours.protection, theirs.protection] = protectionPair(suite);
  return { ours, theirs };
}

/** Between the two, and back. What a third would see is kept. */
async function tapped(ours: RtpSession, theirs: RtpSession): Promise<{ seen: Buffer[]; close(): void }> {
  const [port] = (await freeUdpPorts(1)) as [number];
  const seen: Buffer[] = [];
  const socket = dgram.createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  const [a, b] = [ours.local.port, theirs.local.port];
  socket.on('message', (data, from) => {
    seen.push(Buffer.from(data));
    socket.send(data, from.port === a ? b : a, '127.0.0.1');
  });
  for (const session of [ours, theirs]) session.remote = { address: '127.0.0.1', port, rtcpPort: port };
  return { seen, close: () => socket.close() };
}

void t.test(
  'what two endpoints say to each other is protected, RTCP too; packets are sent again',
  async t => {
    for (const suite of Object.keys(srtpSuites) as SrtpSuiteName[]) {
      const { ours, theirs } = await protectedPair('x', 'both', suite);
      const tap = await tapped(ours, theirs);
      t.teardown(() => tap.close());
      const [heard, answered]: [RtpPacket[], RtpPacket[]] = [[], []];
      let keyframes = 0;
      const clock = systemClock(0);
      ours.send!.firstPacketIndex = 65534;
      const a = await RtpEndpoint.open(
        ours,
        { onPacket: packet => answered.push(packet), onKeyframeRequest: () => keyframes++ },
        clock,
      );
      const b = await RtpEndpoint.open(theirs, { onPacket: packet => heard.push(packet) }, clock);
      t.teardown(() => Promise.all([a.close(), b.close()]));
      const payload = Buffer.alloc(500, 'plain text');
      for (let n = 0; n < 4; n++) a.sendRtp(payload, n * 3000, true, Date.now());
      b.sendRtp(payload, 0, true, Date.now());
      await sleep(50);
      t.same(
        heard.map(packet => packet.sequenceNumber),
        [65534, 65535, 0, 1],
        suite,
      );
      t.same(heard[2]!.payload, payload);
      t.same(answered[0]!.payload, payload);
      b.requestKeyframe();
      await sleep(50);
      t.equal(keyframes, 1);
      // Asked again for one that came: it is sent again as it was, and is no news.
      const before = tap.seen.length;
      b.sendNack([65535]);
      await sleep(50);
      t.ok(tap.seen.length > before + 1);
      t.equal(heard.length, 4);
      t.ok(tap.seen.length > 8);
      t.notOk(tap.seen.some(data => data.includes('plain text') || data.includes('@test')));
      const { protection, packetIndex } = a.statistics();
      t.equal(packetIndex, 65537);
      t.equal(b.statistics().protection!.remote!.index, 65537);
      t.ok(protection!.rtcpIndex > 0);

      // New keys of ours: the receiver counts rollovers from 0 again, and so do we.
      const next = { ...ours.protection!, send: keying(suite) };
      t.ok(a.update({ ...ours, protection: next }));
      t.ok(b.update({ ...theirs, protection: { ...theirs.protection!, receive: next.send } }));
      a.sendRtp(payload, 5 * 3000, true, Date.now());
      b.sendRtp(payload, 3000, true, Date.now());
      await sleep(50);
      t.equal(heard.length, 5);
      t.equal(answered.length, 2, 'the other direction is not disturbed');
      t.equal(a.statistics().packetIndex, 2);
    }
  },
);

void t.test('plain RTP is refused where SRTP was agreed', async t => {
  const { ours, theirs } = await protectedPair('x', 'both');
  const clock = systemClock(0);
  let heard = 0;
  const a = await RtpEndpoint.open(ours, { onPacket: () => heard++ }, clock);
  delete theirs.protection;
  const b = await RtpEndpoint.open(theirs, {}, clock);
  t.teardown(() => Promise.all([a.close(), b.close()]));
  b.sendRtp(Buffer.alloc(100), 0, true, Date.now());
  await sleep(50);
  t.equal(heard, 0);
  t.ok(a.statistics().malformed >= 1);
});

void t.test('a new media process goes on where the other was, both ways', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const { plan, mixer } = conference;
  const input = await protectedPair('in:a', 'in');
  // Soon over its first wrap: who begins anew must know that.
  input.theirs.send!.firstPacketIndex = 65500;
  const camera = new SyntheticCamera(input.theirs, { codec: 'H264', width: 640, height: 360, colour: red });
  conference.cameras.set('a', camera);
  plan.sessions.push(input.ours);
  plan.sources.push({ siteId: 'a', name: 'Site a', video: input.ours.id });
  const output = await protectedPair('out:v', 'out');
  const viewer = new SyntheticViewer(output.theirs, 640, 360);
  conference.viewers.set('v', viewer);
  plan.sessions.push(output.ours);
  await conference.addCamera('b', { colour: blue });
  plan.outputs.push({
    id: 'v',
    video: {
      session: output.ours.id,
      view: { layout: 'auto', siteIds: ['a', 'b'], labels: false },
      encoder: {
        codec: 'H264',
        profile: 'baseline',
        width: 640,
        height: 360,
        frameRate: 30,
        bitrate: 1_000_000,
        keyframeIntervalS: 0,
        packetizationMode: 1,
      },
    },
  });
  while (mixer.pid === undefined) await sleep(20);
  await Promise.all([camera.start(), viewer.start()]);
  conference.apply();
  await viewer.until('both colours', () => sees(viewer, [red, blue]));
  await sleep(3_000);
  const tookMs: number[] = [];
  for (let n = 0; n < 2; n++) {
    while (mixer.sparePid === undefined) await sleep(50);
    const killedMs = performance.now();
    process.kill(mixer.pid, 'SIGKILL');
    await sleep(50);
    viewer.surface.fill(16, 128, 128);
    await viewer.until('both colours again', () => sees(viewer, [red, blue]), 10_000);
    tookMs.push(Math.round(performance.now() - killedMs));
  }
  t.comment(`back after ${tookMs.join(' and ')} ms`);
  t.equal(viewer.restarts, 0, 'sequence numbers go on');
});
