import { createHmac, randomBytes } from 'node:crypto';
import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { CounterModeCipher } from './srtp/counter-mode-cipher.js';
import { GcmCipher } from './srtp/gcm-cipher.js';
import { ReplayWindow } from './srtp/replay-window.js';
import { deriveKey } from './srtp/session-keys.js';
import { SrtpReceiver, SrtpSender } from './srtp.js';
import { mostProtectionBytes, srtpSuites, type SrtpKeying, type SrtpSuiteName } from './srtp/suite.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const withRoom = (packet: Buffer): Buffer => Buffer.concat([packet, Buffer.alloc(mostProtectionBytes)]);

void t.test('key derivation: RFC 3711 B.3 and RFC 6188 §7.2', async t => {
  const master128 = hex('E1F97A0D3E018BE0D64FA32C06DE4139');
  const salt128 = hex('0EC675AD498AFEEBB6960B3AABE6');
  t.same(deriveKey(master128, salt128, 0, 16), hex('C61E7A93744F39EE10734AFE3FF7A087'));
  t.same(deriveKey(master128, salt128, 2, 14), hex('30CBBC08863D8C85D49DB34A9AE1'));
  t.same(
    deriveKey(master128, salt128, 1, 94),
    hex(
      `CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098
       6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2`,
    ),
  );
  const master256 = hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6');
  const salt256 = hex('3b04803de51ee7c96423ab5b78d2');
  t.same(
    deriveKey(master256, salt256, 0, 32),
    hex('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4'),
  );
  t.same(deriveKey(master256, salt256, 1, 20), hex('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'));
  t.same(deriveKey(master256, salt256, 2, 14), hex('fa31791685ca444a9e07c6c64e93'));
});

void t.test('key stream of AES in counter mode: RFC 3711 B.2', async t => {
  const authentication = Buffer.alloc(20, 7);
  const keys = {
    key: hex('2B7E151628AED2A6ABF7158809CF4F3C'),
    salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    authentication,
  };
  const cipher = new CounterModeCipher(keys, 10, 0);
  const packet = Buffer.alloc(12 + 0xff02 * 16 + 10);
  const end = cipher.protectRtp(packet, 12, packet.length - 10, 0, 0);
  const block = (n: number) => packet.subarray(12 + n * 16, 28 + n * 16);
  t.same(block(0), hex('E03EAD0935C95E80E166B16DD92B4EB4'));
  t.same(block(1), hex('D23513162B02D0F72A43A2FE4A5F97AB'));
  t.same(block(2), hex('41E95B3BB0A2E8DD477901E4FCA894C0'));
  t.same(block(0xfeff), hex('EC8CDF7398607CB0F2D21675EA9EA1E4'));
  t.same(block(0xff00), hex('362B7C3C6773516318A077D7FC5073AE'));
  t.same(block(0xff01), hex('6A2CC3787889374FBEB4C81B17BA6C44'));
  // §4.2: over the packet and the rollover counter.
  const tag = createHmac('sha1', authentication).update(packet.subarray(0, -10)).update(Buffer.alloc(4));
  t.same(packet.subarray(-10), tag.digest().subarray(0, 10));
  t.equal(end, packet.length);
});

void t.test('GCM: RFC 7714 §16 and §17', async t => {
  const salt = hex('517569642070726f2071756f');
  const rtp = hex(
    '8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
  );
  const rtcp = hex(
    '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
  );
  const vectors = [
    {
      key: '000102030405060708090a0b0c0d0e0f',
      srtp: '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce',
      srtcp:
        '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4',
    },
    {
      key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      srtp: '8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13',
      srtcp:
        '81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4',
    },
  ];
  for (const { key, srtp, srtcp } of vectors) {
    const cipher = new GcmCipher({ key: hex(key), salt, authentication: Buffer.alloc(0) }, 0);
    const packet = withRoom(rtp);
    const end = cipher.protectRtp(packet, 12, rtp.length, 0x5501a0b2, 0xf17b);
    t.same(packet.subarray(0, end), hex(srtp));
    t.equal(cipher.unprotectRtp(packet, 12, end, 0x5501a0b2, 0xf17b), rtp.length);
    t.same(packet.subarray(0, rtp.length), rtp);
    const report = withRoom(rtcp);
    const reportEnd = cipher.protectRtcp(report, rtcp.length, 0x4d617273, 0x5d4);
    t.same(report.subarray(0, reportEnd), hex(srtcp));
    t.equal(cipher.unprotectRtcp(report, reportEnd, 0x4d617273, 0x5d4), rtcp.length);
    t.same(report.subarray(0, rtcp.length), rtcp);
  }
});

const names = Object.keys(srtpSuites) as SrtpSuiteName[];

function keyingOf(suite: SrtpSuiteName): SrtpKeying {
  const { key, salt } = srtpSuites[suite];
  return { suite, keyAndSalt: randomBytes(key + salt).toString('base64') };
}

/** Two CSRCs, a header extension of one word, `payload`. */
function rtpPacket(index: number, payload: Buffer, ssrc = 0xdecafbad): Buffer {
  const header = Buffer.alloc(12 + 8 + 8);
  header[0] = 0x92;
  header[1] = 96;
  header.writeUInt16BE(index & 0xffff, 2);
  header.writeUInt32BE(ssrc, 8);
  header.writeUInt32BE(0xbede0001, 20);
  return Buffer.concat([header, payload]);
}

function protectedRtp(sender: SrtpSender, index: number, payload = randomBytes(100)): Buffer {
  const plain = rtpPacket(index, payload);
  const packet = withRoom(plain);
  return packet.subarray(0, sender.protectRtp(packet, plain.length, index));
}

void t.test('what is sent is received, in order or not, over wraps; nothing twice', async t => {
  for (const suite of names) {
    const keying = keyingOf(suite);
    const sender = new SrtpSender(keying);
    const receiver = new SrtpReceiver(keying);
    const payload = randomBytes(1100);
    const order = [
      65530,
      65535,
      65533,
      65536,
      65534,
      65540,
      97000,
      129000,
      131070,
      131075,
      131072,
      131072 + 30000,
    ];
    for (const index of order) {
      const packet = protectedRtp(sender, index, payload);
      t.notOk(packet.includes(payload.subarray(0, 16)), 'encrypted');
      const again = Buffer.from(packet);
      const plain = rtpPacket(index, payload);
      t.equal(receiver.unprotectRtp(packet), plain.length, `${suite} ${index}`);
      t.same(packet.subarray(0, plain.length), plain);
      t.equal(receiver.unprotectRtp(again), -1, 'a replay');
    }
    t.equal(receiver.unprotectRtp(protectedRtp(sender, 65531)), -1, 'older than the window');
    t.same(receiver.position(0xdecafbad), { ssrc: 0xdecafbad, index: 131072 + 30000 });

    const report = hex(
      '81c90007deadbeef00000000000000000000000000000000000000000000000000000000'.slice(0, 64),
    );
    for (let n = 0; n < 3; n++) {
      const packet = withRoom(report);
      const data = packet.subarray(0, sender.protectRtcp(packet, report.length));
      const again = Buffer.from(data);
      t.equal(receiver.unprotectRtcp(data), report.length, 'SRTCP');
      t.same(data.subarray(0, report.length), report);
      t.equal(receiver.unprotectRtcp(again), -1);
    }
    t.equal(sender.rtcpIndex, 3);
  }
});

void t.test('whatever is changed, cut or invented is refused, and disturbs nothing', async t => {
  const random = new SeededRandom(5);
  for (const suite of names) {
    const keying = keyingOf(suite);
    const sender = new SrtpSender(keying);
    const receiver = new SrtpReceiver(keying);
    for (let index = 0; index < 200; index++) {
      const packet = protectedRtp(sender, index);
      const bad = Buffer.from(packet);
      bad[random.below(bad.length)]! ^= 1 << random.below(8);
      t.equal(receiver.unprotectRtp(bad), -1);
      t.equal(receiver.unprotectRtp(Buffer.from(packet.subarray(0, random.below(packet.length)))), -1);
      t.equal(receiver.unprotectRtp(random.bytes(random.below(200))), -1);
      t.equal(receiver.unprotectRtcp(random.bytes(random.below(200))), -1);
      t.ok(receiver.unprotectRtp(packet) > 0);
    }
    const stranger = new SrtpSender(keyingOf(suite));
    t.equal(receiver.unprotectRtp(protectedRtp(stranger, 300)), -1);
  }
});

void t.test('a receiver that takes over goes on where the sender is, or where it begins again', async t => {
  const keying = keyingOf('AES_CM_128_HMAC_SHA1_80');
  const sender = new SrtpSender(keying);
  const ssrc = 0xdecafbad;
  const late = 5 * 65536 + 65530;
  const after = new SrtpReceiver(keying, { ssrc, index: late - 20 });
  t.ok(after.unprotectRtp(protectedRtp(sender, late + 10)) > 0, 'over a wrap that nobody saw');
  t.ok(after.unprotectRtp(protectedRtp(sender, late + 5)) > 0);
  t.ok(
    new SrtpReceiver(keying).unprotectRtp(protectedRtp(sender, 65536 + 20)) > 0,
    'the first wrap was missed',
  );
  const anew = new SrtpReceiver(keying, { ssrc, index: late });
  t.ok(anew.unprotectRtp(protectedRtp(sender, 40)) > 0, 'from a counter of zero');
});

void t.test('who listens anew finds the counter of a sender that has been sending for hours', async t => {
  for (const suite of names) {
    const keying = keyingOf(suite);
    const sender = new SrtpSender(keying);
    for (const rollovers of [2, 9, 300, 511]) {
      const receiver = new SrtpReceiver(keying);
      let index = rollovers * 65536 + 77;
      const begin = index;
      while (receiver.unprotectRtp(protectedRtp(sender, index)) < 0 && index < begin + 100) index++;
      t.ok(index - begin <= 64, `${suite}, ${rollovers}: after ${index - begin} packets`);
      t.ok(receiver.unprotectRtp(protectedRtp(sender, index + 1)) > 0);
    }
  }
});

void t.test('a master key identifier is stepped over', async t => {
  for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM'] as const) {
    const keying = keyingOf(suite);
    const plainSender = new SrtpSender(keying);
    const receiver = new SrtpReceiver({ ...keying, mkiLength: 4 });
    const packet = protectedRtp(plainSender, 1);
    const tagAt = suite === 'AEAD_AES_128_GCM' ? packet.length : packet.length - 10;
    const mki = Buffer.from([0, 0, 0, 1]);
    const marked = Buffer.concat([packet.subarray(0, tagAt), mki, packet.subarray(tagAt)]);
    t.equal(receiver.unprotectRtp(marked), 128);
  }
});

void t.test('the replay window forgets what it is ahead of', async t => {
  const window = new ReplayWindow(10);
  t.notOk(window.isNew(10));
  window.add(10 + ReplayWindow.size + 5);
  t.notOk(window.isNew(10));
  t.ok(window.isNew(20));
  window.add(20);
  t.notOk(window.isNew(20));
  window.add(20 + ReplayWindow.size);
  t.ok(window.isNew(21));
  t.notOk(window.isNew(10 + ReplayWindow.size + 5));
});
