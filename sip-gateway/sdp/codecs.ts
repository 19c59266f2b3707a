import type { RtpCodec } from '../../sfu/rtp/session.js';
import type { RemoteCodec, RemoteLine } from './description.js';
import type { AudioCodecName } from './types.js';
import { videoChoiceOf, videoKey } from './video-codecs.js';

type Parameters = Record<string, string>;

/** How a codec of ours is written, and which of the peer's are it. */
interface AudioFormat {
  /** rtpmap (RFC 8866 §6.6). */
  encoding: RtpCodec['name'];
  clockRate: number;
  /** Written by some in place of `clockRate`, for the same stream. */
  alsoClockRate?: number;
  /** RFC 7587 §7: opus always says two channels, whatever it carries. */
  channels?: 2;
  /** Of the peer's parameters. */
  fits?: (parameters: Parameters) => boolean;
  /** What we say that we take; `peer`: of the offer that we answer. */
  ours?: (peer: Parameters) => Parameters;
}

const formats: Record<AudioCodecName, AudioFormat> = {
  opus: {
    encoding: 'opus',
    clockRate: 48_000,
    channels: 2,
    // RFC 7587 §6.1: redundancy is used, silence need not be sent, stereo is taken where the peer says it.
    ours: peer => ({ ...(peer['stereo'] === '1' && { stereo: '1' }), useinbandfec: '1', usedtx: '1' }),
  },
  // RFC 3551 §4.5.2: its clock says 8000 although it samples at 16 000.
  G722: { encoding: 'G722', clockRate: 8000, alsoClockRate: 16_000 },
  PCMA: { encoding: 'PCMA', clockRate: 8000 },
  PCMU: { encoding: 'PCMU', clockRate: 8000 },
};

/** In our order of preference. */
export const defaultAudioCodecs = Object.keys(formats) as AudioCodecName[];

/** The peer's codec as one of ours, or undefined when we do not speak it. */
export function audioCodecOf(codec: RemoteCodec): AudioCodecName | undefined {
  return defaultAudioCodecs.find(name => {
    const { encoding, clockRate, alsoClockRate, fits } = formats[name];
    const sameClock = codec.clockRate === clockRate || codec.clockRate === alsoClockRate;
    return encoding.toLowerCase() === codec.name && sameClock && (fits?.(codec.parameters) ?? true);
  });
}

/** Wire form, with the parameters of whoever receives it. */
export function audioCodec(name: AudioCodecName, payloadType: number, parameters: Parameters): RtpCodec {
  const { encoding, clockRate, channels = 1 } = formats[name];
  return { name: encoding, payloadType, clockRate, channels, parameters };
}

/** As we receive it. */
export function ourAudioCodec(name: AudioCodecName, payloadType: number, peer: Parameters = {}): RtpCodec {
  return audioCodec(name, payloadType, formats[name].ours?.(peer) ?? {});
}

/** The RTP clock, Hz. */
export function audioClockRate(name: AudioCodecName): number {
  return formats[name].clockRate;
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

/** RFC 3389 §4: comfort noise beside a codec that has none of its own, of the same clock. */
export const comfortNoiseKey = 'CN';

export function hasComfortNoise(name: AudioCodecName): boolean {
  return name === 'PCMA' || name === 'PCMU';
}

export function isComfortNoise({ name, clockRate }: RemoteCodec): boolean {
  return name === 'cn' && clockRate === 8000;
}

/** RFC 4733: the events' clock should be that of the audio beside which they are sent. */
export function chooseTelephoneEvent(line: RemoteLine, clockRate: number): RemoteCodec | undefined {
  const events = line.codecs.filter(codec => codec.name === 'telephone-event');
  return events.find(codec => codec.clockRate === clockRate) ?? events[0];
}

/** The name under which a payload type stays bound for the whole call (RFC 3264 §8.3.2). */
export function payloadTypeKey(codec: RemoteCodec): string | undefined {
  if (codec.name === 'telephone-event') {
    return codec.clockRate === 8000 || codec.clockRate === 48000
      ? `telephone-event/${codec.clockRate}`
      : undefined;
  }
  if (isComfortNoise(codec)) return comfortNoiseKey;
  const video = videoChoiceOf(codec);
  return video ? videoKey(video) : audioCodecOf(codec);
}
