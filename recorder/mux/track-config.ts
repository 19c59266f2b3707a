import { parseSps } from '../../sfu/rtp/h264-sps.js';
import { box, fullBox, u16, u32, u8, zeros } from './box.js';

/** What a decoder is told before the first picture. */
export interface VideoConfig {
  width: number;
  height: number;
  /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1). */
  avcC: Buffer;
  /** RFC 6381: `avc1.640028`. */
  codec: string;
}

/** AAC-LC, 48 kHz, stereo: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1): 5 bits object type 2, 4 bits frequency index 3, 4 bits channels 2. */
export const aacLcStereo48k = Buffer.from([0x11, 0x90]);
export const aacCodec = 'mp4a.40.2';
export const aacBitrate = 128_000;
/** Samples in an AAC-LC frame. */
export const aacFrameSamples = 1024;

/** Profiles with 8 bits and 4:2:0, which every player has: Baseline, Main, Extended, High. */
const profiles = [66, 77, 88, 100];

/** @returns null when the SPS cannot be read, or is of a profile that players do not have. */
export function videoConfig(sps: Buffer, pps: Buffer): VideoConfig | null {
  const set = parseSps(sps);
  if (!set || !profiles.includes(set.profileIdc)) return null;
  const { profileIdc, constraints, levelIdc, width, height } = set;
  const avcC = Buffer.concat([
    u8(1, profileIdc, constraints, levelIdc, 0xfc | 3, 0xe0 | 1), // 4-byte lengths, one SPS
    u16(sps.length),
    sps,
    u8(1),
    u16(pps.length),
    pps,
    // High says its chroma format (4:2:0) and bit depths (8).
    ...(profileIdc === 100 ? [u8(0xfc | 1, 0xf8, 0xf8, 0)] : []),
  ]);
  const codec = `avc1.${Buffer.from([profileIdc, constraints, levelIdc]).toString('hex')}`;
  return { width, height, avcC, codec };
}

/** ISO/IEC 14496-15 §5.4.2.1: parameter sets are in the sample entry, never among the samples. */
export function avc1(config: Pick<VideoConfig, 'width' | 'height' | 'avcC'>): Buffer {
  return box(
    'avc1',
    zeros(6),
    u16(1), // data_reference_index
    zeros(16),
    u16(config.width, config.height),
    u32(0x00480000, 0x00480000, 0), // 72 dpi
    u16(1), // frame_count
    zeros(32), // compressorname
    u16(0x18, 0xffff), // depth, pre_defined
    box('avcC', config.avcC),
  );
}

/** ISO/IEC 14496-14 §6.7; descriptors after ISO/IEC 14496-1 §7.2.6. */
export function mp4a(audioConfig: Uint8Array): Buffer {
  const specific = descriptor(0x05, audioConfig);
  const decoderConfig = descriptor(
    0x04,
    u8(0x40, 0x15, 0, 0, 0), // MPEG-4 audio, audio stream, buffer size unknown
    u32(aacBitrate, aacBitrate),
    specific,
  );
  const elementary = descriptor(0x03, u16(0), u8(0), decoderConfig, descriptor(0x06, u8(2)));
  return box(
    'mp4a',
    zeros(6),
    u16(1), // data_reference_index
    zeros(8),
    u16(2, 16, 0, 0), // channels, bits
    u32(48_000 * 0x10000),
    fullBox('esds', 0, 0, elementary),
  );
}

function descriptor(tag: number, ...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([u8(tag, bytes.length), bytes]);
}
