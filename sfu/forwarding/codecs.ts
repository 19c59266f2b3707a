import type { types } from 'mediasoup';
import type { RtpCodec } from '../rtp/session.js';

/**
 * What the SFU forwards. H.264 comes first: hardware rooms speak it, so that a browser's H.264 can reach them,
 * and theirs the browsers, without being decoded. The profile is Constrained Baseline with packetization-mode 1,
 * the one that every WebRTC browser has (RFC 7742 §6.2); decoders take the higher profiles under that name too.
 */
export const payloadTypes = { opus: 100, h264: 102, vp8: 104 } as const;

export const routerCodecs: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48000,
    channels: 2,
    preferredPayloadType: payloadTypes.opus,
    parameters: { useinbandfec: 1, minptime: 10 },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90000,
    preferredPayloadType: payloadTypes.h264,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000, preferredPayloadType: payloadTypes.vp8 },
];

/** RFC 6464: so that the SFU sees how loud a decoded room is, and the MCU which browsers need no decoding. */
export const audioLevelExtension = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10 } as const;

/**
 * What our own processes receive over plain RTP: every codec of the router, keyframe requests and NACK answered
 * by the packet itself, and the level of sound, but no RTX and no bandwidth estimation: it is loopback.
 */
export const tapCapabilities: types.RtpCapabilities = {
  codecs: routerCodecs.map(codec => ({
    ...codec,
    preferredPayloadType: codec.preferredPayloadType ?? 0,
    rtcpFeedback:
      codec.kind === 'video'
        ? [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }]
        : [],
  })),
  headerExtensions: [{ kind: 'audio', uri: audioLevelExtension.uri, preferredId: audioLevelExtension.id }],
};

/** How our own processes send into the SFU. */
export const opusInjection: RtpCodec = {
  name: 'opus',
  payloadType: payloadTypes.opus,
  clockRate: 48000,
  channels: 2,
  parameters: { useinbandfec: '1' },
};

export const h264Injection: RtpCodec = {
  name: 'H264',
  payloadType: payloadTypes.h264,
  clockRate: 90000,
  parameters: { 'packetization-mode': '1', 'profile-level-id': '42e01f', 'level-asymmetry-allowed': '1' },
};

/** The SFU's codec in the terms of our plans. */
export function toRtpCodec(codec: types.RtpCodecParameters): RtpCodec {
  const name = codec.mimeType.split('/')[1] as RtpCodec['name'];
  return {
    name,
    payloadType: codec.payloadType,
    clockRate: codec.clockRate,
    ...(codec.channels === undefined ? {} : { channels: codec.channels }),
    parameters: Object.fromEntries(
      Object.entries(codec.parameters ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)]),
    ),
  };
}
