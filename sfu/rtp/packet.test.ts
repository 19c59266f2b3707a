import t from 'tap';
import { parseRtp, rewriteRtp, rtpHeaderBytes, writeOneByteExtension, writeRtpHeader } from './packet.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

/** A packet with two CSRCs, one-byte extensions 3 and 5, payload "payload" and three bytes of padding. */
const full = Buffer.from(
  'b2e0fffe' + 'f0000001' + 'deadbeef' + '00000001' + '00000002' + 'bede0002' + '30aa0051' + '01020000' +
    Buffer.from('payload').toString('hex') + '000003',
  'hex',
); // prettier-ignore

void t.test('every field of a full header is read', async t => {
  const packet = parseRtp(full, 12.5)!;
  t.equal(packet.marker, true);
  t.equal(packet.payloadType, 96);
  t.equal(packet.sequenceNumber, 65534);
  t.equal(packet.timestamp, 0xf0000001);
  t.equal(packet.ssrc, 0xdeadbeef);
  t.equal(packet.arrivalMs, 12.5);
  t.equal(packet.payload.toString(), 'payload');
  t.equal(packet.payloadBytes, 7);
  t.equal(packet.extension(3)?.toString('hex'), 'aa');
  t.equal(packet.extension(5)?.toString('hex'), '0102');
  t.equal(packet.extension(4), null);
});

void t.test('two-byte extensions are read, an element of length zero too', async t => {
  const header = '9060000100000002000000031000';
  const packet = parseRtp(Buffer.from(header + '0002' + '2a000b03' + 'aabbcc00' + 'ff', 'hex'))!;
  t.equal(packet.extension(0x2a)?.length, 0);
  t.equal(packet.extension(0x0b)?.toString('hex'), 'aabbcc');
  t.equal(packet.extension(1), null);
  t.equal(packet.payload.toString('hex'), 'ff');
});

void t.test('malformed packets give null, whatever is wrong with them', async t => {
  const wrong: Record<string, Buffer> = {
    short: full.subarray(0, 11),
    version: Buffer.concat([Buffer.from([0x72]), full.subarray(1)]),
    'CSRCs beyond the end': full.subarray(0, 15),
    'extension beyond the end': full.subarray(0, 25),
    'padding of zero': Buffer.concat([full.subarray(0, -1), Buffer.from([0])]),
    'padding longer than the payload': Buffer.concat([full.subarray(0, -1), Buffer.from([11])]),
  };
  for (const [name, data] of Object.entries(wrong)) t.equal(parseRtp(data), null, name);
  t.equal(
    parseRtp(Buffer.concat([full.subarray(0, -1), Buffer.from([10])]))?.payloadBytes,
    0,
    'all padding is fine',
  );
});

void t.test('an element that claims more than there is, and id 15, end the search', async t => {
  const broken = Buffer.from('90600001000000020000000 3bede0001 3faabbcc'.replaceAll(' ', ''), 'hex');
  t.equal(parseRtp(broken)!.extension(3), null);
  const ended = Buffer.from('906000010000000200000003bede0001f03100aa', 'hex');
  t.equal(parseRtp(ended)!.extension(3), null);
});

void t.test('what is written is what is read, and a relay changes only its own fields', async t => {
  const data = Buffer.alloc(40, 0xff);
  writeRtpHeader(data, true, 111, 65535, 0xfffffff0, 0x80000001);
  let packet = parseRtp(data)!;
  t.match(packet, {
    marker: true,
    payloadType: 111,
    sequenceNumber: 65535,
    timestamp: 0xfffffff0,
    ssrc: 0x80000001,
  });
  t.equal(packet.payloadStart, rtpHeaderBytes);
  t.equal(writeOneByteExtension(data, 7, Uint8Array.of(0x85)), 20);
  packet = parseRtp(data)!;
  t.equal(packet.payloadStart, 20);
  t.equal(packet.extension(7)?.toString('hex'), '85');
  rewriteRtp(data, 96, 1, 2, 3);
  packet = parseRtp(data)!;
  t.match(packet, { marker: true, payloadType: 96, sequenceNumber: 1, timestamp: 2, ssrc: 3 });
  t.equal(packet.extension(7)?.toString('hex'), '85');
  t.ok(packet.payload.equals(Buffer.alloc(20, 0xff)));
});

void t.test('random and broken bytes never throw, and views stay inside the datagram', async t => {
  const random = new SeededRandom(1);
  let parsed = 0;
  for (let i = 0; i < 20_000; i++) {
    const data = i % 2 ? random.bytes(random.below(80)) : random.mutate(full);
    if (data.length > 0 && i % 3) data[0] = (data[0]! & 0x3f) | 0x80;
    const packet = parseRtp(data);
    if (!packet) continue;
    parsed++;
    if (packet.payloadStart > packet.payloadEnd || packet.payloadEnd > data.length) t.fail('payload outside');
    for (let id = 0; id < 256; id += 5) {
      const element = packet.extension(id);
      if (element && element.byteOffset + element.length > data.byteOffset + data.length)
        t.fail('element outside');
    }
  }
  t.ok(parsed > 1000, `${parsed} of them parsed`);
});
