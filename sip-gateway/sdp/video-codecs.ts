import type { RtpCodec, VideoCodecName } from '../../sfu/rtp/session.js';
import type { RemoteCodec, RemoteLine } from './description.js';
import {
  decoderLimits,
  extensionsBeyond,
  formatProfileLevel,
  levelFor,
  lowerLevel,
  macroblocks,
  parseProfileLevel,
  profileOf,
} from './h264.js';
import type { H264Profile, LocalMedia } from './types.js';

export const defaultProfiles: H264Profile[] = ['baseline', 'high'];

/**
 * What rooms without H.264 get, the best first. H.265 is last, since it is taken but not made: such a room is
 * seen and sees nothing.
 */
const otherCodecs = ['VP8', 'VP9', 'H263-1998', 'H263', 'H261', 'H265'] as const;
type OtherCodec = (typeof otherCodecs)[number];

/** Names as RFC 8866 compares them; H263-2000 is the same payload format as H263-1998 (RFC 4629). */
const byName: Record<string, OtherCodec> = {
  vp8: 'VP8',
  vp9: 'VP9',
  'h263-1998': 'H263-1998',
  'h263-2000': 'H263-1998',
  h263: 'H263',
  h261: 'H261',
  h265: 'H265',
};

/** RFC 6184 §8.1: absent is 0; 2 (interleaved) is not ours. */
export function packetizationModeOf(parameters: Record<string, string>): 0 | 1 | undefined {
  const mode = parameters['packetization-mode'] ?? '0';
  return mode === '0' ? 0 : mode === '1' ? 1 : undefined;
}

export interface VideoChoice {
  remote: RemoteCodec;
  codec: VideoCodecName;
  /** Of H.264; others have none. */
  profile: H264Profile;
  packetizationMode: 0 | 1;
}

export function videoChoiceOf(codec: RemoteCodec): VideoChoice | undefined {
  if (codec.clockRate !== 90000) return undefined;
  const other = byName[codec.name];
  if (other) return { remote: codec, codec: other, profile: 'baseline', packetizationMode: 1 };
  if (codec.name !== 'h264') return undefined;
  const profile = profileOf(parseProfileLevel(codec.parameters['profile-level-id']));
  const packetizationMode = packetizationModeOf(codec.parameters);
  if (!profile || packetizationMode === undefined) return undefined;
  return { remote: codec, codec: 'H264', profile, packetizationMode };
}

/** H.264 before all others: mode 1 before mode 0, then our profiles in their order, then the peer's order. */
export function chooseVideo(line: RemoteLine, profiles: H264Profile[]): VideoChoice | undefined {
  const choices = line.codecs.map(videoChoiceOf).filter(choice => choice !== undefined);
  for (const mode of [1, 0] as const) {
    for (const profile of profiles) {
      const found = choices.find(
        choice => choice.codec === 'H264' && choice.packetizationMode === mode && choice.profile === profile,
      );
      if (found) return inSlices(found, choices) ?? found;
    }
  }
  for (const codec of otherCodecs) {
    const found = choices.find(choice => choice.codec === codec);
    if (found) return found;
  }
  return undefined;
}

/**
 * The same at mode 0, where the peer sends nothing again: with a packet of mode 0 one slice is lost, with one of
 * mode 1 all that is left of the picture. Not if it makes the picture smaller.
 */
function inSlices(found: VideoChoice, choices: VideoChoice[]): VideoChoice | undefined {
  if (found.remote.feedback.nack) return undefined;
  const limits = decoderLimits(found.remote.parameters);
  return choices.find(({ codec, profile, packetizationMode, remote }) => {
    if (codec !== 'H264' || profile !== found.profile || packetizationMode !== 0) return false;
    const { maxFs, maxMbps } = decoderLimits(remote.parameters);
    return maxFs >= limits.maxFs && maxMbps >= limits.maxMbps;
  });
}

export function videoCodec(
  name: VideoCodecName,
  payloadType: number,
  parameters: Record<string, string>,
): RtpCodec {
  return { name, payloadType, clockRate: 90000, parameters };
}

/** The name under which a codec of ours is offered. */
export function videoKey({ codec, profile, packetizationMode }: Omit<VideoChoice, 'remote'>): string {
  return codec === 'H264' ? `H264/${profile}/${packetizationMode}` : codec;
}

/** What a key stands for. */
export function ofVideoKey(key: string): Omit<VideoChoice, 'remote'> {
  const [name, profile, mode] = key.split('/');
  return {
    codec: name as VideoCodecName,
    profile: profile === 'high' ? 'high' : 'baseline',
    packetizationMode: mode === '0' ? 0 : 1,
  };
}

/** In the order of our offers. */
export function videoKeys(profiles: H264Profile[]): string[] {
  const h264 = ([1, 0] as const).flatMap(packetizationMode =>
    profiles.map(profile => videoKey({ codec: 'H264', profile, packetizationMode })),
  );
  return [...h264, ...otherCodecs.filter(codec => codec !== 'H265')];
}

type LocalVideo = NonNullable<LocalMedia['video']>;

/** What a new offer says of our decoder. `4280…` is what hardware rooms write, and some compare it as text. */
export function ourVideoParameters(
  video: LocalVideo,
  { codec, profile, packetizationMode }: Omit<VideoChoice, 'remote'>,
): Record<string, string> {
  if (codec !== 'H264') return otherParameters(codec, video.maxPicture);
  const levelIdc = levelFor(video.maxPicture);
  return {
    'profile-level-id': formatProfileLevel(
      profile === 'high'
        ? { profileIdc: 0x64, profileIop: 0, levelIdc }
        : { profileIdc: 0x42, profileIop: 0x80, levelIdc },
    ),
    'packetization-mode': String(packetizationMode),
    'level-asymmetry-allowed': '1',
  };
}

/**
 * What an answer says (RFC 6184 §8.2.2): the profile and mode as offered; the level our own where both sides
 * may differ, else no higher than offered, with max-fs and max-mbps for what we can take beyond it.
 */
export function answeredVideoParameters(video: LocalVideo, choice: VideoChoice): Record<string, string> {
  if (choice.codec !== 'H264') return otherParameters(choice.codec, video.maxPicture);
  const offered = parseProfileLevel(choice.remote.parameters['profile-level-id']);
  const asymmetric = choice.remote.parameters['level-asymmetry-allowed'] === '1';
  const ours = levelFor(video.maxPicture);
  const levelIdc = asymmetric ? ours : lowerLevel(ours, offered.levelIdc);
  return {
    'profile-level-id': formatProfileLevel({ ...offered, levelIdc }),
    // Mode 0 is the default, and devices that never heard of modes do not write it.
    ...(choice.remote.parameters['packetization-mode'] !== undefined && {
      'packetization-mode': String(choice.packetizationMode),
    }),
    ...(asymmetric && { 'level-asymmetry-allowed': '1' }),
    ...extensionsBeyond(levelIdc, video.maxPicture),
  };
}

/** RFC 4587 §6.1.1, RFC 4629 §8.1.1 (MPI 1: 29.97 a second), RFC 7741 §6.1, RFC 9628 §6.1, RFC 7798 §7.1. */
function otherParameters(
  codec: Exclude<VideoCodecName, 'H264'>,
  picture: LocalVideo['maxPicture'],
): Record<string, string> {
  switch (codec) {
    case 'H261':
      return { CIF: '1', QCIF: '1' };
    case 'H263':
      return { CIF: '1', QCIF: '1' };
    case 'H263-1998':
      return { CIF4: '2', CIF: '1', QCIF: '1' };
    case 'VP8':
    case 'VP9':
      return {
        'max-fr': String(picture.frameRate),
        'max-fs': String(macroblocks(picture.width, picture.height)),
      };
    case 'H265':
      return { 'profile-id': '1', 'level-id': String(h265Level(picture)) };
  }
}

/** ITU-T H.265 tables A.8 and A.9, as general_level_idc (30 × the level). */
function h265Level({ width, height, frameRate }: LocalVideo['maxPicture']): number {
  const rate = width * height * frameRate;
  return rate <= 33_177_600 ? 93 : rate <= 66_846_720 ? 120 : 123;
}
