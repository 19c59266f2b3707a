import type { Surface } from '../../sfu/codecs/surface.js';

/** Twelve bits of number and four that check it, as black and white blocks from left to right. */
const numberBits = 12;
const blocks = 16;
const limit = 2 ** numberBits;
const white = 235;
const black = 16;

/** Writes a picture's number (modulo 4096) into the picture: a band across its middle, 1/8 of its height. */
export function writeStamp(surface: Surface, number: number): void {
  const code = codeOf(number % limit);
  const [luma, cb, cr] = surface.planes;
  const blockWidth = surface.width / blocks;
  for (let y = top(surface); y < top(surface) + bandHeight(surface); y++) {
    for (let block = 0; block < blocks; block++) {
      const value = (code >> (blocks - 1 - block)) & 1 ? white : black;
      luma.fill(value, y * surface.width + block * blockWidth, y * surface.width + (block + 1) * blockWidth);
    }
    const chroma = (y >> 1) * (surface.width / 2);
    cb.fill(128, chroma, chroma + surface.width / 2);
    cr.fill(128, chroma, chroma + surface.width / 2);
  }
}

/** The number in the picture; null where the blocks do not say one, as in a damaged picture. */
export function readStamp(surface: Surface): number | null {
  const y = top(surface) + bandHeight(surface) / 2;
  let code = 0;
  for (let block = 0; block < blocks; block++) {
    const x = Math.floor((surface.width / blocks) * (block + 0.5));
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -2; dx <= 2; dx++)
        sum += surface.planes[0][(Math.floor(y) + dy) * surface.width + x + dx]!;
    }
    code = (code << 1) | (sum / 15 > 126 ? 1 : 0);
  }
  const number = code >> 4;
  return codeOf(number) === code ? number : null;
}

/** How far `number` is ahead of `before`, modulo 4096. */
export function stampDelta(number: number, before: number): number {
  return ((number - before + limit * 1.5) % limit) - limit / 2;
}

function codeOf(number: number): number {
  const check = (number ^ (number >> 4) ^ (number >> 8) ^ 0x5) & 0xf;
  return (number << 4) | check;
}

const top = ({ height }: Surface) => Math.floor((height * 7) / 16 / 2) * 2;
const bandHeight = ({ height }: Surface) => Math.floor(height / 8 / 2) * 2;
