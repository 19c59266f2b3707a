import { AV_CODEC_FLAG_LOW_DELAY, AV_CODEC_FLAG_OUTPUT_CORRUPT } from 'node-av/constants';
import type { VideoCodecName } from '../rtp/session.js';
import { FrameNumbers } from './h264-frame-numbers.js';
import { openDecoder } from './native.js';
import { OwnedCodec, OwnedFrame } from './owned.js';
import { Picture } from './picture.js';

/** 4096×2304: what no endpoint exceeds; a forged header must not make the decoder allocate gigabytes. */
const maxPixels = 4096 * 2304;

/** As FFmpeg calls them. Its H.263 decoder takes all versions. */
const decoders: Record<VideoCodecName, string> = {
  H264: 'h264',
  H265: 'hevc',
  VP8: 'vp8',
  VP9: 'vp9',
  H263: 'h263',
  'H263-1998': 'h263',
  H261: 'h261',
};

/**
 * Decodes one stream, a whole access unit (H.264 and H.265: Annex B) or frame a call. Hostile bytes are counted.
 * Pictures come out in the order they arrive: senders of real-time video use no B-frames.
 */
export class VideoDecoder {
  readonly #codec: OwnedCodec;
  /** Two, since a receive that finds nothing empties its frame: one is shown, the other is tried. */
  #shown = new OwnedFrame();
  #spare = new OwnedFrame();
  #picture: Picture | undefined;
  readonly #frameNumbers: FrameNumbers | undefined;
  /** Calls whose bytes the codec refused, and decoded pictures known to be damaged. */
  errors = 0;
  pictures = 0;

  constructor(readonly codec: VideoCodecName) {
    if (codec === 'H264') this.#frameNumbers = new FrameNumbers();
    this.#codec = new OwnedCodec(
      openDecoder(
        decoders[codec],
        context => {
          context.threadCount = 1;
          // Who calls decides what is shown after a loss: a picture that refers to a lost one is given out, too.
          context.setFlags(AV_CODEC_FLAG_LOW_DELAY, AV_CODEC_FLAG_OUTPUT_CORRUPT);
        },
        { max_pixels: String(maxPixels) },
      ),
    );
  }

  /**
   * The picture that these bytes complete, or null. It is valid until the next call, `release()` or `close()`.
   * The bytes may be changed where pictures before them are missing.
   */
  decode(bytes: Buffer): Picture | null {
    this.#picture?.release();
    this.#picture = undefined;
    this.#frameNumbers?.closeGap(bytes);
    if (!this.#codec.feed(bytes)) {
      this.errors++;
      return null;
    }
    // The newest picture counts, should there be several.
    let found = false;
    while (this.#codec.receiveInto(this.#spare)) {
      [this.#shown, this.#spare] = [this.#spare, this.#shown];
      this.pictures++;
      found = true;
    }
    if (!found) return null;
    if (this.#shown.native.decodeErrorFlags !== 0) this.errors++;
    this.#picture = new Picture(this.#shown);
    return this.#picture;
  }

  close(): void {
    this.#picture?.release();
    this.#shown.close();
    this.#spare.close();
    this.#codec.close();
  }
}
