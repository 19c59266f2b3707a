import t from 'tap';
import { withoutSecrets } from '../../operation/diagnostics.js';
import { describePostgres, environmentOf, parsePostgresUrl, tlsOptions } from './settings.js';

const url = 'postgres://amphi:p%40ss%2Fword@db.example.org:5433/amphi';

void t.test('a URL is read whole, and shown without its password', async t => {
  const settings = parsePostgresUrl(`${url}?sslmode=require`);
  t.match(settings, {
    host: 'db.example.org',
    port: 5433,
    user: 'amphi',
    password: 'p@ss/word',
    database: 'amphi',
  });
  t.equal(describePostgres(settings), 'amphi at db.example.org:5433 as amphi');
  t.match(environmentOf(settings), { PGPASSWORD: 'p@ss/word', PGSSLMODE: 'require' });
  t.same(withoutSecrets({ database: { url } }), {
    database: { url: 'postgres://amphi:(set)@db.example.org:5433/amphi' },
  });
});

void t.test('elsewhere the certificate must hold, unless the URL says less', async t => {
  t.match(tlsOptions(parsePostgresUrl(url)), { rejectUnauthorized: true, checkServerIdentity: undefined });
  t.match(tlsOptions(parsePostgresUrl(`${url}?sslmode=require`)), { rejectUnauthorized: false });
  t.equal(tlsOptions(parsePostgresUrl('postgres://a@[::1]/b')), false);
  t.match(parsePostgresUrl('postgres://a@localhost/b?host=/run/postgresql'), {
    host: '/run/postgresql',
    tls: 'disable',
  });
});

void t.test('a wrong URL is told without showing it', async t => {
  for (const wrong of [
    'mysql://amphi:geheim@h/d',
    'postgres://amphi:geheim@h',
    'postgres://:geheim@h/d',
    'postgres://amphi:geheim@h/d?sslmode=prefer',
    'postgres://amphi:geheim@h/d?option=x',
    'postgres://amphi:geheim@h:port/d',
    'postgres://amphi:geheim@localhost/d?sslmode=require&sslrootcert=/does/not/exist',
  ])
    t.throws(() => tlsOptions(parsePostgresUrl(wrong)), { code: 'bad-config', message: /^(?!.*geheim)/ });
});
