import t from 'tap';
import { parseRtp, writeRtpHeader } from './packet.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { TelephoneEvents } from './telephone-event.js';

function event(code: number, timestamp: number, duration: number, end = false) {
  const data = Buffer.alloc(16);
  writeRtpHeader(data, false, 101, 0, timestamp >>> 0, 7);
  data[12] = code;
  data[13] = (end ? 0x80 : 0) | 10;
  data.writeUInt16BE(duration, 14);
  return parseRtp(data)!;
}

void t.test(
  'a key press is told once, with all its repetitions, also when its first packets are lost',
  async t => {
    const events = new TelephoneEvents();
    const heard: (string | null)[] = [];
    for (let duration = 160; duration <= 800; duration += 160)
      heard.push(events.push(event(5, 1000, duration)));
    for (let i = 0; i < 3; i++) heard.push(events.push(event(5, 1000, 800, true)));
    heard.push(events.push(event(5, 0xffff_fff0, 160)));
    t.same(heard.filter(Boolean), ['5'], 'a late packet of an earlier press is not a new one');
    t.equal(events.push(event(5, 3000, 400)), '5', 'the same key again');
    t.equal(events.push(event(11, 5000, 800, true)), '#');
    t.equal(events.push(event(10, 7000, 0)), '*');
    t.equal(events.push(event(15, 9000, 0)), 'D');
    t.equal(events.push(event(16, 11000, 0)), null, 'a hook flash is no digit');
  },
);

void t.test('a key held for longer than 8 s is still one press', async t => {
  const events = new TelephoneEvents();
  t.equal(events.push(event(1, 0, 160)), '1');
  t.equal(events.push(event(1, 0, 0xffff)), null);
  t.equal(events.push(event(1, 0xffff, 160)), null);
});

void t.test('broken payloads are counted', async t => {
  const events = new TelephoneEvents();
  const random = new SeededRandom(41);
  for (let i = 0; i < 5000; i++) {
    const packet = parseRtp(random.mutate(event(i % 16, i * 1000, 100).buffer));
    if (packet) events.push(packet);
  }
  t.ok(events.malformed > 100);
});
