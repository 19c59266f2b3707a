import type { RtpCodec } from '../../sfu/rtp/session.js';
import type { RemoteCodec, RemoteLine } from './description.js';
import {
  extensionsBeyond,
  formatProfileLevel,
  levelFor,
  lowerLevel,
  parseProfileLevel,
  profileOf,
} from './h264.js';
import type { AudioCodecName, H264Profile, LocalMedia } from './types.js';

export const defaultAudioCodecs: AudioCodecName[] = ['opus', 'G722', 'PCMA', 'PCMU'];
export const defaultProfiles: H264Profile[] = ['baseline', 'high'];

/** rtpmap clock rates; G.722's is 8000 although it samples at 16 000 (RFC 3551 §4.5.2). */
const audioClockRates: Record<AudioCodecName, number> = { opus: 48000, G722: 8000, PCMA: 8000, PCMU: 8000 };

/** The peer's codec as one of ours, or undefined when we do not speak it. */
export function audioCodecOf(codec: RemoteCodec): AudioCodecName | undefined {
  const name = defaultAudioCodecs.find(ours => ours.toLowerCase() === codec.name);
  if (!name) return undefined;
  // Some rooms write G722/16000; it is the same stream.
  const clockRateFits =
    codec.clockRate === audioClockRates[name] || (name === 'G722' && codec.clockRate === 16000);
  return clockRateFits ? name : undefined;
}

/** Wire form. RFC 7587 §7: opus always says two channels, whatever it carries. */
export function audioCodec(
  name: AudioCodecName,
  payloadType: number,
  parameters: Record<string, string>,
): RtpCodec {
  return {
    name,
    payloadType,
    clockRate: audioClockRates[name],
    channels: name === 'opus' ? 2 : 1,
    parameters,
  };
}

/** What we say that we take. We always decode opus' in-band FEC; stereo is said where the peer says it. */
export function ourAudioParameters(
  name: AudioCodecName,
  peer: Record<string, string> = {},
): Record<string, string> {
  if (name !== 'opus') return {};
  return { ...(peer['stereo'] === '1' && { stereo: '1' }), useinbandfec: '1' };
}

/** Our order of preference decides: the best that both have, rather than the first that the peer wrote. */
export function chooseAudio(
  line: RemoteLine,
  preference: AudioCodecName[],
): { name: AudioCodecName; remote: RemoteCodec } | undefined {
  for (const name of preference) {
    const remote = line.codecs.find(codec => audioCodecOf(codec) === name);
    if (remote) return { name, remote };
  }
  return undefined;
}

/** RFC 4733: the events' clock should be that of the audio beside which they are sent. */
export function chooseTelephoneEvent(line: RemoteLine, clockRate: number): RemoteCodec | undefined {
  const events = line.codecs.filter(codec => codec.name === 'telephone-event');
  return events.find(codec => codec.clockRate === clockRate) ?? events[0];
}

/** RFC 6184 §8.1: absent is 0; 2 (interleaved) is not ours. */
export function packetizationModeOf(parameters: Record<string, string>): 0 | 1 | undefined {
  const mode = parameters['packetization-mode'] ?? '0';
  return mode === '0' ? 0 : mode === '1' ? 1 : undefined;
}

export interface VideoChoice {
  remote: RemoteCodec;
  profile: H264Profile;
  packetizationMode: 0 | 1;
}

export function videoChoiceOf(codec: RemoteCodec): VideoChoice | undefined {
  if (codec.name !== 'h264' || codec.clockRate !== 90000) return undefined;
  const profile = profileOf(parseProfileLevel(codec.parameters['profile-level-id']));
  const packetizationMode = packetizationModeOf(codec.parameters);
  if (!profile || packetizationMode === undefined) return undefined;
  return { remote: codec, profile, packetizationMode };
}

/** Mode 1 before mode 0, then our profiles in their order, then the peer's order. */
export function chooseVideo(line: RemoteLine, profiles: H264Profile[]): VideoChoice | undefined {
  const choices = line.codecs.map(videoChoiceOf).filter(choice => choice !== undefined);
  for (const mode of [1, 0] as const) {
    for (const profile of profiles) {
      const found = choices.find(choice => choice.packetizationMode === mode && choice.profile === profile);
      if (found) return found;
    }
  }
  return undefined;
}

type LocalVideo = NonNullable<LocalMedia['video']>;

/** What a new offer says of our decoder. `4280…` is what hardware rooms write, and some compare it as text. */
export function ourVideoParameters(
  video: LocalVideo,
  profile: H264Profile,
  packetizationMode: 0 | 1,
): Record<string, string> {
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

/** The name under which a payload type stays bound for the whole call (RFC 3264 §8.3.2). */
export function payloadTypeKey(codec: RemoteCodec): string | undefined {
  if (codec.name === 'telephone-event') {
    return codec.clockRate === 8000 || codec.clockRate === 48000
      ? `telephone-event/${codec.clockRate}`
      : undefined;
  }
  const video = videoChoiceOf(codec);
  return video ? videoKey(video.profile, video.packetizationMode) : audioCodecOf(codec);
}

export function videoKey(profile: H264Profile, packetizationMode: 0 | 1): string {
  return `H264/${profile}/${packetizationMode}`;
}
