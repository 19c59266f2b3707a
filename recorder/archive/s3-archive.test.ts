import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { silentLog } from '../../base/log.js';
import { Catalogue } from '../../vod/catalogue/catalogue.js';
import { Responder } from '../../vod/serve/responder.js';
import { BeepFlashFeed } from '../../testing/synthetic/beep-flash-feed.js';
import { ObjectStore } from '../../testing/peers/object-store.js';
import { Recorder } from '../recorder.js';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import { timelineFile } from '../timeline/entry.js';
import { FolderArchive } from './folder-archive.js';
import { S3Archive } from './s3-archive.js';
import { Uploader } from './uploader.js';

const bucket = 'recordings';
t.setTimeout(170_000);

if (!ObjectStore.available()) {
  t.pass('OpenStack Swift is not installed: S3 is not tested', { skip: true });
} else {
  const server = await ObjectStore.start();
  await server.createBucket(bucket);
  t.teardown(() => server.close());
  const { endpoint, region, accessKey, secretKey } = server;
  const options = { endpoint, region, accessKey, secretKey, bucket, prefix: 'amphi/' };
  const s3 = new S3Archive(options);

  await t.test('objects go there and come back, whole and in ranges; strangers are refused', async t => {
    const directory = t.testdir({ a: Buffer.alloc(100_000, 'amphi') });
    const file = path.join(directory, 'a');
    await s3.put('one', '000001.m4s', file);
    await s3.put('one', timelineFile, file);
    t.same(await s3.recordings(), ['one']);
    t.same(
      await s3.objects('one'),
      new Map([
        ['000001.m4s', 100_000],
        [timelineFile, 100_000],
      ]),
    );
    t.same(await buffer(await s3.read('one', '000001.m4s')), fs.readFileSync(file));
    t.equal(await text(await s3.read('one', '000001.m4s', { start: 5, end: 9 })), 'amphi');
    t.equal((await s3.stat('one', '000001.m4s'))?.bytes, 100_000);
    t.equal(await s3.stat('one', '000009.m4s'), null);
    await t.rejects(s3.read('one', '000009.m4s'));
    const stranger = new S3Archive({ ...options, secretKey: 'guessed' });
    await t.rejects(stranger.put('one', '000002.m4s', file), { code: 'SignatureDoesNotMatch' });
    await t.rejects(stranger.read('one', '000001.m4s'));
    await s3.delete('one');
    t.same(await s3.recordings(), []);
    t.same(await s3.objects('one'), new Map());
  });

  await t.test(
    'what was there when the uploader started, and what comes, is copied; an absent server is waited for',
    async t => {
      const directory = t.testdir();
      const local = new FolderArchive(directory);
      await writeSyntheticRecording({ directory, recordingId: 'before', seconds: 3 });
      await writeSyntheticRecording({ directory, recordingId: 'later', seconds: 2, end: 'none' });
      await server.kill();
      const first = new Uploader(local, s3, silentLog);
      await first.resume(new Set(['later']));
      await sleep(500);
      t.ok(first.counts.failures >= 1, 'nobody is there');
      first.close();

      const uploader = new Uploader(local, s3, silentLog);
      await uploader.resume(new Set(['later']));
      await server.restart();
      await uploader.idle();
      t.same(await s3.objects('before'), await local.objects('before'));
      t.ok(fs.existsSync(path.join(directory, 'before', '.uploaded')));
      t.notOk(fs.existsSync(path.join(directory, 'later', '.uploaded')), 'that one has not ended');

      fs.copyFileSync(
        path.join(directory, 'later', '000002.m4s'),
        path.join(directory, 'later', '000003.m4s'),
      );
      uploader.offer('later', '000003.m4s');
      await uploader.idle();
      t.ok((await s3.objects('later')).has('000003.m4s'));

      // Deleted here while it waited: it must not be left there either.
      await local.delete('later');
      uploader.offer('later', '000003.m4s');
      await uploader.idle();
      t.equal((await s3.objects('later')).size, 0);

      const again = new Uploader(local, s3, silentLog);
      await again.resume(new Set());
      await again.idle();
      t.equal(again.counts.uploaded, 0, 'nothing is copied twice');
      uploader.close();
      again.close();
    },
  );

  await t.test(
    'a recording whose folder is gone is listed, plays and downloads from S3, and can be deleted',
    async t => {
      const directory = t.testdir();
      const local = new FolderArchive(directory);
      const catalogue = new Catalogue([local, s3], silentLog);
      const responder = new Responder(catalogue);
      const gone = (await catalogue.list()).find(each => each.recordingId === 'before');
      t.match(gone, { state: 'complete', durationMs: 3000 });
      const playlist = await responder.respond({ recordingId: 'before', resource: 'index.m3u8' });
      t.match((playlist.body as Buffer).toString(), '#EXT-X-ENDLIST');
      const part = await responder.respond({
        recordingId: 'before',
        resource: '000002.m4s',
        range: 'bytes=4-7',
      });
      t.equal(part.status, 206);
      t.equal((await buffer(part.body as never)).toString(), 'moof');
      const download = await responder.respond({ recordingId: 'before', resource: 'download.mp4' });
      const file = path.join(directory, 'd.mp4');
      fs.writeFileSync(file, await buffer(download.body as never));
      t.equal(fs.statSync(file).size, download.headers['content-length']);
      t.equal(
        execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-'], { stdio: 'pipe' }).toString(),
        '',
      );
      t.equal(await catalogue.delete('before'), true);
      t.equal((await s3.objects('before')).size, 0);
      t.equal(await catalogue.get('before'), null);
    },
  );

  await t.test('the recorder copies segments while it records, and everything when it has ended', async t => {
    const directory = t.testdir();
    const feed = await BeepFlashFeed.start();
    const recorder = new Recorder({ directory, s3: options, log: silentLog });
    t.teardown(async () => {
      feed.close();
      await recorder.close();
    });
    await recorder.ready();
    recorder.record(await feed.plan('live'));
    await sleep(5000);
    const during = await s3.objects('live');
    t.ok(during.has('init-1.mp4') && during.has('000001.m4s'), `${during.size} objects while recording`);
    await recorder.stop('live');
    const local = new FolderArchive(directory);
    for (
      let waitedMs = 0;
      !fs.existsSync(path.join(directory, 'live', '.uploaded')) && waitedMs < 30_000;
      waitedMs += 100
    ) {
      await sleep(100);
    }
    t.same(await s3.objects('live'), await local.objects('live'));
    const here = fs.readFileSync(path.join(directory, 'live', timelineFile));
    t.same(await buffer(await s3.read('live', timelineFile)), here);
  });
}
