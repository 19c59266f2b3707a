import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import t from 'tap';
import { silentLog } from '../../base/log.js';
import { FolderArchive } from '../../recorder/archive/folder-archive.js';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { Responder, type ResourceRequest } from './responder.js';

const directory = t.testdir();
await writeSyntheticRecording({ directory, recordingId: 'r', seconds: 12 });
const responder = new Responder(new Catalogue([new FolderArchive(directory)], silentLog));

async function get(resource: string, rest: Partial<ResourceRequest> = {}) {
  const response = await responder.respond({ recordingId: 'r', resource, ...rest });
  const { body } = response;
  return { ...response, content: Buffer.isBuffer(body) ? body : await buffer(body) };
}

void t.test('a segment is whole, in part, unchanged, or beyond its end', async t => {
  const whole = await get('000003.m4s');
  t.equal(whole.status, 200);
  t.same(whole.content, fs.readFileSync(path.join(directory, 'r', '000003.m4s')));
  t.match(whole.headers, {
    'content-type': 'video/mp4',
    'content-length': whole.content.length,
    'accept-ranges': 'bytes',
    'cache-control': /immutable/,
  });
  const etag = String(whole.headers.etag);
  const part = await get('000003.m4s', { range: 'bytes=100-299' });
  t.equal(part.status, 206);
  t.same(part.content, whole.content.subarray(100, 300));
  t.equal(part.headers['content-range'], `bytes 100-299/${whole.content.length}`);
  t.equal((await get('000003.m4s', { ifNoneMatch: `"x", W/${etag}` })).status, 304);
  t.equal((await get('000003.m4s', { range: 'bytes=0-1', ifRange: etag })).status, 206);
  t.equal((await get('000003.m4s', { range: 'bytes=0-1', ifRange: '"other"' })).status, 200);
  const beyond = await get('000003.m4s', { range: 'bytes=99999999-' });
  t.equal(beyond.status, 416);
  t.equal(beyond.headers['content-range'], `bytes */${whole.content.length}`);
});

void t.test('nothing is served that no timeline lists', async t => {
  fs.writeFileSync(path.join(directory, 'r', '000099.m4s'), 'not listed');
  fs.writeFileSync(path.join(directory, 'secret.mp4'), 'secret');
  for (const resource of [
    '000099.m4s',
    '../secret.mp4',
    '..%2fsecret.mp4',
    '',
    '.',
    'poster.jpg',
    '__proto__',
  ]) {
    t.equal((await get(resource)).status, 404, resource);
  }
  for (const recordingId of ['..', '', '.', 'r/../r', '__proto__', 'none']) {
    t.equal((await get('index.m3u8', { recordingId })).status, 404, recordingId);
  }
});

void t.test('the playlist is asked for again each time, and plays in ffmpeg over HTTP', async t => {
  const playlist = await get('index.m3u8');
  t.match(playlist.headers, { 'content-type': 'application/vnd.apple.mpegurl', 'cache-control': /no-cache/ });
  t.equal((await get('index.m3u8', { ifNoneMatch: String(playlist.headers.etag) })).status, 304);
  const server = http.createServer((request, response) => {
    const { range } = request.headers;
    void get((request.url ?? '').slice(1), { range }).then(({ status, headers, content }) => {
      response.writeHead(status, headers).end(content);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.m3u8`;
  const entries = ['-show_entries', 'stream=codec_name,nb_read_frames', '-of', 'csv=p=0'];
  const output = await new Promise<string>(resolve => {
    void import('node:child_process').then(({ execFile }) =>
      execFile('ffprobe', ['-v', 'error', '-count_frames', ...entries, url], (_error, stdout) =>
        resolve(stdout),
      ),
    );
  });
  t.match(output, /h264,360/);
  t.match(output, /aac,56[0-9]/);
});

void t.test('the download is one MP4: moov first, decodes whole, seeks to any second', async t => {
  const { status, headers, content } = await get('download.mp4');
  t.equal(status, 200);
  t.equal(headers['content-length'], content.length);
  t.match(headers['content-disposition'], /^attachment; filename="Tumour board __ 2026-11-22 10\.00\.mp4"/);
  t.match(headers['content-disposition'], "filename*=UTF-8''Tumour%20board%20%E8%82%BF%E7%98%A4");
  t.same(topBoxes(content), ['ftyp', 'moov', 'mdat']);
  const file = path.join(directory, 'd.mp4');
  fs.writeFileSync(file, content);
  const decoded = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-i', file, '-f', 'null', '-']);
  t.equal(decoded.stderr.toString(), '');
  const probe = execFileSync('ffprobe', [
    ...['-v', 'error', '-count_frames', '-of', 'json', file],
    ...[
      '-show_entries',
      'format=duration:stream=codec_name,width,height,nb_read_frames,duration,avg_frame_rate',
    ],
  ]);
  t.match(JSON.parse(probe.toString()), {
    streams: [
      { codec_name: 'h264', width: 640, height: 360, nb_read_frames: '360', avg_frame_rate: '30/1' },
      { codec_name: 'aac' },
    ],
    format: { duration: /^12\.0/ },
  });
  for (const second of [0, 5, 11]) {
    // The test picture shows its second: compare with the same second made anew.
    const [seen, expected] = [
      ['-ss', String(second), '-i', file],
      ['-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=30:duration=${second + 1}`, '-ss', String(second)],
    ].map(input =>
      execFileSync(
        'ffmpeg',
        ['-v', 'error', ...input, '-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo', '-'],
        { maxBuffer: 1 << 24 },
      ),
    );
    t.ok(difference(seen!, expected!) < 4, `second ${second}`);
  }
});

void t.test('a download that was cut off is resumed: any ranges add up to the whole', async t => {
  const { content, headers } = await get('download.mp4');
  const etag = String(headers.etag);
  const cuts = [0, 1, 700, 5000, 20_000, 300_000, 300_001, content.length - 3, content.length];
  const parts: Buffer[] = [];
  for (const [index, start] of cuts.slice(0, -1).entries()) {
    const part = await get('download.mp4', {
      range: `bytes=${start}-${cuts[index + 1]! - 1}`,
      ifRange: etag,
    });
    t.equal(part.status, 206);
    t.equal(part.content.length, cuts[index + 1]! - start);
    parts.push(part.content);
  }
  t.ok(Buffer.concat(parts).equals(content));
  const last = await get('download.mp4', { range: 'bytes=-500' });
  t.ok(last.content.equals(content.subarray(-500)));
});

void t.test(
  'a download whose segment is gone breaks off, and one that nobody reads lets go of its file',
  async t => {
    const copy = path.join(directory, 'copy');
    fs.cpSync(path.join(directory, 'r'), copy, { recursive: true });
    const files = new FolderArchive(directory);
    const copied = new Responder(new Catalogue([files], silentLog));
    const { body } = await copied.respond({ recordingId: 'copy', resource: 'download.mp4' });
    fs.rmSync(path.join(copy, '000006.m4s'));
    await t.rejects(buffer(body as Readable));
    const unread = await copied.respond({ recordingId: 'copy', resource: 'download.mp4' });
    (unread.body as Readable).destroy();
    fs.truncateSync(path.join(copy, '000005.m4s'), 10);
    const short = await copied.respond({ recordingId: 'copy', resource: 'download.mp4' });
    await t.rejects(buffer(short.body as Readable), /not as long/);
  },
);

void t.test('the timeline can be had, as proof', async t => {
  const { content, headers } = await get('timeline.jsonl');
  t.same(content, fs.readFileSync(path.join(directory, 'r', 'timeline.jsonl')));
  t.equal(headers['content-type'], 'application/jsonl');
});

function topBoxes(bytes: Buffer): string[] {
  const types: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    types.push(bytes.toString('latin1', at + 4, at + 8));
    at += size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : size;
  }
  return types;
}

/** Mean difference of two grey pictures. */
function difference(a: Buffer, b: Buffer): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
}
