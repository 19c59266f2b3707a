/** How loud a packet is, as far as it can be told without decoding it. */

/**
 * Opus with a SILK part (RFC 6716 §4.2.3): each of its frames begins with a bit that says "voice", with which the
 * range coder's first byte begins. Packets of CELT alone don't tell: taken for loud.
 */
export function isQuietOpus(payload: Buffer): boolean {
  // DTX: a frame without content.
  if (payload.length <= 2) return payload.length > 0;
  const toc = payload[0]!;
  const config = toc >> 3;
  const severalFrames = (toc & 3) !== 0;
  if (config >= 16 || severalFrames) return false;
  const frames = config >= 12 ? 1 : [1, 1, 2, 3][config & 3]!;
  const voice = payload[1]! >> (8 - frames);
  if ((toc & 4) === 0) return voice === 0;
  // Stereo: the middle's bits, one for redundancy, then the side's.
  const side = (payload[1]! >> (7 - 2 * frames)) & ((1 << frames) - 1);
  return voice === 0 && (frames > 2 || side === 0);
}

/** Whether a SILK packet of one frame carries the one before it as well (RFC 6716 §4.2.4, LBRR): a bit behind the voice bit. */
export function carriesLostOpus(payload: Buffer): boolean {
  if (payload.length < 3) return false;
  const config = payload[0]! >> 3;
  const oneFrame = (payload[0]! & 3) === 0 && (config >= 12 ? config < 16 : (config & 3) < 2);
  if (!oneFrame) return false;
  const stereo = (payload[0]! & 4) !== 0;
  return (payload[1]! & (stereo ? 0x50 : 0x40)) !== 0;
}

/** Of the packet's sound in ms (RFC 6716 §3.1); 0: no packet. */
export function opusDurationMs(payload: Buffer): number {
  if (payload.length === 0) return 0;
  const toc = payload[0]!;
  const config = toc >> 3;
  const frameMs =
    config < 12
      ? [10, 20, 40, 60][config & 3]!
      : config < 16
        ? [10, 20][config & 1]!
        : 2.5 * (1 << (config & 3));
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : payload.length > 1 ? payload[1]! & 63 : 0;
  return frames * frameMs <= 120 ? frames * frameMs : 0;
}

/**
 * ITU-T G.722 §3.5: how the logarithms of the two sub-bands' scale factors, which follow how loud they are, move
 * with each code word: by its magnitude.
 */
const lowerSteps = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
const higherSteps = [798, -214, 798, -214];
const mostLower = 18_432;
const mostHigher = 22_528;
/** Noise of -63 dBov, as measured, in each sub-band. */
const quietLower = 4500;
const quietHigher = 8800;

/** The scale factors of a G.722 stream; give it every packet. */
export class G722Loudness {
  #lower = 0;
  #higher = 0;

  isQuiet(payload: Buffer): boolean {
    let lower = this.#lower;
    let higher = this.#higher;
    let quiet = true;
    for (let i = 0; i < payload.length; i++) {
      const code = payload[i]!;
      lower = ((lower * 127) >> 7) + lowerSteps[(code >> 2) & 15]!;
      lower = lower < 0 ? 0 : lower > mostLower ? mostLower : lower;
      higher = ((higher * 127) >> 7) + higherSteps[code >> 6]!;
      higher = higher < 0 ? 0 : higher > mostHigher ? mostHigher : higher;
      if (lower > quietLower || higher > quietHigher) quiet = false;
    }
    this.#lower = lower;
    this.#higher = higher;
    return quiet;
  }
}
