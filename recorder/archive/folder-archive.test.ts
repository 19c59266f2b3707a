import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { FolderArchive } from './folder-archive.js';

void t.test('objects of recordings, and nothing else', async t => {
  const directory = t.testdir({
    'r-1': { '000001.m4s': 'segment', 'journal-000000': '', '.uploaded': '', '000002.m4s.tmp': '' },
    '.deleted-x': { '000001.m4s': '' },
    'no recording!': {},
    file: '',
    source: 'copied',
  });
  const archive = new FolderArchive(directory);
  t.same(await archive.recordings(), ['r-1']);
  t.same(await archive.objects('r-1'), new Map([['000001.m4s', 7]]));
  t.same(await archive.objects('none'), new Map());
  t.equal(await text(await archive.read('r-1', '000001.m4s', { start: 1, end: 3 })), 'egm');
  t.equal(await archive.stat('r-1', '000009.m4s'), null);
  await t.rejects(archive.read('r-1', '000009.m4s'), { code: 'ENOENT' });
  const before = await archive.stat('r-1', '000001.m4s');
  await archive.put('r-1', '000001.m4s', path.join(directory, 'source'));
  t.not((await archive.stat('r-1', '000001.m4s'))?.version, before?.version);
  t.equal(await text(await archive.read('r-1', '000001.m4s')), 'copied');
  await archive.delete('r-1');
  t.same(await archive.recordings(), []);
  await archive.delete('r-1');
  t.same(fs.readdirSync(directory).sort(), ['.deleted-x', 'file', 'no recording!', 'source']);
});

void t.test('ids and names that would lead elsewhere are refused', async t => {
  const archive = new FolderArchive(t.testdir());
  for (const id of ['..', '.', 'a/b', '', 'a\0b', 'x'.repeat(65)])
    await t.rejects(archive.read(id, 'poster.jpg'), id);
  for (const name of ['../x.mp4', 'x', '.uploaded', 'a/b.mp4'])
    await t.rejects(archive.read('r', name), name);
});
