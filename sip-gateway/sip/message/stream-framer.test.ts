import t from 'tap';
import { messageLimits } from './parse-message.js';
import { StreamFramer } from './stream-framer.js';

function framer() {
  const messages: string[] = [];
  let pings = 0;
  const stream = new StreamFramer(
    message => messages.push(message.toString()),
    () => pings++,
  );
  return { stream, messages, pings: () => pings };
}

const first = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello';
const second = 'BYE sip:a SIP/2.0\r\nl : 0\r\n\r\n';

void t.test('messages are cut out of the stream however it is chopped', async t => {
  const whole = Buffer.from(`\r\n${first}\r\n\r\n${second}${first}`);
  for (const size of [1, 2, 3, 7, 50, whole.length]) {
    const { stream, messages, pings } = framer();
    for (let i = 0; i < whole.length; i += size) t.equal(stream.push(whole.subarray(i, i + size)), undefined);
    t.strictSame(messages, [first, second, first], `in pieces of ${size}`);
    t.equal(pings(), 1, 'a double CRLF between messages is a ping');
  }
});

void t.test('a stream that is no SIP, or too long, is at an end', async t => {
  t.equal(framer().stream.push(Buffer.from([0x16, 0x03, 0x01])), 'garbage', 'a TLS hello');
  const long = framer().stream;
  t.equal(long.push(Buffer.alloc(messageLimits.headBytes, 'x')), undefined);
  t.equal(long.push(Buffer.from('xx')), 'head-too-long');
  t.equal(long.push(Buffer.from(first)), 'head-too-long', 'and stays so');
  t.equal(long.pendingBytes, 0);
  const announce = (length: string) =>
    framer().stream.push(Buffer.from(`A b SIP/2.0\r\nl: ${length}\r\n\r\n`));
  t.equal(announce('99999999'), 'content-length');
  t.equal(announce('-1'), 'content-length');
});

void t.test('random bytes never throw and never pile up', async t => {
  let seed = 7;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24;
  for (let i = 0; i < 300; i++) {
    const { stream } = framer();
    for (let j = 0; j < 20; j++) {
      stream.push(Buffer.from(Array.from({ length: 64 }, () => (random() % 3 === 0 ? random() : 0x41))));
    }
    t.ok(stream.pendingBytes <= messageLimits.headBytes + messageLimits.bodyBytes);
  }
});
