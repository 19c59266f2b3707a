import type { ByteRange } from '../../recorder/archive/archive.js';

/**
 * A Range header (RFC 9110 §14.2) for something of `bytes` bytes. `undefined`: send the whole: there is none, or it is
 * one that a server may ignore (other units, several ranges, wrong syntax). `null`: nothing of it exists, answer 416.
 */
export function parseByteRange(header: string | undefined, bytes: number): ByteRange | null | undefined {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '');
  if (!match) return undefined;
  const [, first, last] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffixBytes = Number(last);
    if (suffixBytes === 0 || bytes === 0) return null;
    return { start: Math.max(0, bytes - suffixBytes), end: bytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < bytes ? { start, end } : null;
}
