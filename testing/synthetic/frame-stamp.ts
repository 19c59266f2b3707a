import type { Surface } from '../../sfu/codecs/surface.js';

/** Twelve bits of number and four that check it, as black and white blocks from left to right. */
const numberBits = 12;
const blocks = 16;
const limit = 2 ** numberBits;
const white = 235;
const black = 16;

/** A part of the picture over its whole width: rows. */
interface Band {
  top: number;
  height: number;
}

/** Writes a picture's number (modulo 4096) into the picture: a band across its middle, 1/8 of its height. */
export function writeStamp(surface: Surface, number: number, band = middle(surface)): void {
  const code = codeOf(number % limit);
  const [luma, cb, cr] = surface.planes;
  const blockWidth = surface.width / blocks;
  for (let y = band.top; y < band.top + band.height; y++) {
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
  return readBand(surface.planes[0], surface.width, middle(surface));
}

/** Fills the picture with its number, eight times one above the other: damage anywhere is seen. */
export function writeStamps(surface: Surface, number: number): void {
  for (const band of bandsOf(surface.height)) writeStamp(surface, number, band);
}

/** The eight numbers of a picture that `writeStamps` filled, from top to bottom. */
export function readStamps(luma: Uint8Array, width: number, height: number): (number | null)[] {
  return bandsOf(height).map(band => readBand(luma, width, band));
}

/** The eight numbers by the brightness of 16 × 8 places, row by row. */
export function readStampCells(cells: readonly number[]): (number | null)[] {
  return Array.from({ length: 8 }, (_, band) =>
    numberOf(
      cells
        .slice(band * blocks, (band + 1) * blocks)
        .reduce((code, value) => (code << 1) | (value > 126 ? 1 : 0), 0),
    ),
  );
}

function readBand(luma: Uint8Array, width: number, band: Band): number | null {
  const y = band.top + band.height / 2;
  let code = 0;
  for (let block = 0; block < blocks; block++) {
    const x = Math.floor((width / blocks) * (block + 0.5));
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -2; dx <= 2; dx++) sum += luma[(Math.floor(y) + dy) * width + x + dx]!;
    }
    code = (code << 1) | (sum / 15 > 126 ? 1 : 0);
  }
  return numberOf(code);
}

function numberOf(code: number): number | null {
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

function middle({ height }: Surface): Band {
  return { top: Math.floor((height * 7) / 16 / 2) * 2, height: Math.floor(height / 8 / 2) * 2 };
}

function bandsOf(height: number): Band[] {
  const each = Math.floor(height / 8 / 2) * 2;
  return Array.from({ length: 8 }, (_, n) => ({ top: n * each, height: each }));
}
