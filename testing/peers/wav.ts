import { readFile, writeFile } from 'node:fs/promises';

/** Sound as numbers: all channels mixed into one, -1 … 1. */
export interface Sound {
  sampleRate: number;
  samples: Float32Array;
}

/** 16-bit PCM, one channel. */
export async function writeWav(file: string, { sampleRate, samples }: Sound): Promise<void> {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) =>
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32767), 44 + index * 2),
  );
  await writeFile(file, bytes);
}

/**
 * Reads 16-bit PCM. Everything behind the `data` header counts as sound, whatever length it states: a file that is
 * still being written says too little.
 */
export async function readWav(file: string): Promise<Sound> {
  const bytes = await readFile(file);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error(`${file} is no WAV file`);
  let channels = 1;
  let sampleRate = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'fmt ') {
      channels = bytes.readUInt16LE(at + 10);
      sampleRate = bytes.readUInt32LE(at + 12);
      if (bytes.readUInt16LE(at + 22) !== 16) throw new Error(`${file} is not 16-bit PCM`);
    } else if (id === 'data') {
      return { sampleRate, samples: mixDown(bytes.subarray(at + 8), channels) };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error(`${file} has no sound`);
}

/** Interleaved 16-bit little-endian samples to one channel. */
export function mixDown(pcm: Buffer, channels: number): Float32Array {
  const frames = Math.floor(pcm.length / 2 / channels);
  const samples = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += pcm.readInt16LE((frame * channels + channel) * 2);
    }
    samples[frame] = sum / channels / 32768;
  }
  return samples;
}
