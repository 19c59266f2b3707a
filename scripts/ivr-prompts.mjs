// Makes the spoken prompts of server/conferences/ivr/prompts anew (µ-law, 8 kHz: what a telephone carries). They are
// checked in, so that a server needs neither program. Needs Debian's espeak-ng and ffmpeg.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const prompts = {
  number: ['请输入会议号，然后按井号键。', 'Please enter the conference number, then press hash.'],
  list: ['直接按井号键，选择正在进行的会议。', 'Press hash alone to choose a running conference.'],
  create: ['按零和井号键，创建会议。', 'Press zero and hash to create a conference.'],
  choose: ['请按数字键选择会议。', 'Press the digit of a conference.'],
  pin: ['请输入会议密码，然后按井号键。', 'Please enter the PIN, then press hash.'],
  'new-pin': [
    '请为新会议设置密码，四到十二位数字，然后按井号键。',
    'Choose a PIN of four to twelve digits, then press hash.',
  ],
  'wrong-number': ['没有这个会议号，请重新输入。', 'There is no such conference. Please try again.'],
  'wrong-pin': ['密码错误，请重新输入。', 'The PIN is wrong. Please try again.'],
  refused: ['现在无法进入会议。', 'You cannot enter the conference now.'],
  goodbye: ['再见。', 'Goodbye.'],
};

const folder = path.resolve(import.meta.dirname, '../server/conferences/ivr/prompts');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prompts-'));
for (const [name, [chinese, english]] of Object.entries(prompts)) {
  const spoken = [
    ['cmn-latn-pinyin', chinese],
    ['en-us', english],
  ].map(([voice, text]) => {
    const file = path.join(scratch, `${voice}.wav`);
    execFileSync('espeak-ng', ['-v', voice, '-s', '140', '-w', file, text]);
    return file;
  });
  const join = '[0]apad=pad_dur=0.3[a];[a][1]concat=n=2:v=0:a=1,loudnorm=I=-18:TP=-3';
  const inputs = spoken.flatMap(file => ['-i', file]);
  const format = [
    '-ar',
    '8000',
    '-ac',
    '1',
    '-c:a',
    'pcm_mulaw',
    '-bitexact',
    path.join(folder, `${name}.wav`),
  ];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, '-filter_complex', join, ...format]);
}
fs.rmSync(scratch, { recursive: true });
