import { H264Encoder } from '../../codecs/h264-encoder.js';
import { Scaler } from '../../codecs/scaler.js';
import { Surface } from '../../codecs/surface.js';
import { VideoDecoder } from '../../codecs/video-decoder.js';
import type { MediaProcessOptions } from '../media-process-options.js';

/**
 * A process of its own, for native code runs in it: measures what one 720p30 port costs on this machine (decode,
 * scale into a tile, encode with the configured preset), in CPU ms for each second, and says it to its parent.
 */
const preset = (process.argv[2] ?? 'superfast') as MediaProcessOptions['preset'];
const frameRate = 30;
const size = { width: 1280, height: 720 };
const frames = 45;
/** The first pictures fill caches and tables. */
const warmUpFrames = 15;

const source = Surface.allocate(size.width, size.height);
const tile = Surface.allocate(640, 360);
const encoder = new H264Encoder({
  ...size,
  frameRate,
  bitrate: 2_000_000,
  preset,
  profile: 'high',
  keyframeIntervalS: 0,
});
const decoder = new VideoDecoder('H264');
const scaler = new Scaler('letterbox');
let usedMs = 0;
for (let frame = 0; frame < frames; frame++) {
  paint(frame);
  const begun = process.cpuUsage();
  const encoded = encoder.encode(source, frame);
  const picture = encoded && decoder.decode(encoded.data);
  if (picture) scaler.scale(picture, tile);
  const { user, system } = process.cpuUsage(begun);
  if (frame >= warmUpFrames) usedMs += (user + system) / 1000;
}
process.send?.({ portMs: (usedMs / (frames - warmUpFrames)) * frameRate });
process.disconnect?.();

/** Soft shapes of which a part moves, as before a camera: flat pictures would cost nothing, noise too much. */
function paint(frame: number): void {
  const [luma] = source.planes;
  const [stride] = source.strides;
  for (let y = 0; y < size.height; y++) {
    const row = y * stride;
    const moves = y > size.height / 4 && y < (size.height * 3) / 4 ? frame * 3 : 0;
    for (let x = 0; x < size.width; x++) {
      const wave = Math.abs(((x + moves) & 127) - 64) + Math.abs((y & 63) - 32);
      luma[row + x] = 60 + wave + ((x * y) & 3);
    }
  }
}
