import dgram from 'node:dgram';
import { once } from 'node:events';
import path from 'node:path';
import t from 'tap';
import { projectRoot } from '../base/project.js';
import { runSipp } from '../testing/peers/sipp.js';
import { FakeReception, startTestGateway, until } from './fake-reception.js';

const scenario = (name: string) => path.join(projectRoot, 'sip-gateway/scenarios', `${name}.xml`);
const passed = { exitCode: 0, successful: 1, failed: 0, errors: '' };

for (const transport of ['udp', 'tcp'] as const) {
  void t.test(`who insists on 100rel hears it ring over ${transport}, and may UPDATE`, async t => {
    const reception = new FakeReception({
      route: () =>
        Promise.resolve({
          accept: true,
          ring: () => new Promise(resolve => setTimeout(resolve, 1200, { accept: true })),
        }),
    });
    const { gateway, port } = await startTestGateway({}, reception);
    t.teardown(() => gateway.close());
    const result = await runSipp({
      scenario: scenario('reliable-ringing'),
      ...{ target: `127.0.0.1:${port}`, service: '1001', transport, timeoutMs: 10_000 },
    });
    t.match(result, { ...passed, errors: /^$|jumping to label/ });
    t.equal(gateway.counters['sent.180'], 2, 'once more after T1, and not after its PRACK');
    t.strictSame(reception.events, ['established', 'media held', 'ended hangup']);
  });

  void t.test(`a callee that answers by 100rel is acknowledged in order over ${transport}`, async t => {
    const { gateway, reception } = await startTestGateway();
    t.teardown(() => gateway.close());
    const port = await freePort();
    const playing = runSipp({
      scenario: scenario('reliable-progress'),
      ...{ transport, timeoutMs: 10_000, switches: ['-p', String(port)] },
    });
    await new Promise(resolve => setTimeout(resolve, 500));
    const rung: number[] = [];
    const call = await gateway.dial(`sip:room@127.0.0.1:${port};transport=${transport}`, {
      displayName: 'Ward round',
      user: '1001',
    });
    call.on('ringing', () => rung.push(Date.now()));
    await reception.waitFor('media active');
    call.hangup();
    t.match(await playing, passed);
    await until(() => gateway.sizes.dialogs === 0);
    t.strictSame(reception.events, ['established', 'media active', 'ended hangup']);
    t.equal(gateway.counters['sent.PRACK'], 2, 'what comes again, or too early, is not acknowledged');
    t.equal(rung.length, 3);
  });
}

async function freePort(): Promise<number> {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
