import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { projectRoot } from '../../../base/project.js';
import { PostgresCluster } from '../../../testing/harness/postgres-cluster.js';
import { openDatabase } from '../database.js';
import { openPostgres } from './open.js';

/** Some of those that open their database by `openTestDatabase`: the SQL that the two might take differently. */
const onBoth = [
  'server/store/database.test.js',
  'server/conferences/life/lives.test.js',
  'server/api/address-book.test.js',
  'server/api/call-log.test.js',
  'server/api/schedule.test.js',
  'server/api/sip-accounts.test.js',
];

const cluster = await PostgresCluster.start();
t.teardown(() => cluster.close());

void t.test('what holds on SQLite holds on PostgreSQL', async t => {
  openDatabase('', cluster.url('template1')).close();
  const queue = [...onBoth];
  const lane = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) await onPostgres(t, file);
  };
  await Promise.all([lane(), lane()]);
});

async function onPostgres(t: Test, file: string): Promise<void> {
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(projectRoot, 'build', file)], {
    env: { ...process.env, AMPHI_TEST_DATABASE: cluster.url(), TAP: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number];
  t.match(output, /^# \{ total: [1-9]/m, `${file} has run`);
  if (!t.equal(code, 0, `${file} on PostgreSQL`)) t.comment(output);
}

void t.test('what is configured wrongly is told, with what to do, without the password', async t => {
  const fails = (url: string, expected: object) =>
    t.throws(() => openPostgres(url, 'server'), { ...expected, name: 'UserError' });
  const wrong = new URL(cluster.url());
  wrong.password = 'geheim';
  fails(wrong.href, { code: 'database-refused', message: /^(?!.*geheim).*pg_hba\.conf/ });
  fails(cluster.url('nothing_there'), { code: 'no-database', message: /createdb .*nothing_there/ });
  wrong.port = '1';
  fails(wrong.href, { code: 'database-away', message: /^(?!.*geheim).*ECONNREFUSED/ });

  const keeper = openPostgres(cluster.url(), 'reader');
  keeper.prepare("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0").run();
  keeper.prepare("CREATE ROLE guest LOGIN PASSWORD 'x'").run();
  keeper.close();
  fails(cluster.url('latin'), { code: 'wrong-encoding', message: /--encoding UTF8/ });
  t.throws(() => openDatabase('', `postgres://guest:x@127.0.0.1:${cluster.port}/postgres`), {
    code: 'database-refused',
    message: /ALTER DATABASE postgres OWNER TO guest/,
  });
});

void t.test(
  'TLS: the certificate must be of the authority, and of the host unless the URL asks for less',
  async t => {
    const isEncrypted = (query: string, host = '127.0.0.1') => {
      const url = `${cluster.url().replace('127.0.0.1', host)}?${query}`;
      const database = openPostgres(url, 'reader');
      const ssl = database.prepare('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()').pluck().get();
      database.close();
      return ssl;
    };
    const authority = `sslrootcert=${cluster.certificate}`;
    t.equal(isEncrypted('sslmode=disable'), 0);
    t.equal(isEncrypted('sslmode=require'), 1);
    t.equal(isEncrypted(`sslmode=verify-full&${authority}`), 1);
    t.equal(isEncrypted(`sslmode=verify-ca&${authority}`, 'localhost'), 1);
    t.throws(() => isEncrypted(`sslmode=verify-full&${authority}`, 'localhost'), { message: /altnames/ });
    t.throws(() => isEncrypted('sslmode=verify-full'), { code: 'database-away', message: /self-signed/ });
  },
);

void t.test('a lost connection is a problem that passes, and no transaction is done in halves', async t => {
  const database = openDatabase('', newUrl());
  t.teardown(() => database.close());
  const insert = database.prepare('INSERT INTO setting VALUES (?, ?)');
  const names = database.prepare('SELECT name FROM setting ORDER BY name').pluck();
  insert.run('a', '1');
  await cluster.stop();
  await sleep(100);
  t.throws(() => insert.run('b', '1'), { name: 'ResourceError', code: 'database-away' });
  const beganMs = performance.now();
  for (let n = 0; n < 20; n++) t.throws(() => insert.run('b', '1'), { code: 'database-away' });
  t.ok(performance.now() - beganMs < 3000, 'nobody is kept waiting while it is away');
  await cluster.run();
  await sleep(1500);
  t.same(names.all(), ['a']);
  insert.run('c', '1');

  const other = openPostgres(cluster.url(), 'reader');
  t.teardown(() => other.close());
  const cut = () =>
    other
      .prepare(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'amphi' AND pid <> pg_backend_pid()",
      )
      .all();
  t.throws(
    database.transaction(() => {
      insert.run('d', '1');
      cut();
      for (let untilMs = Date.now() + 1000; Date.now() < untilMs;); // until it is connected again
      insert.run('e', '1');
    }),
    { code: 'database-away' },
  );
  t.same(names.all(), ['a', 'c'], 'what came after the cut was not done either');
  cut();
  await sleep(50);
  insert.run('f', '1');
  t.same(names.all(), ['a', 'c', 'f'], 'one that was connected again meanwhile is not noticed');
});

void t.test(
  'a query that takes too long is given up, a schema change is not',
  { timeout: 60_000 },
  async t => {
    const database = openDatabase('', newUrl());
    t.teardown(() => database.close());
    database.prepare('SET statement_timeout = 200').run();
    t.throws(() => database.prepare('SELECT pg_sleep(20)').get(), { code: 'database-slow' });
    database.exec('SELECT pg_sleep(0.5)');
    t.equal(database.prepare('SELECT 1').pluck().get(), 1);
  },
);

void t.test('two servers do not work with one database', async t => {
  const url = newUrl();
  const first = openDatabase('', url);
  t.throws(() => openPostgres(url, 'server', 300), { name: 'ResourceError', code: 'data-in-use' });
  const looking = openPostgres(url, 'reader');
  t.equal(looking.prepare('SELECT count(*) FROM conference').pluck().get(), 0, 'who only looks may');
  looking.close();
  first.close();
  openDatabase('', url).close();
});

function newUrl(): string {
  const name = `test_${process.hrtime.bigint()}`;
  const keeper = openPostgres(cluster.url(), 'reader');
  keeper.prepare(`CREATE DATABASE ${name} TEMPLATE template0`).run();
  keeper.close();
  return cluster.url(name);
}
