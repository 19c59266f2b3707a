import type { EncodedFrame } from '../../sfu/rtp/encoded-frame.js';
import { H264Depacketizer } from '../../sfu/rtp/h264-depacketizer.js';
import { forEachNal, nalType } from '../../sfu/rtp/h264-nal.js';
import type { RtpPacket } from '../../sfu/rtp/packet.js';
import { videoConfig, type VideoConfig } from '../mux/track-config.js';

/** A picture as MP4 stores it. */
export interface CodedPicture {
  /** RTP timestamp */
  timestamp: number;
  keyframe: boolean;
  /** NAL units, each behind its length in 4 bytes; no parameter sets, no delimiters. A copy, the receiver's own. */
  data: Buffer;
  /** Of the last keyframe up to this one. The same object as long as nothing changes. */
  config: VideoConfig;
}

export interface VideoEvents {
  picture(picture: CodedPicture): void;
  /** Something is missing: what comes up to the next keyframe cannot be decoded. */
  broken(): void;
}

/** Left out of samples: in `avcC` (14496-15 §5.3.2), or without use in a file. */
const leftOut = new Set<number>([
  nalType.sequenceParameters,
  nalType.pictureParameters,
  nalType.accessUnitDelimiter,
  12, // filler data
]);

/** H.264 out of RTP into samples. */
export class VideoIntake {
  readonly counts = { incomplete: 0, unsupported: 0 };
  readonly #depacketizer = new H264Depacketizer(frame => this.#onFrame(frame));
  #config: VideoConfig | undefined;
  #sps: Buffer | null = null;
  #pps: Buffer | null = null;

  constructor(private readonly events: VideoEvents) {}

  /** The packets in order. */
  push(packet: RtpPacket): void {
    this.#depacketizer.push(packet);
  }

  reset(): void {
    this.#depacketizer.reset();
    this.events.broken();
  }

  #onFrame(frame: EncodedFrame): void {
    if (!frame.complete) {
      this.counts.incomplete++;
      return this.events.broken();
    }
    if (frame.keyframe) this.#updateConfig();
    else if (frame.lossBefore) this.events.broken();
    const config = this.#config;
    if (!config) return;
    const data = toSample(frame.data);
    if (data.length === 0) return;
    this.events.picture({ timestamp: frame.timestamp, keyframe: frame.keyframe, data, config });
  }

  #updateConfig(): void {
    const { sequenceParameters: sps, pictureParameters: pps } = this.#depacketizer;
    // The depacketizer keeps the same buffers as long as the same sets come.
    if (!sps || !pps || (sps === this.#sps && pps === this.#pps)) return;
    this.#sps = sps;
    this.#pps = pps;
    const config = videoConfig(sps, pps);
    if (!config) this.counts.unsupported++;
    if (config && this.#config?.avcC.equals(config.avcC)) return;
    this.#config = config ?? undefined;
  }
}

/** Annex B into lengths. */
export function toSample(annexB: Buffer): Buffer {
  let bytes = 0;
  const ranges: number[] = [];
  forEachNal(annexB, (start, end) => {
    if (leftOut.has(annexB[start]! & 0x1f)) return;
    ranges.push(start, end);
    bytes += 4 + end - start;
  });
  const sample = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    const start = ranges[index]!;
    const end = ranges[index + 1]!;
    at = sample.writeUInt32BE(end - start, at);
    at += annexB.copy(sample, at, start, end);
  }
  return sample;
}
