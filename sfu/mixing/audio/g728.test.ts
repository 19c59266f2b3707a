import t from 'tap';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { hear, likenessDb, Speech } from '../../../testing/synthetic/speech.js';
import { createAudioDecoder } from './audio-decoder.js';

/** `new Speech(8000)`, 600 ms of it, as the ITU-T G.191 software tools (floating point G.728) encode it. */
const encoded = Buffer.from(
  'wDAMAhjAIYzSGM8gCHMACeOX0rAAQEgBxIcnhhKwO6GPOgyBLxVTlP4kB1FVO7PFEpTzIc0zlEMnCBcACecc4njQPckDNP8niRIM' +
    'CfeIExCANUZytOEhAlBnVzhYcwWGBMkEBGAgmBLXRBldAdRnJ84TmPMhymFLgHAMEVjSZAgSANkAa14c5UEIoxCxKU8GAZERRS7Q' +
    'xDlaUdSEcA4zPOBCdEKQUTPMQqyTMA71FLXRDPcECClIwUTONE7jq60ZWXIpgwBLYBTBI8GfRGEzDnMErThIFwUBJ30ThcE7yRLc' +
    '5SXOciS1+EX1nIYZDGNcZisI86vUGUzBMNE1ztJoijgDuVzEf8xwNJY/RjM0gVS/9wBlJciibPYwTLBnhh5KQwRfcU0TuJkVST1c' +
    'DiAKUgHkFEgDAZ3/zhYQrzMIwYzHIYADK88/TRNgtxUNYwTsJ30ThcwjjMNUzzMJdwAJ441ylMcjSKMYdXHCHVxxf8RBXI4vzLL4' +
    'Gb/KkljAEolxlIcwGMAftCGHUv2AIcsDNYECehMAJCwIEmykJ0wDV+UcWgMwhxVHUdSscrhhRGUxCXK4zTBdA1eoPUgClJg1CKP0' +
    'pDK88cSLNYvTkKQnTgODRTzP8gD4NApSdIsyrlFEwSOLcdDMBkvwJo5wDlMexieMAwmnAmoWGMQkCBI8BGfPAB+gMARSXPYwCLOS' +
    'naGFQhgAZEgSHKY8i11QZT+HQgTSCVgXAMr1xxMxxCPNAqCRMAuP/NcYTzOEgAlIcnCBJc7ykIcwSBMEhjAIAhzBMEgTBMAhiAMA' +
    'wSHIYzDAMEhyGMwwDBIchjMIYgDAMEwTBIYzDAMEhyGMEwTBMEwSGIYwDAIcwTBIYwDAIcwTAMEzTAMAhzNMAwCHMExCGMwwDBIc' +
    'wDBMEwTBMEwTBIcgDBMAhzFMQxTAMEhzBMAwTAMUwDBMEpTBMQwDAMAxTBMAwDBIcwCGMExDBIYxDBIYxDBMAwTAMEzDNMEzSGMA' +
    'wDAMAwCHIcwDAMAhiGMEgTAMExCHMUwDBMQwClMEwCkMExDAMEwDFMAwTEMExDBMEwTBMEwTBMEwTAMAwTBMEwDAIYwDBMQxTBMQ' +
    'xSHIcxTAIcxTBMQxDAMUhzBIEwTAIchiHIYhzMIYwTAMEwTNMEwTBMEwTAMAwDFMEwSHMAhiGMQhyGMQpSkMExDFMQxTAMUxCkMA' +
    'xSHMAgDAIAwSBMAxDBM0wCAIYwCHMAwDBMAhzFMAwTAIYwTEIYwTEMAwDAMAwTBMEwDAMAwSGMQwDFMAxSkMUxDFMEhjAMEhiGMU' +
    'wSGMEwSHMEwDAMAwDBMEwTAMAwTBMAwTBMAxTAMUwDFMAxSkIYhzFIcwSGMQwTAMAwTBMAwCGMEhzFMEhjBMEhjBIYwDFMAxTBME' +
    'hyHMAwCGMEwDFMQwDBMAwTAMEzTAMAwCHMUwDAIcxSGMQxTFMQwSGMAhzMMAwDBMwwTBIcwDFMAwTAMEhiGIYhiGIYwSGIYhiHIc' +
    'hiGMEhzAIYwDBMQxTEIAwTAIchid8w4bOJgrzPJQmyAOr4SaYszjVIsdRWFQIfVUY1y3KEyS0MAUwJ5xgTHMAzwDYE4CHRv3jNK0',
  'base64',
);

const codec = { name: 'G728', payloadType: 15, clockRate: 8000, parameters: {} } as const;

void t.test('what the G.728 of the ITU-T encodes is heard', async t => {
  const decoder = createAudioDecoder(codec);
  const said = new Speech(8000).fill(new Int16Array(4800));
  const heard = hear(decoder, encoded, 40, 6);
  t.equal(heard.length, 4800);
  const likeness = likenessDb(said.subarray(0, 4200), heard, 400);
  t.ok(likeness > 9, `${likeness.toFixed(1)} dB`);
  decoder.close();
});

void t.test('a packet may be of any number of groups of four code words, up to 120 ms', async t => {
  const decoder = createAudioDecoder(codec);
  for (const groups of [1, 4, 12, 48]) {
    t.equal(decoder.decode(encoded.subarray(0, groups * 5))?.length, groups * 120);
  }
  t.equal(decoder.decode(encoded.subarray(0, 49 * 5)), null);
  decoder.close();
});

void t.test('what is no G.728 is refused, and what follows is heard', async t => {
  const random = new SeededRandom(4);
  const decoder = createAudioDecoder(codec);
  t.equal(decoder.decode(Buffer.alloc(0)), null);
  t.equal(decoder.decode(Buffer.alloc(4)), null);
  for (let n = 0; n < 500; n++) decoder.decode(random.bytes(random.below(130)));
  // Each code word changes what the next ones mean: it is itself again after half a second.
  hear(decoder, encoded, 40, 6);
  const heard = hear(decoder, encoded, 40, 6);
  const said = new Speech(8000).fill(new Int16Array(4800));
  t.ok(likenessDb(said.subarray(800, 4200), heard.subarray(800), 400) > 7);
  decoder.close();
});
