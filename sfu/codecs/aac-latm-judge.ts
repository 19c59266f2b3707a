import { openDecoder } from './native.js';
import { OwnedCodec, OwnedFrame } from './owned.js';
import { layoutOf } from './sound.js';

/**
 * What FFmpeg's own decoder of LATM hears in elements with their configuration, for tests: mono at 48 kHz, units of
 * 512 samples. It wants them in an AudioSyncStream (ISO/IEC 14496-3 §1.7.2).
 */
export function heardInLatm(elements: readonly Buffer[]): Int16Array {
  const codec = new OwnedCodec(
    openDecoder('aac_latm', context => {
      context.sampleRate = 48_000;
      context.channelLayout = layoutOf(1);
    }),
  );
  const frame = new OwnedFrame();
  const heard: number[] = [];
  for (const element of elements) {
    const header = Buffer.of(0x56, 0xe0 | (element.length >> 8), element.length & 0xff);
    codec.feed(Buffer.concat([header, element]));
    while (codec.receiveInto(frame)) {
      const plane = frame.native.data![0]!;
      const samples = new Float32Array(plane.buffer, plane.byteOffset, frame.native.nbSamples);
      for (const sample of samples) heard.push(sample * 32_767);
    }
  }
  frame.close();
  codec.close();
  return Int16Array.from(heard);
}
