import t from 'tap';
import { runSipp } from '../testing/peers/sipp.js';
import { startTestGateway } from './fake-reception.js';

void t.test('sipp’s own caller calls and hangs up, over UDP and TCP', async t => {
  const { gateway, port, reception } = await startTestGateway();
  t.teardown(() => gateway.close());
  for (const transport of ['udp', 'tcp'] as const) {
    const result = await runSipp({
      scenario: 'uac',
      target: `127.0.0.1:${port}`,
      service: '1001',
      transport,
      calls: 5,
      switches: ['-d', '200'],
      timeoutMs: 10_000,
    });
    t.match(result, { exitCode: 0, successful: 5, failed: 0, errors: '' }, transport);
  }
  t.equal(reception.establishedCalls.length, 10);
  t.equal(reception.ended.length, 10);
  t.ok(reception.ended.every(end => end.by === 'remote' && end.cause === 'hangup'));
  t.equal(gateway.calls.length, 0);
  t.equal(gateway.sizes.dialogs, 0);
});
