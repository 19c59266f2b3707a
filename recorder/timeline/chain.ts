import { createHash } from 'node:crypto';
import type { Entry } from './entry.js';

/**
 * The proof that nothing was altered. A line ends in `"chain":"…"}`: SHA-256 (hex) over the chain of the line before,
 * a line feed, and this line without its chain, byte for byte. A segment's line holds the SHA-256 of its file. So
 * whoever keeps the last chain value holds a fingerprint of the whole recording; changing, removing or reordering
 * anything before it changes it.
 */
export const chainStart = '0'.repeat(64);

const linePattern = /^(\{.*),"chain":"([0-9a-f]{64})"\}$/s;

export function nextChain(previous: string, body: string): string {
  return createHash('sha256').update(`${previous}\n${body}`).digest('hex');
}

/** The line for an entry, without line feed, and the chain's new value. */
export function sealLine(previous: string, entry: Entry): { line: string; chain: string } {
  const body = JSON.stringify(entry);
  const chain = nextChain(previous, body);
  return { line: `${body.slice(0, -1)},"chain":"${chain}"}`, chain };
}

/** What was sealed, and the chain value that it claims; null when it is no such line. */
export function openLine(line: string): { body: string; chain: string } | null {
  const match = linePattern.exec(line);
  return match ? { body: `${match[1]}}`, chain: match[2]! } : null;
}
