import type { DecoderLimits } from './h264.js';
import type { NegotiatedEncoder } from './types.js';

/** max-fs and max-fr of RFC 7741 §6.1 and RFC 9628 §6.1; a peer that says neither takes 720p30 for sure. */
export function vpxLimits(parameters: Record<string, string>): DecoderLimits {
  const number = (name: string, otherwise: number): number => {
    const value = Number(parameters[name]);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  const maxFs = number('max-fs', 3600);
  return { maxFs, maxMbps: maxFs * number('max-fr', 30), maxBitrate: Infinity };
}

/** The largest first, with the parameter that allows it and the bit rate (bit/s) below which smaller looks better. */
const sizes = [
  { parameter: 'cif4', width: 704, height: 576, worthFrom: 400_000 },
  { parameter: 'cif', width: 352, height: 288, worthFrom: 90_000 },
  { parameter: 'qcif', width: 176, height: 144, worthFrom: 0 },
];

/**
 * A size of H.261 or H.263 and its rate: `CIF=2` means a picture each second interval of 29.97 Hz (RFC 4587 §6.1.1,
 * RFC 4629 §8.1.1). Who says nothing takes CIF: so does every room that was ever sold.
 */
export function chooseFixedSize(
  codec: 'H261' | 'H263' | 'H263-1998',
  parameters: Record<string, string>,
  ours: { frameRate: number; bitrate: number },
): Pick<NegotiatedEncoder, 'width' | 'height' | 'frameRate' | 'bitrate'> {
  const said = sizes.filter(({ parameter }) => intervalOf(parameters[parameter]) > 0);
  const allowed = (said.length > 0 ? said : sizes.slice(1)).filter(
    ({ parameter }) => codec !== 'H261' || parameter !== 'cif4',
  );
  const chosen =
    allowed.find(({ worthFrom }) => ours.bitrate >= worthFrom) ?? allowed.at(-1) ?? sizes.at(-1)!;
  const interval = intervalOf(parameters[chosen.parameter]) || 1;
  return {
    width: chosen.width,
    height: chosen.height,
    frameRate: Math.max(1, Math.min(Math.floor(30 / interval), ours.frameRate)),
    // Beyond this they only grow, whatever the peer allows.
    bitrate: Math.min(ours.bitrate, 2_000_000),
  };
}

/** 1 to 32; 0: none. */
function intervalOf(value: string | undefined): number {
  const interval = Number(value);
  return Number.isInteger(interval) && interval >= 1 && interval <= 32 ? interval : 0;
}
