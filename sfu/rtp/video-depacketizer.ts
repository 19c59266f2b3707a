import type { EncodedFrame } from './encoded-frame.js';
import { H261Depacketizer } from './h261-depacketizer.js';
import { H263Depacketizer } from './h263-depacketizer.js';
import { H263PlusDepacketizer } from './h263-plus-depacketizer.js';
import { H264Depacketizer } from './h264-depacketizer.js';
import { H265Depacketizer } from './h265-depacketizer.js';
import type { RtpPacket } from './packet.js';
import type { RtpCodec, VideoCodecName } from './session.js';
import { Vp8Depacketizer } from './vp8-depacketizer.js';
import { Vp9Depacketizer } from './vp9-depacketizer.js';

/** Packets in order → frames; gaps in their numbers are losses. Hostile payloads are counted. */
export interface VideoDepacketizer {
  /** Packets that were no payload of the format. */
  readonly malformed: number;
  push(packet: RtpPacket): void;
  /** Forgets what it has of the current frame; the next is taken as after a loss. */
  reset(): void;
}

const byName: Record<
  VideoCodecName,
  (onFrame: (frame: EncodedFrame) => void, parameters: Record<string, string>) => VideoDepacketizer
> = {
  H264: (onFrame, parameters) => new H264Depacketizer(onFrame, parameters['sprop-parameter-sets']),
  H265: (onFrame, parameters) => new H265Depacketizer(onFrame, parameters),
  VP8: onFrame => new Vp8Depacketizer(onFrame),
  VP9: onFrame => new Vp9Depacketizer(onFrame),
  H261: onFrame => new H261Depacketizer(onFrame),
  H263: onFrame => new H263Depacketizer(onFrame),
  'H263-1998': onFrame => new H263PlusDepacketizer(onFrame),
};

export function isVideoCodec(name: string): name is VideoCodecName {
  return Object.hasOwn(byName, name);
}

/** @throws TypeError for a codec of sound */
export function createVideoDepacketizer(
  codec: RtpCodec,
  onFrame: (frame: EncodedFrame) => void,
): VideoDepacketizer {
  if (!isVideoCodec(codec.name)) throw new TypeError(`${codec.name} is no picture`);
  return byName[codec.name](onFrame, codec.parameters);
}
