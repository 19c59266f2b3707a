import { aacConfigBytes } from '../../sfu/rtp/aac/aac-config.js';
import { isAacHbr, isLatmLd, usualAac } from '../../sfu/rtp/aac/agreed-aac.js';
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
  /** Others that a peer may choose, and that count then. */
  otherClockRates?: number[];
  /** RFC 7587 §7: opus always says two channels, whatever it carries. */
  channels?: 2;
  /** Of the peer's parameters. */
  fits?: (parameters: Parameters) => boolean;
  /** We have no encoder: chosen only where the peer does not want to hear us. */
  receiveOnly?: true;
  /** What we say that we take; `peer`: of the offer that we answer. */
  ours?: (peer: Parameters) => Parameters;
}

const hbrSizes = ['sizelength', 'indexlength', 'indexdeltalength', 'constantduration'];
const hbrParameters = ['streamtype', 'profile-level-id', 'mode', 'config', ...hbrSizes];
const latmParameters = ['profile-level-id', 'object', 'bitrate', 'cpresent', 'config'];

const usualHbr: Parameters = {
  streamtype: '5',
  'profile-level-id': '16',
  mode: 'AAC-hbr',
  config: aacConfigBytes(usualAac).toString('hex').toUpperCase(),
  sizelength: '13',
  indexlength: '3',
  indexdeltalength: '3',
  constantduration: String(usualAac.frameSamples),
};
const usualLatm: Parameters = { 'profile-level-id': '25', object: '23', bitrate: '64000' };

const formats: Record<AudioCodecName, AudioFormat> = {
  opus: {
    encoding: 'opus',
    clockRate: 48_000,
    channels: 2,
    // RFC 7587 §6.1: redundancy is used, silence need not be sent, stereo is taken where the peer says it.
    ours: peer => ({ ...(peer['stereo'] === '1' && { stereo: '1' }), useinbandfec: '1', usedtx: '1' }),
  },
  // Both carry AAC-LD as the peer's fmtp says it, both ways.
  'mpeg4-generic': {
    encoding: 'mpeg4-generic',
    clockRate: 48_000,
    otherClockRates: [24_000, 16_000],
    fits: isAacHbr,
    ours: peer => (peer['config'] === undefined ? usualHbr : chosen(peer, hbrParameters)),
  },
  'MP4A-LATM': {
    encoding: 'MP4A-LATM',
    clockRate: 90_000,
    otherClockRates: [48_000, 24_000, 16_000],
    fits: isLatmLd,
    ours: peer => (isLatmLd(peer) ? chosen(peer, latmParameters) : usualLatm),
  },
  // RFC 3551 §4.5.2: its clock says 8000 although it samples at 16 000.
  G722: { encoding: 'G722', clockRate: 8000, alsoClockRate: 16_000 },
  PCMA: { encoding: 'PCMA', clockRate: 8000 },
  PCMU: { encoding: 'PCMU', clockRate: 8000 },
  // RFC 5577 §4.2: the bit rate is said always; 24 and 32 kbit/s are G.722.1, others are not.
  G7221: {
    encoding: 'G7221',
    clockRate: 16_000,
    receiveOnly: true,
    fits: ({ bitrate }) => bitrate === '24000' || bitrate === '32000',
    ours: ({ bitrate = '32000' }) => ({ bitrate }),
  },
  // RFC 4856 §2.1.9: no frames of silence (Annex B).
  G729: { encoding: 'G729', clockRate: 8000, receiveOnly: true, ours: () => ({ annexb: 'no' }) },
  G728: { encoding: 'G728', clockRate: 8000, receiveOnly: true },
  // RFC 3952 §5: frames of 30 ms unless both say 20.
  iLBC: {
    encoding: 'iLBC',
    clockRate: 8000,
    receiveOnly: true,
    fits: ({ mode = '30' }) => mode === '20' || mode === '30',
    ours: ({ mode = '30' }) => ({ mode }),
  },
};

const known = Object.keys(formats) as AudioCodecName[];

/** In our order of preference. */
export const defaultAudioCodecs = known.filter(name => !formats[name].receiveOnly);

/** The peer's codec as one of ours, or undefined when we do not speak it. */
export function audioCodecOf(codec: RemoteCodec): AudioCodecName | undefined {
  return known.find(name => {
    const { encoding, clockRate, alsoClockRate, otherClockRates = [], fits } = formats[name];
    const sameClock = [clockRate, alsoClockRate, ...otherClockRates].includes(codec.clockRate);
    return encoding.toLowerCase() === codec.name && sameClock && (fits?.(codec.parameters) ?? true);
  });
}

/** As the peer said it: what it receives. */
export function peerAudioCodec(name: AudioCodecName, peer: RemoteCodec): RtpCodec {
  const { encoding, channels = 1 } = formats[name];
  const { payloadType, parameters } = peer;
  return { name: encoding, payloadType, clockRate: clockRateOf(name, peer), channels, parameters };
}

/** As we receive it: beside what the peer said, or offered by us. */
export function ourAudioCodec(name: AudioCodecName, payloadType: number, peer?: RemoteCodec): RtpCodec {
  const { encoding, channels = 1, ours } = formats[name];
  const parameters = ours?.(peer?.parameters ?? {}) ?? {};
  return { name: encoding, payloadType, clockRate: clockRateOf(name, peer), channels, parameters };
}

function clockRateOf(name: AudioCodecName, peer: RemoteCodec | undefined): number {
  const { clockRate, otherClockRates } = formats[name];
  return peer && otherClockRates?.includes(peer.clockRate) ? peer.clockRate : clockRate;
}

function chosen(parameters: Parameters, names: string[]): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));
}

/** Our order of preference decides: the best that both have, rather than the first that the peer wrote. */
export function chooseAudio(
  line: RemoteLine,
  preference: AudioCodecName[],
): { name: AudioCodecName; remote: RemoteCodec } | undefined {
  // RFC 3264 §6.1: what is answered to a line that only sends is only received.
  const both = line.direction === 'sendonly' ? [...preference, ...known] : preference;
  for (const name of both) {
    if (formats[name].receiveOnly && line.direction !== 'sendonly') continue;
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
