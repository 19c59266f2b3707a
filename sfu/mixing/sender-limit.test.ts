import t from 'tap';
import { tiers } from './bitrate-tier.js';
import type { SessionStatistics } from './plan.js';
import { SenderLimit } from './sender-limit.js';

/** A sender of 1 Mbit/s in packets of 1250 bytes behind a link: a second each. Obeys from the next second on. */
class Link {
  readonly limit = new SenderLimit();
  nowMs = 0;
  rate = 1_000_000;
  changes = 0;
  #packets = 0;
  #lost = 0;

  constructor(readonly obeys = true) {}

  run(seconds: number, capacity: number, ownLoss = 0): this {
    for (let n = 0; n < seconds; n++) {
      const sent = Math.round(this.rate / 10_000);
      const came = Math.round(Math.min(sent, capacity / 10_000) * (1 - ownLoss));
      this.#packets += came;
      this.#lost += sent - came;
      this.nowMs += 1000;
      const session = {
        packetsReceived: this.#packets,
        packetsLost: this.#lost,
        bytesReceived: this.#packets * 1250,
      };
      if (this.limit.observe(session as SessionStatistics, this.nowMs)) this.changes++;
      if (this.obeys) this.rate = Math.min(1_000_000, this.limit.bitrate ?? Infinity);
    }
    return this;
  }
}

void t.test('a good network needs no limit', async t => {
  t.equal(new Link().run(60, 2_000_000, 0.01).limit.bitrate, undefined);
});

void t.test(
  'a narrow link: the sender is told at once, and gets back what it sent when there is room',
  async t => {
    const link = new Link().run(4, 256_000);
    t.ok(link.limit.bitrate! <= 256_000, `${link.limit.bitrate}`);
    link.run(60, 256_000);
    t.ok(link.rate <= 384_000 && link.rate >= 128_000, `a tier near to the link: ${link.rate}`);
    t.ok(link.changes < 14, `and no flapping: ${link.changes} changes`);
    link.run(300, 4_000_000);
    t.equal(link.limit.bitrate, tiers.at(-1), 'no limit any more');
  },
);

void t.test(
  'a bad radio link loses at any rate: after two steps in vain the rate is what it was',
  async t => {
    const link = new Link().run(120, 4_000_000, 0.2);
    t.equal(link.rate, 1_000_000);
  },
);

void t.test('a sender that pauses has lost nothing', async t => {
  const link = new Link().run(3, 256_000);
  t.ok(link.limit.loss > 0);
  link.rate = 0;
  link.run(5, 256_000);
  t.equal(link.limit.loss, 0);
});
