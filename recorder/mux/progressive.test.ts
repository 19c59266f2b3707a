import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import type { InitEntry, SegmentEntry } from '../timeline/entry.js';
import { TimelineParser } from '../timeline/timeline-parser.js';
import { progressiveHead } from './progressive.js';

const directory = t.testdir();
const folder = path.join(directory, 'r');
await writeSyntheticRecording({ directory, recordingId: 'r', seconds: 5 });
const entries = new TimelineParser()
  .push(fs.readFileSync(path.join(folder, 'timeline.jsonl')))
  .map(line => line.entry);
const inits = entries.filter((entry): entry is InitEntry => entry.type === 'init');
const segments = entries.filter((entry): entry is SegmentEntry => entry.type === 'segment');

function write(name: string, inits: InitEntry[], segments: SegmentEntry[]): string {
  const file = path.join(directory, name);
  const media = segments.map(segment => fs.readFileSync(path.join(folder, segment.file)));
  fs.writeFileSync(file, Buffer.concat([progressiveHead('2026-11-22T10:00:00Z', inits, segments), ...media]));
  return file;
}

interface Probe {
  streams: { nb_read_frames: string; duration: string }[];
  format: { duration: string; tags: Record<string, string> };
}

function probe(file: string): Probe {
  const decoded = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-i', file, '-f', 'null', '-']);
  t.equal(decoded.stderr.toString(), '', 'decodes without a complaint');
  const output = execFileSync('ffprobe', [
    ...['-v', 'error', '-count_frames', '-of', 'json', file],
    ...['-show_entries', 'stream=nb_read_frames,duration:format=duration:format_tags'],
  ]);
  return JSON.parse(output.toString()) as Probe;
}

void t.test('the whole recording, with when it was made', async t => {
  const { streams, format } = probe(write('whole.mp4', inits, segments));
  t.equal(streams[0]?.nb_read_frames, '150');
  t.equal(Number(format.duration), 5);
  t.equal(format.tags.creation_time, '2026-11-22T10:00:00.000000Z');
});

void t.test('where segments are missing the picture before is held: the length is the true one', async t => {
  const { streams } = probe(write('hole.mp4', inits, [segments[0]!, ...segments.slice(3)]));
  t.equal(streams[0]?.nb_read_frames, '90');
  t.equal(Number(streams[0]?.duration), 5);
});

void t.test('segments of two configurations are one file with two sample descriptions', async t => {
  const second = { ...inits[0]!, init: 2 };
  const mixed = segments.map((segment, index) => ({ ...segment, init: index < 2 ? 1 : 2 }));
  const file = write('two.mp4', [inits[0]!, second], mixed);
  t.equal(probe(file).streams[0]?.nb_read_frames, '150');
  const head = fs.readFileSync(file);
  const stsd = head.indexOf('stsd');
  t.equal(head.readUInt32BE(stsd + 8), 2);
});

void t.test('more than 4 GB: 64-bit offsets', async t => {
  const large = segments.map(segment => ({ ...segment, bytes: 1_500_000_000 }));
  const head = progressiveHead('2026-11-22T10:00:00Z', inits, large);
  t.ok(head.includes('co64'));
  t.notOk(head.includes('stco'));
  t.equal(head.readBigUInt64BE(head.length - 8), 16n + 7_500_000_000n, 'size of mdat');
});

void t.test('nothing recorded is a file without samples, not a failure', async t => {
  t.ok(progressiveHead('2026-11-22T10:00:00Z', [], []).includes('moov'));
});
