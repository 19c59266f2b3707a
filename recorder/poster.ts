import { encodeJpeg } from '../sfu/codecs/jpeg-encoder.js';
import { Scaler } from '../sfu/codecs/scaler.js';
import { Surface } from '../sfu/codecs/surface.js';
import { VideoDecoder } from '../sfu/codecs/video-decoder.js';
import { startCode } from '../sfu/rtp/h264-nal.js';
import type { VideoConfig } from './mux/track-config.js';

const width = 640;
const height = 360;
/** Luma of a picture that shows something differs by more than this. */
const visibleContrast = 24;

/**
 * The picture for the list, out of one keyframe. Takes some tens of ms of a core.
 *
 * @param insist also of a picture that shows nothing
 * @returns null when the keyframe cannot be decoded, or shows nothing
 */
export function makePoster(config: VideoConfig, keyframe: Buffer, insist: boolean): Buffer | null {
  const decoder = new VideoDecoder('H264');
  const scaler = new Scaler('letterbox');
  try {
    const picture = decoder.decode(toAnnexB(config, keyframe));
    if (!picture) return null;
    const surface = Surface.allocate(width, height);
    surface.fill(16, 128, 128);
    if (!scaler.scale(picture, surface)) return null;
    return insist || contrast(surface) > visibleContrast ? encodeJpeg(surface) : null;
  } finally {
    scaler.close();
    decoder.close();
  }
}

/** The sample with its parameter sets before it, as decoders of streams want it. */
export function toAnnexB(config: VideoConfig, sample: Buffer): Buffer {
  const { avcC } = config;
  const spsBytes = avcC.readUInt16BE(6);
  const ppsBytes = avcC.readUInt16BE(9 + spsBytes);
  const sets = [avcC.subarray(8, 8 + spsBytes), avcC.subarray(11 + spsBytes, 11 + spsBytes + ppsBytes)];
  const parts: Uint8Array[] = sets.flatMap(set => [startCode, set]);
  for (let at = 0; at + 4 <= sample.length;) {
    const end = at + 4 + sample.readUInt32BE(at);
    parts.push(startCode, sample.subarray(at + 4, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** Between the darkest and the brightest of some thousand points. */
function contrast(surface: Surface): number {
  const [luma] = surface.planes;
  let darkest = 255;
  let brightest = 0;
  for (let at = 0; at < width * height; at += 61) {
    darkest = Math.min(darkest, luma[at]!);
    brightest = Math.max(brightest, luma[at]!);
  }
  return brightest - darkest;
}
