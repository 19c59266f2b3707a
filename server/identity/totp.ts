import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepMs = 30_000;
const digits = 6;
/** Steps of 30 s by which the clocks of server and telephone may differ (RFC 6238 §5.2). */
const toleratedSteps = 1;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 bits (RFC 4226 §4), in base 32 as authenticator programs take it. */
export function newTotpSecret(): string {
  return encodeBase32(randomBytes(20));
}

/** What the QR code holds: otpauth://totp/ISSUER:USER?secret=… */
export function totpAddress(secret: string, userName: string, issuer = 'Amphi'): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(userName)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
}

/**
 * RFC 6238 §4 with HMAC-SHA-1, as every authenticator has it.
 *
 * @param lastStep the step of the last code that was taken: none is taken twice (§5.2)
 * @returns the step of the code, or null when it is wrong
 */
export function checkTotp(secret: string, code: string, nowMs: number, lastStep: number): number | null {
  const now = Math.floor(nowMs / stepMs);
  for (let step = now - toleratedSteps; step <= now + toleratedSteps; step++) {
    if (step <= lastStep) continue;
    const expected = Buffer.from(hotp(secret, step));
    const given = Buffer.from(code);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return step;
  }
  return null;
}

export function totpAt(secret: string, nowMs: number): string {
  return hotp(secret, Math.floor(nowMs / stepMs));
}

/** RFC 4226 §5.3. */
function hotp(secret: string, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', decodeBase32(secret)).update(message).digest();
  const offset = mac[mac.length - 1]! & 0xf;
  const value = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(value % 10 ** digits).padStart(digits, '0');
}

/** RFC 4648 §6, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map(five => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function decodeBase32(text: string): Buffer {
  const bits = [...text].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(eight => parseInt(eight, 2)));
}
