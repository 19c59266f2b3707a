import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { projectRoot } from '../../base/project.js';
import type { Conference } from '../../server/api/rest.js';
import { ServerProcess } from '../harness/server-process.js';

const run = promisify(execFile);

/** As `npm run backup` and `npm run restore` do, without their set-up. */
async function command(...args: string[]): Promise<string> {
  const script = path.join(projectRoot, 'build/server/operation/backup-command.js');
  const { stdout } = await run(process.execPath, ['--enable-source-maps', script, ...args]);
  return stdout;
}

void t.test(
  'a backup of a running server, restored elsewhere, has its conferences, token and certificate',
  async t => {
    const root = t.testdir();
    const [dataDir, newDir] = [path.join(root, 'data'), path.join(root, 'new')];
    const server = await ServerProcess.start({ dataDir });
    t.teardown(() => server.close());
    const { title, number, link } = await server.createConference({ title: 'Ward round' });
    const said = await command('backup', '--data', dataDir, '--to', path.join(root, 'backups'));
    const folder = /: (\/.*)$/m.exec(said)![1]!;

    await t.rejects(
      command('restore', '--data', dataDir, folder),
      /Another Amphi works with the data folder/,
    );
    await t.rejects(ServerProcess.start({ dataDir }), 'nor does a second server start there');
    await command('restore', '--data', newDir, folder);
    const restored = await ServerProcess.start({ dataDir: newDir });
    t.teardown(() => restored.close());
    t.equal(restored.token, server.token);
    t.match(await restored.request<Conference[]>('GET', '/conferences'), [{ title, number, link }]);
    const certificate = path.join('tls', 'certificate.pem');
    t.equal(
      fs.readFileSync(path.join(newDir, certificate), 'utf8'),
      fs.readFileSync(path.join(dataDir, certificate), 'utf8'),
    );
  },
);

void t.test('a server that is drained says so and is ready again when told', async t => {
  const server = await ServerProcess.start({ config: { backup: { directory: t.testdir() } } });
  t.teardown(() => server.close());
  const readiness = async () => {
    const response = await server.fetch('/readyz');
    return [response.status, ((await response.json()) as { reasons: string[] }).reasons.length];
  };
  t.same(await readiness(), [200, 0]);
  t.same(await server.request('PUT', '/draining', { draining: true }), { draining: true, conferences: 0 });
  t.same(await readiness(), [503, 1]);
  t.equal((await server.fetch('/healthz')).status, 200, 'it lives');
  await server.request('PUT', '/draining', { draining: false });
  t.same(await readiness(), [200, 0]);
});

void t.test('diagnostics tell what runs and what was logged, and no secret', async t => {
  const secretKey = 'a-very-secret-key';
  const s3 = { endpoint: 'http://127.0.0.1:9', bucket: 'b', accessKey: 'an-access-key', secretKey };
  const server = await ServerProcess.start({ config: { archive: { s3 } } });
  t.teardown(() => server.close());
  const { conferenceId } = await server.createConference({ title: 'Mr Wang, lung', pin: '4711' });
  const found = await server.request<Record<string, unknown>>('GET', '/diagnostics');
  const text = JSON.stringify(found);
  t.match(found, { health: { ok: true, mixer: true }, config: { archive: { s3: { secretKey: '(set)' } } } });
  t.ok((found.log as string[]).some(line => line.includes(conferenceId)));
  for (const secret of [secretKey, 'an-access-key', server.token, 'Wang', '4711']) t.notMatch(text, secret);
  const stranger = await server.fetch('/api/v1/diagnostics', { headers: { authorization: 'Bearer no' } });
  t.equal(stranger.status, 401);
});
