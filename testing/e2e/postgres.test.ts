import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { projectRoot } from '../../base/project.js';
import type { Conference } from '../../server/api/rest.js';
import { PostgresCluster } from '../harness/postgres-cluster.js';
import { ServerProcess } from '../harness/server-process.js';

/** One of our programs, as a person runs it. */
function run(program: string, args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(projectRoot, 'build/server', `${program}.js`), ...args],
    { encoding: 'utf8' },
  );
  return { status, text: stdout + stderr };
}

void t.test('a server on PostgreSQL: killed, cut off from it, backed up, restored', async t => {
  const cluster = await PostgresCluster.start();
  t.teardown(() => cluster.close());
  const url = cluster.url();
  const place = t.testdir({ data: {}, backups: {} });
  const [dataDir, backups] = [path.join(place, 'data'), path.join(place, 'backups')];
  const config = { database: { url } };
  let server = await ServerProcess.start({ dataDir, config });
  t.teardown(() => server.close());
  const titles = async () =>
    (await server.request<Conference[]>('GET', '/conferences')).map(({ title }) => title).sort();

  await server.createConference({ title: 'Ward round' });
  await server.kill();
  server = await ServerProcess.start({ dataDir, config });
  t.same(await titles(), ['Ward round'], 'after kill -9 all is there');

  await cluster.stop();
  await sleep(100);
  const refused = await server.fetch('/api/v1/conferences');
  t.equal(refused.status, 503);
  t.match(refused.headers.get('content-type'), 'application/problem+json');
  const problem = await refused.text();
  t.match(problem, /"code":"database-away"/);
  t.notMatch(problem, /pass/, 'without the password');
  t.equal((await server.fetch('/readyz')).status, 503);
  await sleep(2000); // what the server does by itself meets the problem, too
  await cluster.run();
  await sleep(1500);
  t.same(await titles(), ['Ward round'], 'it has lived on, and goes on');

  const command = (...args: string[]) =>
    run('operation/backup-command', [
      ...args,
      '--config',
      path.join(dataDir, 'test-config.json'),
      '--data',
      dataDir,
    ]);
  const made = command('backup', '--to', backups);
  t.match(made, { status: 0, text: /files/ });
  const folder = /MB: (.*)/.exec(made.text)![1]!;
  await server.createConference({ title: 'After the backup' });
  t.match(command('restore', folder), { status: 1, text: /Another Amphi works with the data folder/ });
  t.match(run('audit/verify', [url]), { status: 0, text: /^Whole: [1-9]\d* records/ });
  await server.close();

  const restored = command('restore', folder);
  t.match(restored, { status: 0, text: /What was there before lies in/ });
  server = await ServerProcess.start({ dataDir, config });
  t.same(await titles(), ['Ward round'], 'as it was then');
  await server.close();
  t.match(run('store/step-back', [url, dataDir]), { status: 0, text: /The schema went from version/ });
});
