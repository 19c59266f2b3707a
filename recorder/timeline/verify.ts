import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chainStart, nextChain } from './chain.js';
import { timelineFile } from './entry.js';
import { TimelineParser } from './timeline-parser.js';

export interface Verification {
  /** Nothing below is wrong. */
  intact: boolean;
  /** In plain words, one for each thing that is wrong. */
  problems: string[];
  segments: number;
  entries: number;
  /** The recording's fingerprint: whoever kept it from earlier can tell that even the end was not cut off. */
  chain: string;
  /** False: the recorder died, or is still writing; nobody can tell then whether the end was cut off. */
  ended: boolean;
  /** Bytes of a last line that was never whole. They are no sign of alteration. */
  tornBytes: number;
}

/** Reads a whole recording and compares it with its chain of hashes. */
export async function verify(directory: string): Promise<Verification> {
  const parser = new TimelineParser();
  const lines = parser.push(await fs.promises.readFile(path.join(directory, timelineFile)));
  const result: Verification = {
    intact: false,
    problems: [],
    segments: 0,
    entries: lines.length,
    chain: chainStart,
    ended: false,
    tornBytes: parser.tornBytes,
  };
  if (parser.malformed > 0) result.problems.push(`${parser.malformed} lines of the timeline make no sense`);
  for (const [index, { entry, body, chain }] of lines.entries()) {
    if (nextChain(result.chain, body) !== chain) {
      result.problems.push(`line ${index + 1} (${entry.type}) does not follow from the lines before it`);
    }
    result.chain = chain;
    if ((index === 0) !== (entry.type === 'recording'))
      result.problems.push(`line ${index + 1} is out of place`);
    if (result.ended) result.problems.push(`line ${index + 1} stands after the end`);
    if (entry.type === 'end') result.ended = true;
    if (entry.type === 'segment' && entry.segment !== ++result.segments) {
      result.problems.push(`segment ${result.segments} is missing`);
      result.segments = entry.segment;
    }
    if ('file' in entry) {
      const found = await hashFile(path.join(directory, entry.file));
      if (found === null) result.problems.push(`${entry.file} is missing`);
      else if (found !== entry.sha256) result.problems.push(`${entry.file} was altered`);
    }
  }
  if (lines.length === 0) result.problems.push('the timeline is empty');
  result.intact = result.problems.length === 0;
  return result;
}

async function hashFile(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(fs.createReadStream(file), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}
