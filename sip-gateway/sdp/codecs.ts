import type { RtpCodec } from '../../sfu/rtp/session.js';
import type { RemoteCodec, RemoteLine } from './description.js';
import type { AudioCodecName } from './types.js';
import { videoChoiceOf, videoKey } from './video-codecs.js';

export const defaultAudioCodecs: AudioCodecName[] = ['opus', 'G722', 'PCMA', 'PCMU'];

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

/**
 * What we say that we take (RFC 7587 §6.1): stereo where the peer says it. Not in-band FEC: what is lost is
 * concealed, so the peer would spend bits on it for nothing.
 */
export function ourAudioParameters(
  name: AudioCodecName,
  peer: Record<string, string> = {},
): Record<string, string> {
  if (name !== 'opus') return {};
  return peer['stereo'] === '1' ? { stereo: '1' } : {};
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

/** The name under which a payload type stays bound for the whole call (RFC 3264 §8.3.2). */
export function payloadTypeKey(codec: RemoteCodec): string | undefined {
  if (codec.name === 'telephone-event') {
    return codec.clockRate === 8000 || codec.clockRate === 48000
      ? `telephone-event/${codec.clockRate}`
      : undefined;
  }
  const video = videoChoiceOf(codec);
  return video ? videoKey(video) : audioCodecOf(codec);
}
