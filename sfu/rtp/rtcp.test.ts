import t from 'tap';
import { ntpFromWallMs, ntpMiddle, wallMsFromNtp } from './ntp-time.js';
import { isRtcp, parseRtcp, writeRtcp, type ReportBlock, type RtcpPacket } from './rtcp.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

const block: ReportBlock = {
  ssrc: 0xdeadbeef,
  fractionLost: 51,
  cumulativeLost: -3,
  highestSequence: 0x0001ffff,
  jitter: 160,
  lastSenderReport: 0x12345678,
  delaySinceLastSenderReport: 65536,
};
const all: RtcpPacket[] = [
  {
    type: 'senderReport',
    ssrc: 1,
    ntpTime: { seconds: 0xe0000000, fraction: 0x80000000 },
    rtpTimestamp: 0xffffffff,
    packetCount: 7,
    octetCount: 1120,
    blocks: [block, { ...block, ssrc: 2, cumulativeLost: 0x7fffff }],
  },
  { type: 'receiverReport', ssrc: 9, blocks: [block] },
  { type: 'sourceDescription', ssrc: 1, cname: 'room@amphi' },
  { type: 'sourceDescription', ssrc: 1, cname: 'abc' },
  { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [65534, 65535, 0, 14, 15, 100] },
  { type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 2 },
  { type: 'fullIntraRequest', senderSsrc: 1, mediaSsrc: 2, sequenceNumber: 255 },
  { type: 'oldFullIntraRequest', mediaSsrc: 2 },
  { type: 'receiverEstimate', senderSsrc: 1, bitrate: 3_000_000 & ~31, ssrcs: [2, 3] },
  { type: 'bye', ssrcs: [1, 2] },
];

void t.test('every packet that is written is read back the same, alone and together', async t => {
  for (const packet of all) {
    const data = writeRtcp([packet]);
    t.equal(data.length % 4, 0);
    t.ok(isRtcp(data));
    t.same(parseRtcp(data), [packet], packet.type);
  }
  t.same(parseRtcp(writeRtcp(all)), all);
});

void t.test('a PLI, a generic NACK and a REMB have the bytes of their standards', async t => {
  t.equal(
    writeRtcp([{ type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 2 }]).toString('hex'),
    '81ce0002' + '00000001' + '00000002',
  );
  t.equal(
    writeRtcp([{ type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [10, 11, 26] }]).toString('hex'),
    '81cd0003' + '00000001' + '00000002' + '000a8001',
  );
  // Exponent 3, mantissa 0x2dc6c (187500): 1.5 Mbit/s.
  const remb = Buffer.from(
    '8fce0005' + '00000001' + '00000000' + '52454d42' + '010edc6c' + '00000002',
    'hex',
  );
  t.same(parseRtcp(remb), [{ type: 'receiverEstimate', senderSsrc: 1, bitrate: 1_500_000, ssrcs: [2] }]);
});

void t.test('unknown packets are passed over, padding of the last is taken off', async t => {
  const unknown = Buffer.from('80cc0002' + '00000001' + '41424344', 'hex');
  const pli = writeRtcp([{ type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 2 }]);
  t.same(parseRtcp(Buffer.concat([unknown, pli]))?.length, 1);
  const padded = Buffer.from('a1ce0003' + '00000001' + '00000002' + '00000004', 'hex');
  t.same(parseRtcp(padded), [{ type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 2 }]);
  t.equal(parseRtcp(Buffer.concat([padded, pli])), null, 'padding in the middle is malformed');
});

void t.test('RTP is told from RTCP on one port', async t => {
  for (let payloadType = 0; payloadType < 128; payloadType++) {
    const muxable = payloadType < 64 || payloadType > 95;
    for (const marker of [0, 128])
      t.equal(isRtcp(Buffer.from([0x80, payloadType | marker])), !muxable && marker === 128);
  }
});

void t.test('random and broken bytes never throw', async t => {
  const random = new SeededRandom(2);
  const valid = writeRtcp(all);
  let taken = 0;
  for (let i = 0; i < 30_000; i++) {
    const data = i % 3 ? random.mutate(writeRtcp([all[i % all.length]!])) : random.mutate(valid);
    if (parseRtcp(data)) taken++;
  }
  for (let i = 0; i < 5000; i++) parseRtcp(random.bytes(random.below(64)));
  t.ok(taken > 1000, `${taken} were still well-formed`);
});

void t.test('NTP time keeps the wall clock to a microsecond, over the era of 2036 in LSR', async t => {
  const wallMs = Date.UTC(2026, 10, 22, 12, 0, 0) + 123.456;
  t.ok(Math.abs(wallMsFromNtp(ntpFromWallMs(wallMs)) - wallMs) < 0.001);
  t.equal(ntpMiddle({ seconds: 0x12345678, fraction: 0x9abcdef0 }), 0x56789abc);
  t.equal(ntpMiddle({ seconds: 0xffffffff, fraction: 0xffffffff }), 0xffffffff);
});
