import type { NetworkConditions } from '../../testing/peers/network-link.js';

export interface NetworkCase {
  name: string;
  network: NetworkConditions;
}

const burst = 4;

/** Both directions alike, RTCP and what is sent again included. */
export const cases: NetworkCase[] = [
  { name: 'no loss', network: {} },
  { name: '5 % random', network: { loss: 0.05 } },
  { name: '10 % random', network: { loss: 0.1 } },
  { name: '20 % random', network: { loss: 0.2 } },
  // Each way. Without it the SFU sends the same packet again each 100 ms at most: it takes a round trip of 0 for unknown.
  { name: '20 % random, 20 ms delay', network: { loss: 0.2, delayMs: 20 } },
  { name: '20 % in bursts', network: { loss: 0.2, burstPackets: burst } },
  { name: '300 ms delay', network: { delayMs: 300 } },
  { name: '1000 ms jitter', network: { jitterMs: 1000 } },
  { name: '256 kbit/s', network: { bitrate: 256_000, queueMs: 400 } },
];
