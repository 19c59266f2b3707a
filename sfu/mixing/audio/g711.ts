/** G.711 (ITU-T G.711): 8-bit A-law and µ-law, by table both ways. */

const muDecoded = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
});

const aDecoded = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? mantissa : (mantissa + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
});

/** For each 16-bit sample (its upper 14 or 13 bits decide) the code whose value is nearest. */
function invert(decoded: Int16Array): Uint8Array {
  const codes = Array.from(decoded, (value, code) => ({ value, code })).sort((a, b) => a.value - b.value);
  const encoded = new Uint8Array(65536);
  let nearest = 0;
  for (let sample = -32768; sample <= 32767; sample++) {
    while (
      nearest + 1 < codes.length &&
      Math.abs(codes[nearest + 1]!.value - sample) <= Math.abs(codes[nearest]!.value - sample)
    )
      nearest++;
    encoded[sample & 0xffff] = codes[nearest]!.code;
  }
  return encoded;
}

const muEncoded = invert(muDecoded);
const aEncoded = invert(aDecoded);

export type G711Law = 'PCMU' | 'PCMA';

/** `payload` into `pcm`, sample by sample; both have the same length. */
export function decodeG711(law: G711Law, payload: Uint8Array, pcm: Int16Array): void {
  const table = law === 'PCMU' ? muDecoded : aDecoded;
  for (let i = 0; i < payload.length; i++) pcm[i] = table[payload[i]!]!;
}

export function encodeG711(law: G711Law, pcm: Int16Array, payload: Uint8Array): void {
  const table = law === 'PCMU' ? muEncoded : aEncoded;
  for (let i = 0; i < pcm.length; i++) payload[i] = table[pcm[i]! & 0xffff]!;
}

/** -62 dBov: the square of the root mean square. */
const quietPower = 26 * 26;

/** Whether it is no louder than the noise of a quiet room; every fourth sample is enough to tell. */
export function isQuietG711(law: G711Law, payload: Uint8Array): boolean {
  const table = law === 'PCMU' ? muDecoded : aDecoded;
  let power = 0;
  for (let i = 0; i < payload.length; i += 4) power += table[payload[i]!]! ** 2;
  return power * 4 <= quietPower * payload.length;
}
