import path from 'node:path';
import t from 'tap';
import { FolderArchive } from '../../recorder/archive/folder-archive.js';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import { RecordingIndex } from '../catalogue/recording-index.js';
import { mediaPlaylist } from './media-playlist.js';

const directory = t.testdir();
await writeSyntheticRecording({ directory, recordingId: 'r', seconds: 3 });

async function indexOf(): Promise<RecordingIndex> {
  const index = new RecordingIndex('r', new FolderArchive(path.resolve(directory)));
  await index.refresh();
  return index;
}

void t.test('a recording that has ended is a VOD playlist with an end', async t => {
  t.equal(
    mediaPlaylist(await indexOf(), false),
    [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-TARGETDURATION:1',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MAP:URI="init-1.mp4"',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.000Z',
      '#EXTINF:1.00000,',
      '000001.m4s',
      '#EXTINF:1.00000,',
      '000002.m4s',
      '#EXTINF:1.00000,',
      '000003.m4s',
      '#EXT-X-ENDLIST',
      '',
    ].join('\n'),
  );
});

void t.test('one in progress is an EVENT without end, and none at all before its first segment', async t => {
  const index = await indexOf();
  const playlist = mediaPlaylist(index, true) ?? '';
  t.match(playlist, '#EXT-X-PLAYLIST-TYPE:EVENT');
  t.notMatch(playlist, 'ENDLIST');
  index.segments.length = 0;
  t.equal(mediaPlaylist(index, true), null);
});

void t.test(
  'a new configuration is a discontinuity with its own map; another recorder tells the time again',
  async t => {
    const index = await indexOf();
    index.segments[2] = { ...index.segments[2]!, init: 2 };
    index.inits.push({ ...index.inits[0]!, init: 2, file: 'init-2.mp4' });
    index.resumptions.push({ segment: 2, entry: { type: 'resumed', at: '' } });
    t.match(
      mediaPlaylist(index, false),
      [
        '000001.m4s',
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:01.000Z',
        '#EXTINF:1.00000,',
        '000002.m4s',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-MAP:URI="init-2.mp4"',
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:02.000Z',
        '#EXTINF:1.00000,',
        '000003.m4s',
      ].join('\n'),
    );
  },
);

void t.test('a hole is the time of the last picture before it', async t => {
  const index = await indexOf();
  index.segments.splice(1, 1);
  const playlist = mediaPlaylist(index, false) ?? '';
  t.match(playlist, '#EXTINF:2.00000,\n000001.m4s');
  t.match(playlist, '#EXT-X-TARGETDURATION:2');
});
