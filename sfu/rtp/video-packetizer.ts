import { H261Packetizer } from './h261-packetizer.js';
import { H263Packetizer, H263PlusPacketizer } from './h263-packetizer.js';
import { H264Packetizer, type PayloadSink } from './h264-packetizer.js';
import type { VideoCodecName } from './session.js';
import { Vp8Packetizer, Vp9Packetizer } from './vpx-packetizer.js';

/** An encoder's pictures into payloads. */
export interface VideoPacketizer {
  /** Pieces that could not be carried. */
  readonly tooLarge: number;
  packetize(picture: Buffer, sink: PayloadSink): void;
}

/** What is encoded. H.265 is taken from rooms, and not made: whoever has it has H.264 too. */
export type EncodedCodecName = Exclude<VideoCodecName, 'H265'>;

export function createVideoPacketizer(codec: EncodedCodecName, packetizationMode: 0 | 1): VideoPacketizer {
  switch (codec) {
    case 'H264':
      return new H264Packetizer(packetizationMode);
    case 'VP8':
      return new Vp8Packetizer();
    case 'VP9':
      return new Vp9Packetizer();
    case 'H263':
      return new H263Packetizer();
    case 'H263-1998':
      return new H263PlusPacketizer();
    case 'H261':
      return new H261Packetizer();
  }
}
