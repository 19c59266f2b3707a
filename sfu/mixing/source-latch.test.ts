import t from 'tap';
import { RequestLimit } from './request-limit.js';
import { SourceLatch } from './source-latch.js';

const remote = { address: '192.0.2.1', port: 5000, rtcpPort: 5001 };

void t.test('symmetric: the first source is latched, others must wait for its silence', async t => {
  const latch = new SourceLatch(remote, true);
  t.match(latch, { address: '192.0.2.1', port: 5000, rtcpPort: 5001 }, 'until something comes');
  t.ok(latch.acceptRtp('198.51.100.7', 40000, 1000));
  t.match(latch, { address: '198.51.100.7', port: 40000, rtcpPort: 5001 });
  t.notOk(latch.acceptRtp('203.0.113.9', 40000, 2000), 'a stranger');
  t.notOk(latch.acceptRtp('198.51.100.7', 40001, 2500), 'another port of the same host');
  t.ok(latch.acceptRtp('198.51.100.7', 40000, 2900));
  t.notOk(latch.acceptRtp('203.0.113.9', 40000, 4900));
  t.ok(latch.acceptRtp('203.0.113.9', 41000, 4901), 'two seconds of silence later');
  t.match(latch, { address: '203.0.113.9', port: 41000 });
});

void t.test('symmetric: RTCP is taken from the latched host, and answered where it comes from', async t => {
  const latch = new SourceLatch(remote, true);
  latch.acceptRtp('198.51.100.7', 40000, 1000);
  t.notOk(latch.acceptRtcp('203.0.113.9', 1));
  t.ok(latch.acceptRtcp('198.51.100.7', 45678));
  t.equal(latch.rtcpPort, 45678);
  const muxed = new SourceLatch({ ...remote, rtcpPort: 5000 }, true);
  muxed.acceptRtp('198.51.100.7', 40000, 1000);
  t.equal(muxed.rtcpPort, 40000, 'with rtcp-mux on the port of RTP');
});

void t.test('not symmetric: only the host that signalling named is heard', async t => {
  const latch = new SourceLatch(remote, false);
  t.notOk(latch.acceptRtp('203.0.113.9', 5000, 1));
  t.ok(latch.acceptRtp('192.0.2.1', 5000, 1));
  t.match(latch, { address: '192.0.2.1', port: 5000 });
});

void t.test('a new address by signalling ends the latch, the same one does not', async t => {
  const latch = new SourceLatch(remote, true);
  latch.acceptRtp('198.51.100.7', 40000, 1000);
  latch.update({ ...remote }, true);
  t.equal(latch.port, 40000);
  latch.update({ ...remote, port: 6000 }, true);
  t.match(latch, { address: '192.0.2.1', port: 6000 });
  t.ok(latch.acceptRtp('203.0.113.9', 7, 1001));
});

void t.test(
  'a storm of wishes makes few requests, fewer while they do not help, and at once when new',
  async t => {
    const limit = new RequestLimit(500, 2000);
    const asked: number[] = [];
    for (let nowMs = 0; nowMs < 8000; nowMs += 10) if (limit.allow(nowMs)) asked.push(nowMs);
    t.same(asked, [0, 500, 1500, 3500, 5500, 7500]);
    limit.satisfied();
    t.ok(limit.allow(8010), 'after a success the short interval holds again');
  },
);
