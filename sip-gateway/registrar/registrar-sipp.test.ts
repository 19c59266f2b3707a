import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import t from 'tap';
import { silentLog } from '../../base/log.js';
import { projectRoot } from '../../base/project.js';
import { freeUdpPort } from '../../testing/peers/ports.js';
import { Program } from '../../testing/peers/program.js';
import { runSipp } from '../../testing/peers/sipp.js';
import { FakeReception } from '../fake-reception.js';
import { SipGateway } from '../gateway.js';
import { digestKeys } from '../sip/authentication/digest.js';

void t.test('a sipp registers by digest and is called by its account', async t => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'amphi-registrar-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const reception = new FakeReception();
  const gateway = new SipGateway({
    config: { address: '127.0.0.1', port: 0, maxCalls: 10, sessionExpiresS: 1800 },
    log: silentLog,
    handler: reception,
    accounts: {
      ...{ realm: 'bench', algorithms: ['MD5'] },
      keysOf: account => (account === 'room' ? digestKeys('room', 'bench', 'secret') : undefined),
      accountOf: user => (user === 'room' || user === 'absent' ? user : undefined),
      mustAuthenticate: () => false,
      allows: () => true,
      failed: () => {},
      savedBindings: () => [],
      saveBindings: () => {},
    },
  });
  t.teardown(() => gateway.close());
  const { udpPort } = await gateway.listen();
  const port = await freeUdpPort();
  const register = async (password: string) => {
    const fields = path.join(folder, 'fields.csv');
    await writeFile(fields, `SEQUENTIAL\nroom;[authentication username=room password=${password}]\n`);
    return runSipp({
      scenario: path.join(projectRoot, 'bench/sip/register.xml'),
      ...{ target: `127.0.0.1:${udpPort}`, timeoutMs: 10_000 },
      switches: ['-inf', fields, '-p', String(port)],
    });
  };
  t.match(await register('wrong'), { successful: 0, failed: 1 });
  t.equal(gateway.registrar!.registered, 0);
  t.match(await register('secret'), { successful: 1, failed: 0 });
  t.equal(gateway.registrar!.registered, 1);

  const uas = new Program(
    'sipp',
    ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), '-nostdin'],
    path.join(folder, 'uas.log'),
    { cwd: folder },
  );
  t.teardown(() => uas.close());
  const call = await gateway.dial('sip:room@bench', { displayName: 'Conference', user: '1001' });
  await reception.waitFor('established');
  t.equal(call.state, 'active');
  call.hangup();
  const absent = await gateway.dial('sip:absent@bench', { displayName: 'Conference', user: '1001' });
  const status = await new Promise(resolve => absent.on('ended', end => resolve(end.status)));
  t.equal(status, 480);
});
