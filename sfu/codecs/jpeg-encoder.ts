import { AV_CODEC_FLAG_QSCALE, AV_PIX_FMT_YUVJ420P } from 'node-av/constants';
import { Frame, Rational } from 'node-av/lib';
import { check, openEncoder } from './native.js';
import { OwnedCodec, OwnedFrame, copyOf } from './owned.js';
import type { Surface } from './surface.js';

/** FFmpeg counts quality in this unit (FF_QP2LAMBDA). */
const lambda = 118;

/** JPEG is full range (JFIF), a surface limited range: what each value becomes. */
const fullLuma = Uint8Array.from({ length: 256 }, (_, y) => clamp(((y - 16) * 255) / 219));
const fullChroma = Uint8Array.from({ length: 256 }, (_, c) => clamp(((c - 128) * 255) / 224 + 128));

/**
 * One picture as JPEG. For stills: it opens a codec each time.
 *
 * @param quality 2 (best) … 31
 * @throws RangeError unless the surface is whole
 */
export function encodeJpeg(surface: Surface, quality = 4): Buffer {
  const { width, height } = surface;
  if (!surface.whole) throw new RangeError('a region cannot be encoded: its rows have gaps');
  // FFmpeg holds the address of these bytes: they live as long as the frame, which this function does not outlive.
  const pixels = Buffer.alloc((width * height * 3) / 2);
  let offset = 0;
  for (const [index, plane] of surface.planes.entries()) {
    const bytes = index === 0 ? width * height : (width * height) / 4;
    const range = index === 0 ? fullLuma : fullChroma;
    for (let at = 0; at < bytes; at++) pixels[offset + at] = range[plane[at]!]!;
    offset += bytes;
  }
  const frame = new OwnedFrame(
    Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUVJ420P, pts: 0n }),
  );
  const codec = new OwnedCodec(
    openEncoder('mjpeg', context => {
      context.width = width;
      context.height = height;
      context.pixelFormat = AV_PIX_FMT_YUVJ420P;
      context.timeBase = new Rational(1, 1);
      context.threadCount = 1;
      context.setFlags(AV_CODEC_FLAG_QSCALE);
      context.globalQuality = lambda * quality;
    }),
  );
  try {
    frame.native.quality = lambda * quality;
    check(codec.encode(frame), 'encoding JPEG');
    check(codec.encode(null), 'ending JPEG');
    const packet = codec.receive();
    if (!packet) throw new Error('the JPEG encoder gave no picture');
    return copyOf(packet);
  } finally {
    codec.close();
    frame.close();
    void pixels; // until here
  }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
