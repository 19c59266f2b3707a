import { AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { openDecoder, openEncoder } from './native.js';
import { OwnedCodec, OwnedFrame, copyOf } from './owned.js';
import { layoutOf, PcmFrame } from './sound.js';

/** RFC 3389 as FFmpeg understands it, for tests: ours is in `mixing/audio/comfort-noise`. All at 8 kHz. */
const sampleRate = 8000;
const frameSamples = 640;

/** The payload for steady noise: its level and spectrum. */
export function describeNoise(pcm: Int16Array): Buffer {
  const codec = new OwnedCodec(
    openEncoder('comfortnoise', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
      context.sampleFormat = AV_SAMPLE_FMT_S16;
    }),
  );
  const frame = new PcmFrame(sampleRate, 1, frameSamples);
  let payload: Buffer = Buffer.alloc(0);
  for (let at = 0; at + frameSamples <= pcm.length; at += frameSamples) {
    codec.encode(frame.fill(pcm.subarray(at, at + frameSamples), at));
    const packet = codec.receive();
    if (packet) payload = copyOf(packet);
  }
  frame.close();
  codec.close();
  return payload;
}

/** The noise that a payload stands for. */
export function noiseOf(payload: Buffer, frames: number): Int16Array {
  const codec = new OwnedCodec(
    openDecoder('comfortnoise', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
    }),
  );
  const frame = new OwnedFrame();
  const pieces: number[] = [];
  for (let n = 0; n < frames; n++) {
    if (!codec.feed(payload) || !codec.receiveInto(frame)) continue;
    const plane = frame.native.data![0]!;
    pieces.push(...new Int16Array(plane.buffer, plane.byteOffset, frame.native.nbSamples));
  }
  frame.close();
  codec.close();
  return Int16Array.from(pieces);
}
