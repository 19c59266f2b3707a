import { AV_NOPTS_VALUE, AV_PIX_FMT_YUV420P } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { OwnedFrame } from './owned.js';
import type { Surface } from './surface.js';

/**
 * A frame whose pixels are the surface's memory, not a copy. FFmpeg holds an address only: this object holds
 * the surface, and with it the memory, as long as the frame lives.
 */
export class PinnedFrame extends OwnedFrame {
  readonly surface: Surface;

  constructor(surface: Surface) {
    const { width, height } = surface;
    const bytes = (width * height * 3) / 2;
    const first = surface.planes[0];
    const buffer = Buffer.from(surface.memory, first.byteOffset, bytes);
    super(Frame.fromVideoBuffer(buffer, { width, height, format: AV_PIX_FMT_YUV420P, pts: AV_NOPTS_VALUE }));
    this.surface = surface;
  }
}
