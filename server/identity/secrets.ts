import { createHash, randomBytes } from 'node:crypto';

/** 256 bits for a session or link, as text for a cookie or address. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** For what has 128 bits and more: it cannot be searched, so that a plain hash keeps it. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function newId(): string {
  return randomBytes(9).toString('base64url');
}
