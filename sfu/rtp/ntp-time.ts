/**
 * NTP timestamps as sender reports carry them (RFC 3550 §4), and wall-clock time as we keep it:
 * ms since 1970-01-01 UTC, with fractions. A double holds that to less than a microsecond.
 */
export interface NtpTime {
  /** Seconds since 1900-01-01, modulo 2^32. */
  seconds: number;
  /** 1/2^32 s */
  fraction: number;
}

const epochOffsetS = 2_208_988_800; // 1900 to 1970

export function ntpFromWallMs(wallMs: number): NtpTime {
  const wholeS = Math.floor(wallMs / 1000);
  return {
    seconds: (wholeS + epochOffsetS) % 0x100000000,
    fraction: Math.min(0xffffffff, Math.round((wallMs / 1000 - wholeS) * 0x100000000)),
  };
}

/** A peer without a real clock counts from its start: the time is then long past, but its differences are right. */
export function wallMsFromNtp({ seconds, fraction }: NtpTime): number {
  return (seconds - epochOffsetS) * 1000 + (fraction * 1000) / 0x100000000;
}

/** The middle 32 bits, in 1/65536 s: what LSR holds (RFC 3550 §6.4.1). */
export function ntpMiddle({ seconds, fraction }: NtpTime): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
