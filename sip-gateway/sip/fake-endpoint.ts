import { silentLog } from '../../base/log.js';
import { Counters } from './counters.js';
import type { FakeClock } from './fake-clock.js';
import type { FakeNetwork } from './transport/fake-network.js';
import { arrivalLimits } from './transport/overload.js';
import { RateLimit } from './transport/rate-limit.js';
import { TransportLayer } from './transport/transport-layer.js';
import type { Flow, Protocol } from './transport/transport.js';

/** For tests: the transport layer of one host on a fake network, with UDP and TCP on port 5060. */
export function fakeEndpoint(clock: FakeClock, network: FakeNetwork, address: string) {
  const counters = new Counters();
  const strangers = new RateLimit(clock);
  const arrivals = new RateLimit(clock, arrivalLimits);
  const transport = new TransportLayer({ counters, strangers, arrivals, log: silentLog });
  for (const protocol of ['UDP', 'TCP'] as const) {
    transport.add(
      network.transport(protocol, { address, port: 5060 }, (data, flow) => transport.receive(data, flow)),
    );
  }
  const flowTo = (protocol: Protocol, to: string): Flow =>
    transport.flowTo(protocol, { address: to, port: 5060 })!;
  return { address, counters, strangers, transport, flowTo };
}
