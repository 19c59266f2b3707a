import t from 'tap';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { hear, likenessDb, Speech } from '../../../testing/synthetic/speech.js';
import { createAudioDecoder } from './audio-decoder.js';

/** `new Speech(16_000)`, 400 ms of it, as libg722_1 (of FreeSWITCH, fixed point) encodes it at two bit rates. */
const encoded = {
  24_000: Buffer.from(
    'RONJAbAPjXNi0YozLwCgkt+SyZwGZExUw/PlGKFZbc5lfkzFETQii0ZStS59HUXuUMuFBYSV8XKnRP//XONEoKAnMyBO4mA8gfu3' +
      'tF2CsWuyw6H6r6GA8G4xHlpnlb+07i/Oj/4TA1FC4z9aNVacFxw8vUQzmr//ZOIshbLKA/dg6Y+vM23lw6kemteiTkkeDQxqFjyJ' +
      'VYn+LDRYO0zg+G0OdDggWblzTpZVQnCOKDGMpSkIbONJCKCKmZkJu0cr1Q+H7RgFbnY9m3KKXlgufeAvcWEGl8Twepx3VpDDV/LJ' +
      'n9Q4DhciTds0mMiClEI/bPGiBbLyAfe4x1loyMcXgxECNERGjr151v4YzwePPSlw+Ast1QEF4geh4Bmr9pvBrwTGFiizqb5wqX//' +
      'dONEC2AUEyosCCgG06H/OjGJtOwSPBX8LgGiHwNDKP4cnBSZ3g2UiK4ciFOt3RpNwxvS8tWTG+vBBhObdONJMLAPiyoMnfVixSW0' +
      'PyoRKiglG3aVF71MSgXzogwjyCowG0HiV2/1GavQ8cE/r44JM0p3YJfgOI6fdPUehsDWHKg8H1pAgyKfeo9QZwHVygz8pTg5WGoE' +
      'pRgW8mDrD1cBbPhXHltz4w0M0HhygKa213ezYCfffOooBsDWD95KaVlmp/mELjDyCgaV/A8aj1keQ232hSd5KJqIg8QG3pQ5m/iQ' +
      '5AJZIOtaZlCf////////dOoyYWAfFkReAmdCtW3+DNxR3E3ECXav5MgSJ86BuZG8AQJB5Y0hGWi9nfaPvGIvk3uPBb5t1aOmVTf/' +
      'dONEQ2AUAyOmcf3kuA+DrbXNlpmR4cuU7G1aPb/cEJW5STejpKinFGEW08llnaVITegWI4Y7FGL/////fQqIm2WUA/LxqY0ls4T/' +
      'gdlWFxBG2EvlDmxxJWO3yoiQUGDfuV3cop4g/gK5XoscXouV2JGtBf//////cs1kTEDWD9I469YA7f5WhFcUJY27LyY0LlN3F0Ge' +
      'WwBqSxGvNOyfvuAqv0UHDKjE7ZSEXVynOkbcr///asicQosoBk6cBdo1Gw/IOhznzDnRc/0GCSI501zK2xSAeXt77vxTBDIjVYlu' +
      'UIlsRJ1xAyv/////////XONZA2GUByOQJEwswjYD5R13uYr/9DI0+FwhWHVdu4t/As9tRYcdaz+jd9/gADB2Ak764k7hsECwvsEX' +
      'FPjfAkwCpmTqjOLhHvzQD/lI3N2yCM7ARqbO0ifhAE8bYEInoAg/7kKlLifsOo3TqhqUN1GZmLMmK/f/Co4wvT+D////9VVVVVVV' +
      'VVVVVVVVVVV/////////////////////////////////////////////////Co4wvT+D////9VVVVVVVVVVVVVVVVVV/////////' +
      '////////////////////////////////////////Co4wvT+D////9VVVVVVVVVVVVVVVVVV/////////////////////////////' +
      '////////////////////Co4wvT+D////9VVVVVVVVVVVVVVVVVV/////////////////////////////////////////////////',
    'base64',
  ),
  32_000: Buffer.from(
    'RONJAbAPh8k1IMxiETPB0Cfgb6L5TFR+GRnmpt7IIt/KdKakjdGiDTIofA6o6oQmUgdkRRTpUPHmlalFRlNjOIysuE5V/1yr4sLK' +
      'XC6R1T9c40SgoCcmUBW6Z6NTg1CKpLin6hTzaBu52BbzYnwsBKyg3RjZJi/p4cFIOCB4gGZuoKmdIBLASWXJlY1EtLbXffaHP3nA' +
      'FgODVQmbZmvalWTiLIWyygG2rUEuvZHD1gPKYo3jkAlMwEgPIJGHyDtNmAacOKQRmK6lywC7idZ/EZhLNglgLCSZwvqoYTD0CSFl' +
      'AYEIEaYAfAhSdSta0Gn/bONJCKCKgw4tAOs2w6tmMvxTYRxumGhi+sWFeWuFiPKO1WfYCMBy45RCQiOqd4oFBSFunYINAyWmAcqJ' +
      'PfK4S50cPXs069pRcNHCeOtWv/9s8aIFsvIB2pdawTjQnIg5vWzAhqJiAKnH9SadoMOB4/gDbB4aGHBhhUKIGlMgQm5xDOWUgNlF' +
      '1RMBuiD2tz03AL+rw7yuvtZnpPZC/////3TjRAtgFAMGnaNUJAIjUBzk+yY04nqlr3lJa7MPghRFLIJyixB8BMtvBozjInFDIaku' +
      'dVABRFBff6IqiTVsmFhp995QMWDnaIWmcah775kfdONJMLAPgwYDoxik8+gYMUuTfiFPKdFflqdUezxzAtlCN1k1Cbt4AENkH4g1' +
      'EzpoTyacxHaUBEwjbjLehu8PWh7iniH1gkLfz2cB8mJlP/909R6GwNYMGA6FaJF0yPfHbDtkzWGYBbAd94IBwhET2CmTYCQin3qI' +
      'wDhfTCxaihIAIdicNwQ8W6wbo0WVgbvLmOvA3SRAOfGGV0QL/////3zqKAbA1gwc6qMqyNBuPlkPUoI2caOaPU/zBWyh0Q8CswA6' +
      'nz5oI5oOWSGVgHaRazaulNtcESoleJoEP38p9VAUgcDK7YyhH///////////dOoyYWAfBgaE6qsNXeQh1fraTRhjDG43RN4r48xE' +
      'YBBcgwIog7Y6wEgURCIgZOEWcs9pzwDAuTQkLdBsLjgnAXLXqLoOXCZ15yqR9G1ub/9040RDYBQDtCi1j6sTZ1B/J0o0Bmfuaw+D' +
      'VYkcnR2k9T96hwE62ZUTnAroNmyX3moZfB/DJFgDdJBdNGHkNE8jUtKP/////////////////30KiJtllAOLM97A6VjmGuxxaTot' +
      'bXmiAVhbD8EIxnBGEKAYY8Gq5AwDzEYsGLsAWhVQGwo6ZC6qbbZvABwgivInuqCS1UXL////////////cs1kTEDWDvoNY0c4Apq/' +
      'MtIhvRrkovrleAuFagWsS9OdA2XBiAG8GDQ4dCE0ZjzmcBLYYyqAgBMPRFajPGIKCX4g9PNAiWZk//////////9qyJxCiygHfN9Y' +
      'tS9hTL9Qco211YggGDU/bSaRaYxmIEW1OLRoBEIMsfXiMqFNublcLji2IS5z8RsCegWd4aHVoB///////////////////1zjWQNh' +
      'lAcDZkaPiAcLhOJEj5UtS6w/2YoB0w94ZH11SgzUtixpghf5EKNixsyCxGiCnMbFp3LMyWKyVGOGknPUf8qkbUCYCvt2+szuEBH/' +
      'FPjfAkwCpNdqKyh/GI1NpLwrJ+rBDqHYbgCFagEhjGPWfkKRdqOiEKGaQMyCH/GAbvwcJ8WQnoE6gSiXGjWIZPlZyPbSeclrlUwJ' +
      'USY1ZgwKjjC9P4P/////////////////////////////////////////////////////////////////////////////////////' +
      '/////////////wqOML0/g///////////////////////////////////////////////////////////////////////////////' +
      '////////////////////Co4wvT+D////////////////////////////////////////////////////////////////////////' +
      '//////////////////////////8KjjC9P4P/////////////////////////////////////////////////////////////////' +
      '/////////////////////////////////w==',
    'base64',
  ),
};
const said = new Speech(16_000).fill(new Int16Array(6400));
const codecOf = (bitrate: number) =>
  ({ name: 'G7221', payloadType: 104, clockRate: 16_000, parameters: { bitrate: String(bitrate) } }) as const;
const loudness = (pcm: Int16Array) =>
  10 * Math.log10(pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length);

for (const [bitrate, wanted] of [
  [24_000, 10.5],
  [32_000, 12.5],
] as const) {
  void t.test(`what libg722_1 encodes at ${bitrate} bit/s is heard, as loud as it was`, async t => {
    const decoder = createAudioDecoder(codecOf(bitrate));
    const heard = hear(decoder, encoded[bitrate], bitrate / 400, 3);
    t.equal(heard.length, 6400);
    // The shift by the change of rate is no whole sample: libg722_1's own decoder would reach 2 dB more.
    const likeness = likenessDb(said.subarray(0, 5600), heard, 700);
    t.ok(likeness > wanted, `${likeness.toFixed(1)} dB`);
    const louder = loudness(heard.subarray(400, 4400)) - loudness(said.subarray(0, 4000));
    t.ok(Math.abs(louder) < 1, `${louder.toFixed(1)} dB`);
    decoder.close();
  });
}

void t.test('frames come one behind the other in a packet', async t => {
  const decoder = createAudioDecoder(codecOf(32_000));
  t.equal(decoder.decode(encoded[32_000].subarray(0, 160))?.length, 1920);
  t.equal(decoder.decode(Buffer.alloc(7 * 80)), null, '140 ms are too much');
  decoder.close();
});

void t.test('a damaged frame is told, random ones do no harm, and what follows is heard', async t => {
  const random = new SeededRandom(4);
  const bitrate = 24_000;
  const decoder = createAudioDecoder(codecOf(bitrate));
  t.equal(decoder.decode(Buffer.alloc(59)), null);
  let refused = 0;
  for (let n = 0; n < 2000; n++) {
    if (!decoder.decode(random.bytes(60))) refused++;
    decoder.decode(random.bytes(random.below(130)));
  }
  t.ok(refused > 1600, `${refused} of 2000`);
  const heard = hear(decoder, encoded[bitrate], 60, 3);
  t.ok(likenessDb(said.subarray(400, 5600), heard.subarray(400), 700) > 10);
  decoder.close();
});
