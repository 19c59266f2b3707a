import t from 'tap';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { hear, likenessDb, Speech } from '../../../testing/synthetic/speech.js';
import { createAudioDecoder } from './audio-decoder.js';

/** `new Speech(8000)`, 600 ms of it, as libilbc 3.0.4 encodes it in frames of 20 and of 30 ms. */
const encoded = {
  20: Buffer.from(
    'vqAsmmhQ8DjWhol0h/EA5vA/DNM/ckmEbs1mxgkNZspWuLhy+Fa+oCzCWE1dJkD2B9iRWtvY48fP6wDD/8BMPugqNCyGWJpPMF5j' +
      'ir6gKNJcRek+Qf4e9Ikp5iWRUs+8QAOsIgC6Co2T7SFO4BMHM4vavqAo6jhHgS6R7B+oS2brKjfiKJwXD+gAMzvfMMCiqH+uSyxs' +
      'wgS+oCTqPSeXSPaHkDegPo74SlcVwzrBPPr4wC5yk3sXiJtI1tYJRL6gJQIcPwJfCPAH+J6m/HieYa0rFf/6wQA+PAPVTBlP7g5B' +
      'zgUEiqAlEfg9oElwjyB7k+0vop9N6LorFfP6wTA88DLwqIu1DbNTYGqKoCUZ8DekVLhHgD6T4j+BhNcqborBf/+wQzyhAR/1esMM' +
      'D36DwoqgJRnQNSJR4R5A/I7d8GRKbKb4rBfP6wQPOwPwjGgqh0C/Ka4ivqAk+dwvS5wh6B7R0iGjr6la821TP6wTDewPsKwqsHPg' +
      'P9EpT+y+oCTx3C/CKPIHuGkSopuRY3sF8/rBMHvD+Ck3xhGirJYKnlNTwr6gKuG4LeBpSJdI8gfdA/vSPP4KifmOVwbz+sE6tRyj' +
      'kDxhYez8vqAq4bwlAlS6R5A8gp38sIXTPSOagXz+sA978/crAH31O3MlrOq+oCTJvCUSUCXSPIHtGfvhzv30jojmsF8/rANM0A0A' +
      'Y+cJQCRlYoqgJmwmav89iRLpDtABEADgTDnoLibmKZsbDOfUxTjOb7VXVxI2zTc0AAGwAABJJJJJJMn/////zzzzzzzzzzzzzwAA' +
      'DZYsbGxsNjb/pjQAAbAkkgAAAAAASfPPPPP/////////////wAANlixsbGw2Nv+mNAABsAAAAAAAAABJ///////////////////A' +
      'AA2WLGxsbDY2/6Y0AAGwAAAAAAAAAEn//////////////////8AADZYsbGxsNjb/pjQAAbAAAAAAAAAASf//////////////////' +
      'wAANlixsbGw2Nv+mNAABsAAAAAAAAABJ///////////////////AAA2WLGxsbDY2/6Y0AAGwAAAAAAAAAEn/////////////////' +
      '/8AADZYsbGxsNjb/pjQAAbAAAAAAAAAASf//////////////////wAANlixsbGw2Nv+mNAABsAAAAAAAAABJ////////////////' +
      '///AAA2WLGxsbDY2/6Y0AAGwAAAAAAAAAEn//////////////////8AADZYsbGxsNjb/pjQAAbAAAAAAAAAASf//////////////' +
      '////wAANlixsbGw2Nv+mNAABsAAAAAAAAABJ///////////////////AAA2WLGxsbDY2/6Y0AAGwAAAAAAAAAEn/////////////' +
      '/////8AADZYsbGxsNjaqoCyaAbASOCXCPAHpyfvh8T7yzU/z8A///AM8CAAFlixsbGw2Nr6gLMG0JV04R7Q9goEa34joP8rFcM6w' +
      'THvy+yorCWBFxwkPeGsK',
    'base64',
  ),
  30: Buffer.from(
    'vqAr6gKFU6AuA+wf4KckcKBVzlw29euhQw68AAO/N8DugaUbG5VK570b7wXHYbrkAFi+oCvqAoaTEuE+AP8PekSomEp6r+b1kWP/' +
      '7xAA6wiALoKjbRvEM6gIN+KjpB9StS4CAr6gK+oCp1ITl0B7Q8gb0ByRIJTqjvhP9sVwzrBPPr4wC5yuY2ojnq5OEjjVhYak75T6' +
      'vqAr6gJoUw4CX6R5A/xPShxCO+r4pJGKIorBfP6wQA+PAP17wlQoSCLD4W43jTAzs+S+oCvqAofSD3CI/AfxPQJMGQh42v25Wi8V' +
      'D+rBAPyhD+xo0m5KGgo/xd09MFBUxjfNcoqgKKoCaE4OIhl0jyB+R3yBAGeq8JR8hemKJwbz+sEDzsD0S0YKrsqhmOjkSHz8te1s' +
      'iqAoqgInjgtLrlDkD0jpPnwoWNqivrFjyZtbz+sEz3sC6CYROvNYK6uxz2pKTafPjPy+oCvqAphOC8FhQJdI8gfmeCno2h/88/zv' +
      '3kzojisF8/rAAgS6IG+GRkbWcZyIqzG1ar6gK+oCdo4KkYaRLpHsD9QQ6derPPtqxvgpJ+Y5mBsP5wAdolYS9rjLXt7cXGZQvdYE' +
      'vqAoqgJUT6EsyRLhHlD5k5n5whOvAy7sKiPm+ZhbzOsEfDEFhYzqVHmFdXxXPCJv35DzQi/6YyAAbFVVVVVVVVVE2bNjEMzMzMzM' +
      'zMzMzMzMzMzMwAADZYsNjYbGw2NhY2HYdv+mP/pjIABsAAAAAAAAAATZs2MQ///////////////////wAANliw2NhsbDY2FjYdh2' +
      '/6Y/+mMgAGwAAAAAAAAABNmzYxD///////////////////AAA2WLDY2GxsNjYWNh2Hb/pj/6YyAAbAAAAAAAAAAE2bNjEP//////' +
      '////////////8AADZYsNjYbGw2NhY2HYdv+mP/pjIABsAAAAAAAAAATZs2MQ///////////////////wAANliw2NhsbDY2FjYdh2' +
      '/6Y/+mMgAGwAAAAAAAAABNmzYxD///////////////////AAA2WLDY2GxsNjYWNh2Hb/pj/6YyAAbAAAAAAAAAAE2bNjEP//////' +
      '////////////8AADZYsNjYbGw2NhY2HYdv+mP/pjIABsAAAAAAAAAATZs2MQ///////////////////wAANliw2NhsbDY2FjYdh2' +
      '/6Y/+mMgAGwAAAAAAAAABNmzYxD///////////////////AAA2WLDY2GxsNjYWNh2Ha+oCvqAqYPCl28I9ofwUigEOhHlZvUMQ/i' +
      'sVwzrBAe/L4Khuq0MWnoCA1xD/DAsrw2Cg==',
    'base64',
  ),
};
const frameBytes = { 20: 38, 30: 50 };

const codecOf = (parameters: Record<string, string>) =>
  ({ name: 'iLBC', payloadType: 97, clockRate: 8000, parameters }) as const;

const said = new Speech(8000).fill(new Int16Array(4800));
const loudest = (pcm: Int16Array) => pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

for (const mode of [20, 30] as const) {
  void t.test(`what libilbc encodes in frames of ${mode} ms is heard, from its first frame on`, async t => {
    const decoder = createAudioDecoder(codecOf({ mode: String(mode) }));
    const heard = hear(decoder, encoded[mode], frameBytes[mode], 6);
    t.equal(heard.length, 4800);
    const likeness = likenessDb(said.subarray(0, 4200), heard, 400);
    t.ok(likeness > 7, `${likeness.toFixed(1)} dB`);
    // A decoder that begins with nothing before it cracks at full scale.
    t.ok(loudest(heard) < 1.5 * loudest(said), `${loudest(heard)}, not ${loudest(said)}`);
    decoder.close();
  });
}

void t.test('frames come one behind the other in a packet; no mode is one of 30 ms', async t => {
  const decoder = createAudioDecoder(codecOf({}));
  t.equal(decoder.samplesOf(encoded[30].subarray(0, 100)), 2880);
  t.equal(decoder.decode(encoded[30].subarray(0, 100))!.length, 2880);
  decoder.close();
});

void t.test('a lost packet is filled with the voice that was, which fades out', async t => {
  const decoder = createAudioDecoder(codecOf({ mode: '20' }));
  for (let at = 0; at < 10 * 38; at += 38) decoder.decode(encoded[20].subarray(at, at + 38));
  const power = (pcm: Int16Array) => pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length;
  t.ok(power(decoder.conceal(960)) > 150 ** 2 / 4);
  for (let n = 0; n < 3; n++) decoder.conceal(960);
  t.equal(power(decoder.conceal(960)), 0);
  decoder.close();
});

void t.test('what is no iLBC is refused, and what follows is heard', async t => {
  const random = new SeededRandom(4);
  const decoder = createAudioDecoder(codecOf({ mode: '20' }));
  t.equal(decoder.decode(Buffer.alloc(0)), null);
  t.equal(decoder.decode(Buffer.alloc(37)), null);
  t.equal(decoder.decode(Buffer.alloc(7 * 38)), null, '140 ms are too much');
  for (let n = 0; n < 2000; n++) decoder.decode(random.bytes(random.below(130)));
  t.equal(decoder.decode(encoded[20].subarray(0, 38))?.length, 960);
  decoder.close();
});
