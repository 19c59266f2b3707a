import type { RtpCodec } from '../session.js';
import { parseAacConfig, type AacLdConfig } from './aac-config.js';
import { parseLatmConfig } from './latm.js';

const mixerRate = 48_000;

/** What our encoder does where the peer leaves it open: two units make 20 ms. */
export const usualAac: AacLdConfig = { sampleRate: mixerRate, channels: 1, frameSamples: 480, resilience: 0 };

/** Rates that whole factors lead to from the mixer's. */
export function isUsableAac({ sampleRate }: AacLdConfig): boolean {
  return sampleRate >= 16_000 && mixerRate % sampleRate === 0;
}

/** What the peer said in its fmtp; undefined: it is in-band, or nothing that we understand. */
export function agreedAac({
  name,
  parameters,
}: Pick<RtpCodec, 'name' | 'parameters'>): AacLdConfig | undefined {
  const hex = parameters['config'] ?? '';
  return name === 'MP4A-LATM' ? parseLatmConfig(hex)?.aac : parseAacConfig(hex);
}

/** RFC 3640 §3.3.6 (mode AAC-hbr) with AAC-LD. */
export function isAacHbr(parameters: Record<string, string>): boolean {
  const config = agreedAac({ name: 'mpeg4-generic', parameters });
  const { mode, sizelength, indexlength, indexdeltalength } = parameters;
  const sizes = sizelength === '13' && indexlength === '3' && indexdeltalength === '3';
  return mode?.toLowerCase() === 'aac-hbr' && sizes && config !== undefined && isUsableAac(config);
}

/** RFC 6416 §7.1 with AAC-LD: by its `config`, or by its `object` where that comes in-band. */
export function isLatmLd(parameters: Record<string, string>): boolean {
  if (parameters['config'] === undefined)
    return parameters['cpresent'] !== '0' && parameters['object'] === '23';
  const config = parseLatmConfig(parameters['config']);
  return config !== undefined && isUsableAac(config.aac) && config.units === 1;
}
