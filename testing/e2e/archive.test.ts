import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import t from 'tap';
import { UserError } from '../../base/errors.js';
import { S3Archive } from '../../recorder/archive/s3-archive.js';
import { writeSyntheticRecording } from '../synthetic/synthetic-recording.js';
import { ServerProcess } from '../harness/server-process.js';
import { ObjectStore } from '../peers/object-store.js';

t.setTimeout(180_000);

const recordingId = 'tumour-board';
const seconds = 6;

const store = await ObjectStore.start();
t.teardown(() => store.close());
const { endpoint, region, accessKey, secretKey } = store;
const s3 = { endpoint, region, accessKey, secretKey, bucket: 'recordings', prefix: 'hospital/' };

async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  for (const startedMs = Date.now(); !(await holds()); await sleep(100)) {
    if (Date.now() - startedMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
  }
}

function filesIn(folder: string): Map<string, Buffer> {
  const names = fs.readdirSync(folder).filter(name => !name.startsWith('.'));
  return new Map(names.sort().map(name => [name, fs.readFileSync(path.join(folder, name))]));
}

async function stored(): Promise<Map<string, Buffer>> {
  const client = store.client();
  const objects = new Map<string, Buffer>();
  for await (const item of client.listObjectsV2(s3.bucket, s3.prefix, true)) {
    const { name } = item as { name: string };
    const short = name.slice(`${s3.prefix}${recordingId}/`.length);
    objects.set(short, await buffer(await client.getObject(s3.bucket, name)));
  }
  return new Map([...objects].sort(([a], [b]) => (a < b ? -1 : 1)));
}

void t.test(
  'a recording goes to S3 through an outage, and plays from there when its folder is gone',
  async t => {
    const dataDir = t.testdir();
    const logFile = path.join(dataDir, 'server.log');
    const log = (): string => fs.readFileSync(logFile, 'utf8');
    const directory = path.join(dataDir, 'recordings');
    fs.mkdirSync(directory);
    await writeSyntheticRecording({ directory, recordingId, seconds });
    const folder = path.join(directory, recordingId);
    const written = filesIn(folder);
    t.equal(written.size, seconds + 2, 'segments, init segment, timeline');

    await store.createBucket(s3.bucket);
    await store.stop();
    const server = await ServerProcess.start({ dataDir, logFile, config: { archive: { s3 } } });
    t.teardown(() => server.close());
    await until('it has tried twice', () => log().split('archiving waits').length > 2);
    t.match(log(), 'recordings cannot be archived now', 'the log says so from the start');
    await store.restart();
    await until('all is there', () => fs.existsSync(path.join(folder, '.uploaded')));
    t.same(await stored(), written, 'byte for byte');

    fs.rmSync(folder, { recursive: true });
    const [recording] = await server.listRecordings();
    t.match(recording, { recordingId, state: 'complete', durationMs: seconds * 1000 });
    // As a player finds them: relative to the playlist (RFC 8216 §4.1).
    const media = (name: string, headers = {}): Promise<Response> =>
      server.fetch(new URL(name, server.url + recording!.playlist).pathname, { headers });
    const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
    const playlist = await (await media(recording!.playlist)).text();
    t.match(playlist, '#EXT-X-ENDLIST');
    const segments = playlist.split('\n').filter(line => line.endsWith('.m4s'));
    t.equal(segments.length, seconds);
    for (const name of ['init-1.mp4', ...segments]) {
      t.ok((await bytesOf(await media(name))).equals(written.get(name)!), name);
    }
    const part = await media('000003.m4s', { range: 'bytes=100-1099' });
    t.equal(part.status, 206);
    t.ok((await bytesOf(part)).equals(written.get('000003.m4s')!.subarray(100, 1100)), 'a range');
    const download = await bytesOf(await media(recording!.download));
    const allSegments = Buffer.concat(segments.map(name => written.get(name)!));
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    t.equal(
      hash(download.subarray(-allSegments.length)),
      hash(allSegments),
      'the download holds all segments',
    );

    const metrics = await (await server.fetch('/metrics')).text();
    t.match(metrics, `amphi_archive_files{state="uploaded"} ${written.size}`);
    await store.stop();
    const during = await media('000001.m4s');
    t.equal(during.status, 503, 'while the archive is away');
    t.match(await during.json(), { code: 'archive-away' });
    t.equal((await server.fetch('/healthz')).status, 200, 'and the server lives');
    await store.restart();
    t.ok((await bytesOf(await media('000001.m4s'))).equals(written.get('000001.m4s')!), 'it plays again');

    const deleted = await server.fetch(`/api/v1/recordings/${recordingId}`, { method: 'DELETE' });
    t.equal(deleted.status, 204);
    t.equal((await stored()).size, 0, 'nothing is left of it');
  },
);

void t.test('a wrong bucket, key or secret is named, with what to do', async t => {
  const complaint = (settings: object): Promise<string> =>
    new S3Archive({ ...s3, ...settings }).check().then(
      () => 'none',
      (error: unknown) => (error instanceof UserError ? error.message : `unclear: ${String(error)}`),
    );
  t.equal(await complaint({}), 'none');
  t.match(await complaint({ bucket: 'not-made' }), /bucket "not-made".*does not exist\. Create it there/);
  t.match(await complaint({ secretKey: 'guessed' }), /signature.*Correct secretKey/);
  t.match(await complaint({ accessKey: 'amphi:stranger' }), /archive\.s3, bucket "recordings": .*Correct/);
  t.notMatch(await complaint({ secretKey: 'guessed' }), 'guessed', 'the log does not learn the secret');
  const file = path.join(t.testdir({ a: 'content' }), 'a');
  await t.rejects(new S3Archive({ ...s3, secretKey: 'guessed' }).put('stranger', '000001.m4s', file), {
    code: 'SignatureDoesNotMatch',
  });
  t.same(await new S3Archive(s3).objects('stranger'), new Map(), 'nothing was stored');
});
