import { writeOneByteExtension, type RtpPacket } from './packet.js';

/** The client-to-mixer audio level of RFC 6464: 0 loud … 127 silent, in -dBov; above it a bit for "voice". */

export const silentLevel = 127;

/** Louder than this is taken for speech by the voice flag. */
const voiceLevel = 50;

/** Every third sample of 48 kHz has the same power, of all that is not a pure tone of 8 or 16 kHz. */
const step = 3;

/**
 * The level of 16-bit PCM at 48 kHz: its root mean square against the largest sample there is (RFC 6465
 * Appendix A.1).
 */
export function audioLevel(pcm: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < pcm.length; i += step) sum += pcm[i]! * pcm[i]!;
  if (sum === 0) return silentLevel;
  const level = -10 * Math.log10((sum * step) / pcm.length / (32768 * 32768));
  return Math.max(0, Math.min(silentLevel, Math.round(level)));
}

const element = new Uint8Array(1);

/** Writes the extension behind the fixed header of `target`; returns where the payload begins. */
export function writeAudioLevel(target: Buffer, extensionId: number, level: number): number {
  element[0] = (level <= voiceLevel ? 0x80 : 0) | level;
  return writeOneByteExtension(target, extensionId, element);
}

/** The level that a packet tells, null when it tells none. */
export function readAudioLevel(packet: RtpPacket, extensionId: number): number | null {
  const value = packet.extension(extensionId);
  return value && value.length > 0 ? value[0]! & 0x7f : null;
}
