import { existsSync } from 'node:fs';
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING } from 'node-av/constants';
import { Filter, FilterGraph, type FilterContext } from 'node-av/lib';
import { check } from './native.js';
import { OwnedFrame } from './owned.js';

/** White text as coverage: 0 nothing … 255 full, one byte a pixel, rows without gaps. */
export interface TextBitmap {
  width: number;
  height: number;
  coverage: Uint8Array;
}

/** Fonts that cover Chinese first; then any that has Latin letters. */
const knownFonts = [
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf',
  '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf',
  '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
];

const maxCharacters = 80;
/** Pixels at the right end over which text that is too long fades out. */
const fadePixels = 24;
const lineHeight = 1.5;
/** Room at both ends for glyphs that reach beyond their advance. */
const overhang = 8;

/**
 * Draws names and short texts. It takes some 20 ms each, so keep what it gives. Without a font, or where drawing
 * fails, there is no bitmap and nothing else happens.
 */
export class TextRenderer {
  readonly font: string | undefined;

  /** @param font a file; null: the first that is found of those known to cover Chinese */
  constructor(font: string | null = null) {
    this.font = [font, ...knownFonts].find(file => file !== null && existsSync(file)) ?? undefined;
  }

  /** One line of `size` pixels (its height is a half more), at most `maxWidth` wide. Null: there is no text to be seen. */
  render(text: string, size: number, maxWidth: number): TextBitmap | null {
    // Control characters would break the line; half of a surrogate pair is no character.
    const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
    const characters = [...line].slice(0, maxCharacters).join('');
    if (!this.font || characters === '' || maxWidth < fadePixels) return null;
    try {
      return draw(characters, this.font, size, maxWidth);
    } catch {
      return null;
    }
  }
}

function draw(text: string, font: string, size: number, maxWidth: number): TextBitmap | null {
  const height = Math.ceil((size * lineHeight) / 2) * 2;
  const width = Math.ceil(maxWidth / 2) * 2 + 2 * overhang;
  const graph = new FilterGraph();
  const frame = new OwnedFrame();
  try {
    graph.alloc();
    const filters = [
      add(graph, 'color', { color: 'black', size: `${width}x${height}`, rate: '1' }),
      add(graph, 'format', { pix_fmts: 'gray' }),
      // Options are set one by one, not parsed out of a string: a name may contain anything.
      add(graph, 'drawtext', {
        fontfile: font,
        text,
        expansion: 'none',
        fontsize: String(size),
        fontcolor: 'white',
        x: String(overhang),
        y: '(h-lh)/2',
        y_align: 'font',
      }),
      add(graph, 'buffersink', {}),
    ];
    filters.slice(1).forEach((filter, n) => check(filters[n]!.link(0, filter, 0), 'linking filters'));
    check(graph.configSync(), 'configuring filters');
    check(filters.at(-1)!.buffersinkGetFrameSync(frame.native), 'drawing text');
    const { native } = frame;
    const plane = native.data?.[0];
    const stride = native.linesize[0] ?? 0;
    if (!plane || native.width !== width || native.height !== height || stride < width) return null;
    return trim(plane, stride, width, height, maxWidth);
  } finally {
    frame.close();
    graph.free();
  }
}

function add(graph: FilterGraph, name: string, options: Record<string, string>): FilterContext {
  const filter = Filter.getByName(name);
  const context = filter && graph.allocFilter(filter, name);
  if (!context) throw new Error(`this FFmpeg has no filter ${name}`);
  for (const [option, value] of Object.entries(options)) {
    check(context.setOption(option, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `${name} ${option}`);
  }
  check(context.initStr(null), name);
  return context;
}

/** Cuts off the empty columns at both ends; text wider than `maxWidth` fades out. */
function trim(
  plane: Buffer,
  stride: number,
  width: number,
  height: number,
  maxWidth: number,
): TextBitmap | null {
  let first = width;
  let last = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (plane[y * stride + x]! <= 16) continue;
      if (x < first) first = x;
      if (x > last) last = x;
    }
  }
  if (last < 0) return null;
  const trimmed = Math.min(last - first + 1, maxWidth);
  const fades = last - first + 1 > maxWidth || last === width - 1;
  const coverage = new Uint8Array(trimmed * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < trimmed; x++) {
      const value = plane[y * stride + first + x]!;
      const rest = trimmed - x;
      coverage[y * trimmed + x] = fades && rest < fadePixels ? (value * rest) / fadePixels : value;
    }
  }
  return { width: trimmed, height, coverage };
}
