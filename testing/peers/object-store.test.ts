import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Client, S3Error } from 'minio';
import t from 'tap';
import { ObjectStore } from './object-store.js';

t.setTimeout(120_000);

const store = await ObjectStore.start();
t.teardown(() => store.close());
const url = new URL(store.endpoint);
const client = (secretKey = store.secretKey, accessKey = store.accessKey): Client =>
  new Client({
    endPoint: url.hostname,
    port: Number(url.port),
    useSSL: false,
    region: store.region,
    accessKey,
    secretKey,
  });
const content = randomBytes(300_000);

void t.test('stores, answers ranges and lists', async t => {
  await store.createBucket('recordings');
  t.ok(await client().bucketExists('recordings'));
  await client().putObject('recordings', 'a/000001.m4s', content, content.length);
  await client().putObject('recordings', 'b/empty', Buffer.alloc(0), 0);
  const whole = await buffer(await client().getObject('recordings', 'a/000001.m4s'));
  t.ok(whole.equals(content), 'the same bytes');
  const part = await buffer(await client().getPartialObject('recordings', 'a/000001.m4s', 1000, 500));
  t.ok(part.equals(content.subarray(1000, 1500)), 'the same range');
  const names: [string, number][] = [];
  for await (const item of client().listObjectsV2('recordings', '', true)) {
    const { name, size } = item as { name: string; size: number };
    names.push([name, size]);
  }
  t.same(names, [
    ['a/000001.m4s', content.length],
    ['b/empty', 0],
  ]);
});

void t.test('refuses who has no right', async t => {
  const code = (error: unknown): string => (error instanceof S3Error ? (error.code ?? '') : String(error));
  const attempt = (who: Client): Promise<string> =>
    who.putObject('recordings', 'stranger', content, content.length).then(() => 'accepted', code);
  t.equal(await attempt(client('another secret')), 'SignatureDoesNotMatch');
  t.match(
    await attempt(client(store.secretKey, 'amphi:stranger')),
    /^(InvalidAccessKeyId|SignatureDoesNotMatch)$/,
  );
  const unsigned = await fetch(`${store.endpoint}/recordings/a/000001.m4s`);
  t.equal(unsigned.status, 400, 'no signature: Swift takes it for its own kind of request');
  const tampered = (await client().presignedGetObject('recordings', 'a/000001.m4s', 60)).replace(
    '000001',
    '000002',
  );
  t.equal((await fetch(tampered)).status, 403, 'a signature of something else');
  await t.rejects(client().statObject('recordings', 'stranger'), { code: 'NotFound' }, 'nothing was stored');
});

void t.test('is away and comes back with what it had', async t => {
  const asked = (): Promise<Response> => fetch(`${store.endpoint}/healthcheck`);
  for (const goAway of ['stop', 'kill'] as const) {
    await store[goAway]();
    await t.rejects(asked(), { cause: { code: 'ECONNREFUSED' } }, `${goAway}: nobody there`);
    await store.restart();
    t.equal((await asked()).status, 200);
    const whole = await buffer(await client().getObject('recordings', 'a/000001.m4s'));
    t.ok(whole.equals(content), 'the same bytes at the same endpoint');
  }
});
