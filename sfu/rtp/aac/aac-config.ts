import { BitReader, BitWriter } from '../bits.js';

/** AudioSpecificConfig of ER AAC-LD (ISO/IEC 14496-3 §1.6.2.1, §4.4.1), the one AAC that is short enough to talk over. */
export interface AacLdConfig {
  sampleRate: number;
  channels: 1 | 2;
  /** Samples of an access unit. */
  frameSamples: 480 | 512;
  /** §4.4.1: which tools against bit errors are used; RTP needs none. */
  resilience: number;
}

export const aacLd = 23;
/** Table 1.18 */
const sampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000,
];

/** Reads on from there, no further than the configuration goes; undefined for anything but AAC-LD. */
export function readAacConfig(bits: BitReader): AacLdConfig | undefined {
  if (bits.read(5) !== aacLd) return undefined;
  const index = bits.read(4);
  const sampleRate = index === 15 ? bits.read(24) : sampleRates[index];
  const channels = bits.read(4);
  const frameSamples = bits.read(1) ? 480 : 512;
  if (bits.read(1)) bits.read(14); // coreCoderDelay
  const resilience = bits.read(1) ? bits.read(4) >> 1 : 0;
  const protection = bits.read(2);
  if (sampleRate === undefined || (channels !== 1 && channels !== 2) || protection > 1) return undefined;
  return { sampleRate, channels, frameSamples, resilience };
}

/** fmtp's `config` of mpeg4-generic (RFC 3640 §4.1), in hexadecimal digits. */
export function parseAacConfig(hex: string): AacLdConfig | undefined {
  if (!/^([0-9a-f]{2}){2,16}$/i.test(hex)) return undefined;
  const bits = new BitReader(Buffer.from(hex, 'hex'));
  const config = readAacConfig(bits);
  // Some leave out the last bits, which are zero.
  return bits.position <= bits.bytes.length * 8 + 8 ? config : undefined;
}

export function writeAacConfig(bits: BitWriter, config: AacLdConfig): void {
  bits.write(aacLd, 5);
  const index = sampleRates.indexOf(config.sampleRate);
  bits.write(index < 0 ? 15 : index, 4);
  if (index < 0) bits.write(config.sampleRate, 24);
  bits.write(config.channels, 4);
  bits.write(config.frameSamples === 480 ? 1 : 0, 1);
  bits.write(0, 1);
  bits.write(1, 1);
  bits.write(config.resilience << 1, 4);
  bits.write(0, 2);
}

/** As decoders and `config` want it. */
export function aacConfigBytes(config: AacLdConfig): Buffer {
  const bytes = Buffer.alloc(8);
  const bits = new BitWriter(bytes);
  writeAacConfig(bits, config);
  return bytes.subarray(0, Math.ceil(bits.position / 8));
}
