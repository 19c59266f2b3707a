import type { RtpCodec } from '../../sfu/rtp/session.js';
import {
  audioCodecOf,
  chooseAudio,
  chooseTelephoneEvent,
  comfortNoiseKey,
  defaultAudioCodecs,
  hasComfortNoise,
  isComfortNoise,
  ourAudioCodec,
  peerAudioCodec,
} from './codecs.js';
import type { RemoteCodec, RemoteLine } from './description.js';
import { iceCredentials } from './ice.js';
import type { AgreedLine } from './media.js';
import { securityOf } from './security.js';
import type { AudioCodecName, LocalMedia, LocalStream, SdpLine } from './types.js';
import {
  answeredVideoParameters,
  chooseVideo,
  defaultProfiles,
  ofVideoKey,
  ourVideoParameters,
  videoChoiceOf,
  videoCodec,
  videoKey,
  type VideoChoice,
} from './video-codecs.js';

/** An offered line that `choose.ts` found usable. */
export function answerAudio(line: RemoteLine, local: LocalMedia): AgreedLine {
  const stream = local.audio!;
  const { name, remote } = chooseAudio(line, stream.codecs ?? defaultAudioCodecs)!;
  const noise = line.codecs.find(isComfortNoise)?.payloadType;
  return {
    kind: 'audio',
    line,
    stream,
    sendCodec: withNoise(name, peerAudioCodec(name, remote), noise),
    receiveCodec: withNoise(name, ourAudioCodec(name, remote.payloadType, remote), noise),
    // One is answered; some that offered more change to another of them all the same.
    ...others(line, remote, other => other.payloadType, noise),
    feedback: { nack: false, pli: false, fir: false },
    security: securityOf(line, local, stream.id)!,
    ...iceOf(line, local, stream),
    ...dtmfOf(line, peerAudioCodec(name, remote).clockRate),
  };
}

export function answerVideo(line: RemoteLine, local: LocalMedia): AgreedLine {
  const stream = local.video!;
  const choice = chooseVideo(line, stream.profiles ?? defaultProfiles)!;
  return {
    kind: 'video',
    line,
    stream: choice.codec === 'H265' ? receiving(stream) : stream,
    sendCodec: videoCodec(choice.codec, choice.remote.payloadType, choice.remote.parameters),
    receiveCodec: videoCodec(
      choice.codec,
      choice.remote.payloadType,
      answeredVideoParameters(stream, choice),
    ),
    feedback: choice.remote.feedback,
    security: securityOf(line, local, stream.id)!,
    ...iceOf(line, local, stream),
    video: choice,
  };
}

/** An answered line: the first codec in it that is ours. Undefined when there is none. */
export function acceptedAudio(
  answered: RemoteLine,
  offered: SdpLine,
  local: LocalMedia,
): AgreedLine | undefined {
  const stream = local.audio!;
  const security = securityOf(answered, local, stream.id);
  if (!security) return undefined;
  for (const remote of answered.codecs) {
    const name = audioCodecOf(remote);
    const ours = name === undefined ? undefined : offered.payloadTypes[name];
    if (name === undefined || ours === undefined) continue;
    const noise = answered.codecs.find(isComfortNoise)?.payloadType;
    const ourNoise = noise === undefined ? undefined : offered.payloadTypes[comfortNoiseKey];
    return {
      kind: 'audio',
      line: answered,
      stream,
      sendCodec: withNoise(name, peerAudioCodec(name, remote), noise),
      receiveCodec: withNoise(name, ourAudioCodec(name, ours, remote), ourNoise),
      ...others(answered, remote, other => offered.payloadTypes[audioCodecOf(other)!], ourNoise),
      feedback: { nack: false, pli: false, fir: false },
      security,
      ...iceOf(answered, local, stream),
      ...acceptedDtmf(answered, offered, peerAudioCodec(name, remote).clockRate),
    };
  }
  return undefined;
}

export function acceptedVideo(
  answered: RemoteLine,
  offered: SdpLine,
  local: LocalMedia,
): AgreedLine | undefined {
  const stream = local.video!;
  const security = securityOf(answered, local, stream.id);
  if (!security) return undefined;
  for (const remote of answered.codecs) {
    const choice = videoChoiceOf(remote);
    if (!choice) continue;
    // Rooms that answer mode 1 without writing the mode still send with the number of that offer, so our own
    // number counts first; a number of the peer's own (RFC 3264 §6.1) is matched by what it stands for.
    const numbers = Object.values(offered.payloadTypes);
    const ours = numbers.includes(remote.payloadType)
      ? remote.payloadType
      : (offered.payloadTypes[videoKey(choice)] ?? numbers[0]);
    if (ours === undefined) continue;
    const offeredAs = ofVideoKey(
      Object.entries(offered.payloadTypes).find(([, number]) => number === ours)![0],
    );
    // A number that was offered for another codec is no answer to anything.
    if (offeredAs.codec !== choice.codec) continue;
    return {
      kind: 'video',
      line: answered,
      stream,
      sendCodec: videoCodec(choice.codec, remote.payloadType, remote.parameters),
      receiveCodec: videoCodec(choice.codec, ours, ourVideoParameters(stream, offeredAs)),
      ...sameCodec(offered, stream, ours, choice.codec),
      feedback: remote.feedback,
      security,
      ...iceOf(answered, local, stream),
      video: choice,
    };
  }
  return undefined;
}

/** The content line is agreed on as the main one is, with a stream of its own. */
export function asContent(local: LocalMedia): LocalMedia {
  return { ...local, video: local.content! };
}

function iceOf({ ice: remote }: RemoteLine, local: LocalMedia, stream: LocalStream): Pick<AgreedLine, 'ice'> {
  const ice = remote && iceCredentials(local, stream, remote);
  return ice ? { ice } : {};
}

/** As far as it was ready to, but sending nothing. */
function receiving(stream: LocalStream): LocalStream {
  const receives = (stream.direction ?? 'sendrecv') === 'sendrecv' || stream.direction === 'recvonly';
  return { ...stream, direction: receives ? 'recvonly' : 'inactive' };
}

function withNoise(
  name: AudioCodecName,
  codec: RtpCodec,
  comfortNoisePayloadType: number | undefined,
): RtpCodec {
  const has = comfortNoisePayloadType !== undefined && hasComfortNoise(name);
  return has ? { ...codec, comfortNoisePayloadType } : codec;
}

/** What the peer may send beside the codec that was chosen (RFC 3264 §7), by the numbers that we receive it with. */
function others(
  line: RemoteLine,
  chosen: RemoteCodec,
  numberOf: (codec: RemoteCodec) => number | undefined,
  noise: number | undefined,
): Pick<AgreedLine, 'otherCodecs'> {
  const otherCodecs = line.codecs.flatMap(codec => {
    const name = audioCodecOf(codec);
    const number = name && numberOf(codec);
    if (codec === chosen || number === undefined) return [];
    return [withNoise(name!, ourAudioCodec(name!, number, codec), noise)];
  });
  return otherCodecs.length > 0 ? { otherCodecs } : {};
}

/**
 * The other numbers under which the answered codec was offered. baresip answers H.264 with our last one and sends
 * with our first.
 */
function sameCodec(
  offered: SdpLine,
  stream: NonNullable<LocalMedia['video']>,
  chosen: number,
  codec: VideoChoice['codec'],
): Pick<AgreedLine, 'otherCodecs'> {
  const otherCodecs = Object.entries(offered.payloadTypes).flatMap(([key, number]) => {
    const as = ofVideoKey(key);
    const isOther = as.codec === codec && number !== chosen;
    return isOther ? [videoCodec(codec, number, ourVideoParameters(stream, as))] : [];
  });
  return otherCodecs.length > 0 ? { otherCodecs } : {};
}

function dtmfOf(line: RemoteLine, clockRate: number): Pick<AgreedLine, 'dtmfPayloadType'> {
  const event = chooseTelephoneEvent(line, clockRate);
  return event ? { dtmfPayloadType: event.payloadType } : {};
}

/** The peer sends events with the number that we offered. */
function acceptedDtmf(
  answered: RemoteLine,
  offered: SdpLine,
  clockRate: number,
): Pick<AgreedLine, 'dtmfPayloadType'> {
  const event = chooseTelephoneEvent(answered, clockRate);
  const ours = event && offered.payloadTypes[`telephone-event/${event.clockRate}`];
  return ours === undefined ? {} : { dtmfPayloadType: ours };
}
