import type { H264Profile, NegotiatedEncoder } from './types.js';

/** H.264 table A-1: macroblocks a second, macroblocks a frame, and 1000 bit/s (VCL, before `cpbBrVclFactor`). */
const levels: { idc: number; maxMbps: number; maxFs: number; maxBr: number }[] = [
  { idc: 10, maxMbps: 1485, maxFs: 99, maxBr: 64 },
  { idc: 9, maxMbps: 1485, maxFs: 99, maxBr: 128 }, // 1b
  { idc: 11, maxMbps: 3000, maxFs: 396, maxBr: 192 },
  { idc: 12, maxMbps: 6000, maxFs: 396, maxBr: 384 },
  { idc: 13, maxMbps: 11880, maxFs: 396, maxBr: 768 },
  { idc: 20, maxMbps: 11880, maxFs: 396, maxBr: 2000 },
  { idc: 21, maxMbps: 19800, maxFs: 792, maxBr: 4000 },
  { idc: 22, maxMbps: 20250, maxFs: 1620, maxBr: 4000 },
  { idc: 30, maxMbps: 40500, maxFs: 1620, maxBr: 10000 },
  { idc: 31, maxMbps: 108000, maxFs: 3600, maxBr: 14000 },
  { idc: 32, maxMbps: 216000, maxFs: 5120, maxBr: 20000 },
  { idc: 40, maxMbps: 245760, maxFs: 8192, maxBr: 20000 },
  { idc: 41, maxMbps: 245760, maxFs: 8192, maxBr: 50000 },
  { idc: 42, maxMbps: 522240, maxFs: 8704, maxBr: 50000 },
  { idc: 50, maxMbps: 589824, maxFs: 22080, maxBr: 135000 },
  { idc: 51, maxMbps: 983040, maxFs: 36864, maxBr: 240000 },
  { idc: 52, maxMbps: 2073600, maxFs: 36864, maxBr: 240000 },
];

/** The level's place in table A-1. An idc between two levels means the lower one. */
function rankOf(idc: number): number {
  const exact = levels.findIndex(level => level.idc === idc);
  if (exact >= 0) return exact;
  return Math.max(
    0,
    levels.findLastIndex(level => level.idc < idc),
  );
}

/** profile-level-id (RFC 6184 §8.1) in its three bytes. */
export interface ProfileLevel {
  profileIdc: number;
  /** constraint_set flags. */
  profileIop: number;
  /** As in table A-1; level 1b is 9 whichever way the profile spells it. */
  levelIdc: number;
}

/** RFC 6184 §8.1: without profile-level-id, Baseline at level 1 is inferred. One that is no 6 hex digits is like none. */
export function parseProfileLevel(text: string | undefined): ProfileLevel {
  if (!text || !/^[0-9a-f]{6}$/i.test(text)) return { profileIdc: 0x42, profileIop: 0, levelIdc: 10 };
  const value = parseInt(text, 16);
  const profileIdc = value >> 16;
  const profileIop = (value >> 8) & 0xff;
  const idc = value & 0xff;
  // H.264 A.3.1: in Baseline, Main and Extended, level 1b is 11 with constraint_set3_flag.
  const is1b = idc === 11 && (profileIop & 0x10) !== 0 && [0x42, 0x4d, 0x58].includes(profileIdc);
  return { profileIdc, profileIop, levelIdc: is1b ? 9 : idc };
}

export function formatProfileLevel({ profileIdc, profileIop, levelIdc }: ProfileLevel): string {
  const as1b = levelIdc === 9 && profileIdc < 0x64;
  const iop = as1b ? profileIop | 0x10 : levelIdc === 11 ? profileIop & ~0x10 : profileIop;
  return [profileIdc, iop, as1b ? 11 : levelIdc].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** What may be encoded for a decoder of this profile: undefined for one that is beyond us (4:2:2, scalable …). */
export function profileOf({ profileIdc }: ProfileLevel): H264Profile | undefined {
  if (profileIdc === 0x64) return 'high';
  // A Main or Extended decoder takes Constrained Baseline too (H.264 A.2.2, A.2.3).
  if (profileIdc === 0x42 || profileIdc === 0x4d || profileIdc === 0x58) return 'baseline';
  return undefined;
}

/** What a decoder takes. */
export interface DecoderLimits {
  /** Macroblocks a second and a frame. */
  maxMbps: number;
  maxFs: number;
  /** bit/s */
  maxBitrate: number;
}

/** The level with its extensions: max-mbps, max-fs, max-br only ever raise it (RFC 6184 §8.1). */
export function decoderLimits(parameters: Record<string, string>): DecoderLimits {
  const profileLevel = parseProfileLevel(parameters['profile-level-id']);
  const level = levels[rankOf(profileLevel.levelIdc)]!;
  const raised = (name: string, floor: number): number => {
    const value = Number(parameters[name]);
    return Number.isFinite(value) && value > floor ? value : floor;
  };
  // H.264 table A-2: NAL factors, so that the whole stream counts, not the slices alone.
  const bitsPerUnit = profileLevel.profileIdc === 0x64 ? 1500 : 1200;
  return {
    maxMbps: raised('max-mbps', level.maxMbps),
    maxFs: raised('max-fs', level.maxFs),
    maxBitrate: raised('max-br', level.maxBr) * bitsPerUnit,
  };
}

export function macroblocks(width: number, height: number): number {
  return Math.ceil(width / 16) * Math.ceil(height / 16);
}

/** The lowest level whose decoder takes this picture. */
export function levelFor(picture: { width: number; height: number; frameRate: number }): number {
  const frame = macroblocks(picture.width, picture.height);
  // 1b (second in the table) is for those who ask for it.
  const level = levels.find(
    ({ idc, maxFs, maxMbps }) => idc !== 9 && maxFs >= frame && maxMbps >= frame * picture.frameRate,
  );
  return (level ?? levels.at(-1)!).idc;
}

/** The lower of two levels. */
export function lowerLevel(a: number, b: number): number {
  return rankOf(a) <= rankOf(b) ? a : b;
}

/** What our own decoder takes beyond `levelIdc`, as fmtp parameters; nothing where the level says enough. */
export function extensionsBeyond(
  levelIdc: number,
  picture: { width: number; height: number; frameRate: number },
): Record<string, string> {
  const level = levels[rankOf(levelIdc)]!;
  const frame = macroblocks(picture.width, picture.height);
  const rate = frame * picture.frameRate;
  return {
    ...(rate > level.maxMbps && { 'max-mbps': String(rate) }),
    ...(frame > level.maxFs && { 'max-fs': String(frame) }),
  };
}

/**
 * Sizes that are encoded, the largest first, each with the bit rate (bit/s) below which the next smaller one
 * looks better. Widths are multiples of 16 (swscale overruns others); 16:9 but for the two that every old
 * decoder knows (CIF, QCIF).
 */
const sizes = [
  { width: 1920, height: 1080, worthFrom: 1_000_000 },
  { width: 1280, height: 720, worthFrom: 500_000 },
  { width: 1024, height: 576, worthFrom: 350_000 },
  { width: 768, height: 432, worthFrom: 220_000 },
  { width: 640, height: 360, worthFrom: 160_000 },
  { width: 512, height: 288, worthFrom: 110_000 },
  { width: 352, height: 288, worthFrom: 90_000 },
  { width: 320, height: 180, worthFrom: 60_000 },
  { width: 176, height: 144, worthFrom: 0 },
];

/** Below this, a smaller picture that moves well is preferred. */
const smoothFrameRate = 24;
const tolerableFrameRate = 10;

/** A size, rate and bit rate within all limits. `bitrate` and `frameRate` are upper bounds, bit/s and 1/s. */
export function chooseEncoder(
  decoder: DecoderLimits,
  ours: { width: number; height: number; frameRate: number; bitrate: number },
): Pick<NegotiatedEncoder, 'width' | 'height' | 'frameRate' | 'bitrate'> {
  const bitrate = Math.floor(Math.min(decoder.maxBitrate, ours.bitrate));
  const fitting = sizes
    .filter(({ width, height, worthFrom }) => {
      // H.264 A.3.1 h, i: neither side is longer than the root of eight frames.
      const longest = Math.sqrt(8 * decoder.maxFs) * 16;
      return (
        width <= ours.width &&
        height <= ours.height &&
        macroblocks(width, height) <= decoder.maxFs &&
        width <= longest &&
        height <= longest &&
        bitrate >= worthFrom
      );
    })
    .map(({ width, height }) => ({
      width,
      height,
      frameRate: Math.floor(Math.min(ours.frameRate, decoder.maxMbps / macroblocks(width, height))),
    }));
  const smallest = { width: 176, height: 144, frameRate: Math.min(ours.frameRate, 15) };
  const chosen =
    fitting.find(size => size.frameRate >= Math.min(smoothFrameRate, ours.frameRate)) ??
    fitting.find(size => size.frameRate >= Math.min(tolerableFrameRate, ours.frameRate)) ??
    smallest;
  return { ...chosen, bitrate };
}
