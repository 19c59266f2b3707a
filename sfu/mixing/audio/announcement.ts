import { readFile } from 'node:fs/promises';
import { ProtocolError } from '../../../base/errors.js';
import { decodeG711 } from './g711.js';
import { Upsampler } from './rate-converter.js';
import { sampleRate, tickSamples } from './sound-format.js';

/** Something spoken, mixed to everybody once. */
export class Announcement {
  readonly pcm = new Int16Array(tickSamples);
  #at = 0;

  constructor(
    readonly id: string,
    private readonly samples: Int16Array,
  ) {}

  /** The next 20 ms into `pcm`; false: it is over. */
  pull(): boolean {
    if (this.#at >= this.samples.length) return false;
    const part = this.samples.subarray(this.#at, this.#at + tickSamples);
    this.pcm.set(part);
    this.pcm.fill(0, part.length);
    this.#at += tickSamples;
    return true;
  }
}

/** Samples of files, decoded once each: a server has few, of some seconds. */
const decoded = new Map<string, Promise<Int16Array>>();

/** WAV files of µ-law at 8 kHz, one after the other. Rejects when one cannot be read. */
export async function loadAnnouncement(id: string, files: readonly string[]): Promise<Announcement> {
  const parts = await Promise.all(files.map(decodedFile));
  const samples = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return new Announcement(id, samples);
}

function decodedFile(file: string): Promise<Int16Array> {
  let samples = decoded.get(file);
  if (!samples) {
    samples = readFile(file).then(decodeWav);
    decoded.set(file, samples);
    samples.catch(() => decoded.delete(file));
  }
  return samples;
}

/** RIFF: chunks of a name, a length and that many bytes (even). */
function decodeWav(wav: Buffer): Int16Array {
  let format: Buffer | undefined;
  for (let at = 12; at + 8 <= wav.length;) {
    const length = wav.readUInt32LE(at + 4);
    const body = wav.subarray(at + 8, at + 8 + length);
    const name = wav.toString('latin1', at, at + 4);
    if (name === 'fmt ') format = body;
    if (name === 'data' && format) return decodeBody(format, body);
    at += 8 + length + (length % 2);
  }
  throw new ProtocolError('bad-wav', 'the file has no sound');
}

function decodeBody(format: Buffer, body: Buffer): Int16Array {
  const [codec, channels, rate] = [format.readUInt16LE(0), format.readUInt16LE(2), format.readUInt32LE(4)];
  if (codec !== 7 || channels !== 1 || rate !== 8000)
    throw new ProtocolError('bad-wav', 'announcements are mono µ-law at 8 kHz');
  const pcm = new Int16Array(body.length);
  decodeG711('PCMU', body, pcm);
  return new Upsampler(sampleRate / rate).convert(pcm).slice();
}
