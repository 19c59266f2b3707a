import { once } from 'node:events';
import dgram from 'node:dgram';
import t, { type Test as TapTest } from 'tap';
import { wallMsFromNtp } from '../rtp/ntp-time.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../rtp/packet.js';
import { isRtcp, parseRtcp, writeRtcp, type RtcpPacket, type SenderReport } from '../rtp/rtcp.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import type { RtpCodec, RtpSession } from '../rtp/session.js';
import { measureWallOffsetMs, systemClock } from './clock.js';
import { RtpEndpoint, type RtpEndpointOwner } from './rtp-endpoint.js';

const clock = systemClock(measureWallOffsetMs());
const codec: RtpCodec = { name: 'H264', payloadType: 96, clockRate: 90000, parameters: {} };

/** A peer at the socket: keeps what it gets, sends what it is told. */
class Peer {
  readonly rtp: RtpPacket[] = [];
  readonly rtcp: RtcpPacket[] = [];
  readonly socket = dgram.createSocket('udp4');
  port = 0;
  #sequence = 65534;

  static async open(): Promise<Peer> {
    const peer = new Peer();
    peer.socket.bind(0, '127.0.0.1');
    await once(peer.socket, 'listening');
    peer.port = peer.socket.address().port;
    peer.socket.on('message', data => {
      if (isRtcp(data)) peer.rtcp.push(...parseRtcp(data)!);
      else peer.rtp.push(parseRtp(Buffer.from(data))!);
    });
    return peer;
  }

  send(data: Buffer, port: number): void {
    this.socket.send(data, port, '127.0.0.1');
  }

  media(port: number, ssrc = 7, payloadType = 96, sequence = this.#sequence++ & 0xffff): void {
    const data = Buffer.alloc(100, 1);
    writeRtpHeader(data, true, payloadType, sequence, 3000, ssrc);
    this.send(data, port);
  }
}

async function freePort(): Promise<number> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function until(condition: () => boolean, limitMs = 3000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error('did not happen in time');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

const settle = () => new Promise(resolve => setTimeout(resolve, 60));

async function setUp(t: TapTest, change: Partial<RtpSession> = {}, owner: RtpEndpointOwner = {}) {
  const peer = await Peer.open();
  const port = await freePort();
  const received: RtpPacket[] = [];
  const session: RtpSession = {
    id: 's',
    kind: 'video',
    local: { address: '127.0.0.1', port, rtcpPort: port },
    remote: { address: '127.0.0.1', port: peer.port, rtcpPort: peer.port },
    symmetric: true,
    receive: { codec },
    send: { codec: { ...codec, payloadType: 97 }, ssrc: 4242, cname: 'site@amphi' },
    feedback: { nack: true, pli: true, fir: true },
    ...change,
  };
  const endpoint = await RtpEndpoint.open(
    session,
    { onPacket: packet => received.push(packet), ...owner },
    clock,
  );
  t.teardown(async () => {
    await endpoint.close();
    peer.socket.close();
  });
  return { peer, port, received, session, endpoint };
}

void t.test('media goes both ways, with reports at once and each second', async t => {
  const { peer, port, received, endpoint } = await setUp(t);
  for (let i = 0; i < 10; i++) {
    if (i !== 4) peer.media(port);
    else peer.media(port, 7, 96, 60000); // a stray one
  }
  await until(() => received.length === 9);
  const wallMs = clock.wallMs();
  endpoint.sendRtp(Buffer.from('abc'), 90000, true, wallMs);
  endpoint.sendRtp(Buffer.from('def'), 93000, false, wallMs + 33.3);
  await until(() => peer.rtp.length === 2 && peer.rtcp.length >= 2);
  t.match(peer.rtp[0], { ssrc: 4242, payloadType: 97, marker: true, timestamp: 90000 });
  t.equal(peer.rtp[0]!.payload.toString(), 'abc');
  t.equal(peer.rtp[1]!.sequenceNumber, (peer.rtp[0]!.sequenceNumber + 1) & 0xffff);
  const report = peer.rtcp[0] as SenderReport;
  t.match(report, { type: 'senderReport', ssrc: 4242, packetCount: 1, octetCount: 3 });
  t.match(report.blocks, [{ ssrc: 7, cumulativeLost: 0 }]);
  const mediaMs = wallMsFromNtp(report.ntpTime) - ((report.rtpTimestamp - 90000) * 1000) / 90000;
  t.ok(Math.abs(mediaMs - wallMs) < 0.1, 'the report says when the media was made');
  t.match(peer.rtcp[1], { type: 'sourceDescription', ssrc: 4242, cname: 'site@amphi' });
  const soFar = peer.rtcp.length;
  await until(() => peer.rtcp.length > soFar, 1700);
  t.match(endpoint.statistics(), { packetsReceived: 9, bytesReceived: 900, packetsLost: 0, packetsSent: 2 });
});

void t.test('strangers, wrong payload types and garbage are counted and change nothing', async t => {
  const { peer, port, received, endpoint } = await setUp(t);
  const stranger = await Peer.open();
  t.teardown(() => stranger.socket.close());
  stranger.media(port, 9, 50);
  peer.media(port);
  await until(() => received.length === 1);
  stranger.media(port, 7);
  peer.media(port, 7, 98, 0);
  const random = new SeededRandom(21);
  for (let i = 0; i < 300; i++) {
    stranger.send(random.bytes(random.below(200)), port);
    const rtcp = random.bytes(8 + random.below(60));
    rtcp[1] = 200 + random.below(7);
    peer.send(rtcp, port);
  }
  for (let i = 0; i < 20; i++) peer.media(port);
  await until(() => received.length === 21);
  t.ok(received.every(packet => packet.ssrc === 7 && packet.payloadType === 96));
  t.ok(endpoint.statistics().malformed >= 500, `${endpoint.statistics().malformed} counted`);
  endpoint.sendRtp(Buffer.from('x'), 0, true, 0);
  await until(() => peer.rtp.length === 1);
  t.equal(stranger.rtp.length, 0);
});

void t.test('a new SSRC is followed once it insists, and its owner is told', async t => {
  let restarts = 0;
  const { peer, port, received } = await setUp(t, {}, { onRestart: () => restarts++ });
  for (let i = 0; i < 3; i++) peer.media(port, 7);
  await until(() => received.length === 3);
  peer.media(port, 8);
  peer.media(port, 7);
  await until(() => received.length === 4);
  t.equal(restarts, 0);
  for (let i = 0; i < 5; i++) peer.media(port, 8);
  await until(() => received.at(-1)!.ssrc === 8);
  await settle();
  t.equal(restarts, 1);
  t.same(
    received.slice(4).map(packet => packet.ssrc),
    [8, 8, 8],
  );
});

void t.test('what was lost is sent again when a NACK asks, once for each loss', async t => {
  const { peer, endpoint, port } = await setUp(t);
  for (let i = 0; i < 5; i++) endpoint.sendRtp(Buffer.from([i]), i * 3000, true, 0);
  await until(() => peer.rtp.length === 5);
  const [, second, third] = peer.rtp.map(packet => packet.sequenceNumber);
  const nack = writeRtcp([
    {
      type: 'nack',
      senderSsrc: 7,
      mediaSsrc: 4242,
      sequenceNumbers: [second!, third!, (third! + 500) & 0xffff],
    },
  ]);
  peer.send(nack, port);
  peer.send(nack, port);
  await until(() => peer.rtp.length === 7);
  await settle();
  t.same(
    peer.rtp.slice(5).map(packet => [packet.sequenceNumber, packet.payload[0]]),
    [
      [second, 1],
      [third, 2],
    ],
  );
});

void t.test('keyframes are asked for in the way that the peer understands', async t => {
  let byInfo = 0;
  const owner = { onKeyframeNeeded: () => byInfo++ };
  for (const [feedback, type] of [
    [{ nack: false, pli: true, fir: true }, 'pictureLoss'],
    [{ nack: false, pli: false, fir: true }, 'fullIntraRequest'],
    [{ nack: false, pli: false, fir: false }, undefined],
  ] as const) {
    const { peer, port, received, endpoint } = await setUp(t, { feedback }, owner);
    peer.media(port, 7);
    await until(() => received.length === 1);
    for (let i = 0; i < 100; i++) endpoint.requestKeyframe();
    await settle();
    const requests = peer.rtcp.filter(packet => packet.type === type);
    if (type) t.match(requests, [{ mediaSsrc: 7 }], `one ${type} for the storm`);
    else t.equal(byInfo, 1);
  }
});

void t.test('a sender that listens is told each second what the network takes of it', async t => {
  for (const tmmbr of [true, undefined]) {
    const feedback = { nack: false, pli: true, fir: false, ...(tmmbr && { tmmbr }) };
    const { peer, port, received } = await setUp(t, { feedback, receive: { codec, maxBitrate: 256_000 } });
    peer.media(port, 7);
    await until(() => received.length === 1);
    const requests = () => peer.rtcp.filter(packet => packet.type === 'maxBitrateRequest');
    if (tmmbr) {
      await until(() => requests().length === 2, 5000);
      t.match(requests()[1], { mediaSsrc: 7, bitrate: 256_000 });
    } else {
      await until(() => peer.rtcp.some(({ type }) => type === 'receiverReport'));
      t.same(requests(), []);
    }
  }
});

void t.test('PLI, FIR and the old FIR of the peer reach the owner', async t => {
  let requests = 0;
  const { peer, port } = await setUp(t, {}, { onKeyframeRequest: () => requests++ });
  peer.send(writeRtcp([{ type: 'pictureLoss', senderSsrc: 7, mediaSsrc: 4242 }]), port);
  peer.send(
    writeRtcp([{ type: 'fullIntraRequest', senderSsrc: 7, mediaSsrc: 4242, sequenceNumber: 1 }]),
    port,
  );
  peer.send(writeRtcp([{ type: 'oldFullIntraRequest', mediaSsrc: 4242 }]), port);
  peer.send(writeRtcp([{ type: 'pictureLoss', senderSsrc: 7, mediaSsrc: 999 }]), port);
  await until(() => requests === 3);
  await settle();
  t.equal(requests, 3);
});

void t.test("round trip and loss come from the peer's reports", async t => {
  const { peer, port, endpoint } = await setUp(t);
  endpoint.sendRtp(Buffer.from('x'), 0, true, clock.wallMs());
  await until(() => peer.rtcp.length > 0);
  const { seconds, fraction } = (peer.rtcp[0] as SenderReport).ntpTime;
  await new Promise(resolve => setTimeout(resolve, 120));
  const block = {
    ssrc: 4242,
    fractionLost: 64,
    cumulativeLost: 1,
    highestSequence: 1,
    jitter: 0,
    lastSenderReport: (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0,
    delaySinceLastSenderReport: Math.round(0.1 * 65536),
  };
  peer.send(writeRtcp([{ type: 'receiverReport', ssrc: 7, blocks: [block] }]), port);
  await until(() => endpoint.statistics().roundTripMs !== null);
  const { roundTripMs, remoteFractionLost } = endpoint.statistics();
  t.ok(roundTripMs! >= 18 && roundTripMs! < 100, `${roundTripMs} ms`);
  t.equal(remoteFractionLost, 0.25);
});

void t.test('a relay keeps gaps, and goes on with its numbers when the sender begins anew', async t => {
  const { peer, endpoint } = await setUp(t);
  const forward = (ssrc: number, sequence: number, timestamp: number) => {
    const data = Buffer.alloc(20, 5);
    writeRtpHeader(data, true, 100, sequence, timestamp, ssrc);
    endpoint.forward(parseRtp(data)!);
  };
  forward(1, 65534, 1000);
  forward(1, 0, 4000);
  forward(1, 65535, 1000);
  forward(2, 700, 999_999);
  await until(() => peer.rtp.length === 4);
  const [a, b, c, d] = peer.rtp.map(packet => packet.sequenceNumber) as [number, number, number, number];
  t.same(
    [b, c, d].map(sequence => (sequence - a) & 0xffff),
    [2, 1, 3],
  );
  t.ok(peer.rtp.every(packet => packet.ssrc === 4242 && packet.payloadType === 97 && packet.marker));
  t.ok(peer.rtp[3]!.timestamp - 1000 < 90_000, 'the time goes on too');
  t.ok(peer.rtp[0]!.payload.equals(Buffer.alloc(8, 5)));
});

void t.test(
  'an update keeps socket and numbers; other ports need another endpoint; a taken port says so',
  async t => {
    const { peer, endpoint, session } = await setUp(t);
    endpoint.sendRtp(Buffer.from('a'), 0, true, 0);
    t.equal(endpoint.update({ ...session, send: undefined }), true);
    endpoint.sendRtp(Buffer.from('held'), 1, true, 0);
    t.equal(endpoint.update(session), true);
    endpoint.sendRtp(Buffer.from('b'), 2, true, 0);
    await until(() => peer.rtp.length === 2);
    t.same(
      peer.rtp.map(packet => packet.payload.toString()),
      ['a', 'b'],
    );
    t.equal((peer.rtp[1]!.sequenceNumber - peer.rtp[0]!.sequenceNumber) & 0xffff, 1);
    t.equal(endpoint.update({ ...session, local: { ...session.local, port: 1 } }), false);
    await t.rejects(RtpEndpoint.open(session, {}, clock), { code: 'port-taken' });
  },
);

void t.test('copies leave unasked, and its reports tell what the network loses nevertheless', async t => {
  const { peer, port, endpoint } = await setUp(t);
  const { session } = endpoint;
  endpoint.update({ ...session, send: { ...session.send!, copies: 2 } });
  for (let n = 0; n < 100; n++) {
    endpoint.sendRtp(Buffer.from([n]), n * 3000, true, 0);
    await new Promise(resolve => setImmediate(resolve));
  }
  for (let n = 0; n < 10; n++) {
    await new Promise(resolve => setTimeout(resolve, 12));
    endpoint.tick(clock.nowMs());
  }
  await until(() => peer.rtp.length >= 300);
  const first = peer.rtp[0]!.sequenceNumber;
  const payloads = new Map(peer.rtp.map(packet => [packet.sequenceNumber, packet.payload[0]]));
  t.same(
    [...payloads.values()],
    Array.from({ length: 100 }, (_, n) => n),
    'the same packets',
  );
  t.equal(peer.rtp.length, 300);

  const report = (packets: number, received: number): void => {
    const block = { ssrc: session.send!.ssrc, fractionLost: 0, cumulativeLost: packets - received };
    const rest = {
      highestSequence: first + packets - 1,
      jitter: 0,
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    };
    peer.send(writeRtcp([{ type: 'receiverReport', ssrc: 7, blocks: [{ ...block, ...rest }] }]), port);
  };
  report(10, 27);
  report(20, 54);
  await until(() => endpoint.statistics().remoteReports > 0);
  report(100, 54 + 192);
  await until(() => endpoint.statistics().remoteFractionLost > 0.15);
  t.ok(Math.abs(endpoint.statistics().remoteFractionLost - 0.2) < 0.01);
});

void t.test('without rtcp-mux RTCP has its own ports', async t => {
  const rtcpPeer = await Peer.open();
  t.teardown(() => rtcpPeer.socket.close());
  const port = await freePort();
  const rtcpPort = await freePort();
  const { peer, endpoint } = await setUp(t, { local: { address: '127.0.0.1', port, rtcpPort } });
  endpoint.update({
    ...endpoint.session,
    remote: { address: '127.0.0.1', port: peer.port, rtcpPort: rtcpPeer.port },
  });
  endpoint.sendRtp(Buffer.from('x'), 0, true, 0);
  await until(() => rtcpPeer.rtcp.length > 0 && peer.rtp.length === 1);
  t.equal(peer.rtcp.length, 0);
});
