import t from 'tap';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { likenessDb, Speech } from '../../../testing/synthetic/speech.js';
import { createAudioDecoder } from './audio-decoder.js';

/** `new Speech(8000)`, 75 frames of 10 ms, as libbcg729 1.1.1 (Annex A, no Annex B) encodes it. */
const encoded = Buffer.from(
  '0aBAoAD6yMt+UFG6Q3dlJbpQONZYuF9KGuDu2eoReBhdZEz71CAFA1E63q+wwisT8pFwDp06SC70d6GRUapcQy/ZcAACx1jY' +
    'XSqWIm6t9sdROtwUwutOQJ+LeLhcVxQIK/HpUVGiWsRJXjTY2RtRgFrUL04wGl6acDpaCJpw9PLjwVE62h+ww/EagV9RoFlJ' +
    'C090nS1xeB6ZWYZZcQIPx3i8GKCDCnSW9vFRIti/rglw8ifSUbhYoEK57kaiS3i4WLP3vu7M3BtRIlfgAUlxbkt3eLhX7SZY' +
    '7tt+SlGgVy3P+/ECyEpRolcnW+pxZ3ufeDhXM+4O7h3Dn1GaVkIgKxQTLRtY2FZRKXvxkXcfUbLWW7YrcQAC33i8FkRCQ04g' +
    'lp5RkEfIStrFk+TWYLBBXFyKwgAH1vhrQKAA+sIAB9b4E8CgAPrCAAfWeK7AoAD6wgAH1nhWgKAA+sIAB9Z4W0CgAPrCAAfW' +
    'eCaAoAD6wgAH1njLQKAA+sIAB9Z4doCgAPrCAAfWeBNAoAD6wgAH1ng+gKAA+sIAB9Z4U0CgAPrCAAfWeK6AoAD6wgAH1ngT' +
    'QKAA+sIAB9Z4VoCgAPrCAAfWeDtAoAD6wgAH1nj+gKAA+sIAB9Z4K0CgAPrCAAfWeBaAoAD6wgAH1nj7QKAA+sIAB9Z4JoCg' +
    'APrCAAfWePtAoAD6wgAH1ngugKAA+sIAB9Z4E0CgAPrCAAfWeP6AoAD6wgAH1ngjQKAA+sIAB9Z4/oCgAPrCAAfW0aBAoAD6' +
    'wp31fFGiVlnykDFyCpEwsFZSGkIxNK3BeLBXOWQiMaZZEVGqV+yNog4wUcNRoFcs0qjxvbLHeDhX/7He8ggPkVGi1+ZSGXGU' +
    'onF4vBf7rtgx7/8bUSJX4wladDpjQVGgWL0mzvH9Pnd4OFihwO70FIrLUaLZUKqJccz9EXi8GkDZ/g4Ak3FRAFoLa8lxzft3' +
    'eL6aANmz9FSO8Xi4WtXmCPH//vdRolrMiWPxOWB3',
  'base64',
);

const codec = { name: 'G729', payloadType: 18, clockRate: 8000, parameters: {} } as const;

void t.test('what libbcg729 encodes is heard', async t => {
  const decoder = createAudioDecoder(codec);
  const said = new Speech(8000).fill(new Int16Array(6000));
  const heard: number[] = [];
  for (let at = 0; at + 20 <= encoded.length; at += 20) {
    const pcm = decoder.decode(encoded.subarray(at, at + 20))!;
    t.equal(pcm.length, 960);
    for (let i = 0; i < pcm.length; i += 6) heard.push(pcm[i]!);
  }
  const likeness = likenessDb(said.subarray(800, 5200), Int16Array.from(heard.slice(800)), 400);
  // A codec that models the voice and not the wave: 7 dB is what its own decoder reaches.
  t.ok(likeness > 5, `${likeness.toFixed(1)} dB`);
  decoder.close();
});

void t.test('what is no G.729 is refused, and what follows is heard', async t => {
  const random = new SeededRandom(4);
  const decoder = createAudioDecoder(codec);
  t.equal(decoder.decode(Buffer.alloc(2)), null);
  t.equal(decoder.decode(Buffer.alloc(500)), null);
  for (let n = 0; n < 2000; n++) decoder.decode(random.bytes(random.below(130)));
  t.equal(
    decoder.decode(encoded.subarray(0, 22))?.length,
    960,
    'two frames, and silence of Annex B passed over',
  );
  decoder.close();
});
