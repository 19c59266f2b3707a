/** 75 000 → "1:15"; from an hour on "1:01:15". */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as disks and operating systems count: 1 234 567 → "1.2 MB". */
export function formatBytes(bytes: number, tag: string): string {
  return scaled(bytes, byteUnits, tag);
}

const bitrateUnits = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'];

export function formatBitrate(bitsPerSecond: number, tag: string): string {
  return scaled(bitsPerSecond, bitrateUnits, tag);
}

function scaled(value: number, units: string[], tag: string): string {
  let step = 0;
  // Rounded first, so that 999 999 becomes "1 MB" and not "1000 kB".
  while (step < units.length - 1 && Math.round(value) >= 1000) {
    value /= 1000;
    step++;
  }
  const digits = step > 0 && value < 10 ? 1 : 0;
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(value);
  return `${number} ${units[step]}`;
}

/** 0.034 → "3.4 %". */
export function formatFraction(fraction: number, tag: string): string {
  const percent = fraction * 100;
  const digits = percent < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(percent)} %`;
}

export function formatMs(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms)} ms`;
}

/** Day and time as people of the language write them, in the browser's time zone or the given one. */
export function formatDateTime(rfc3339: string, tag: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(tag, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(rfc3339));
}

export function formatTime(rfc3339: string, tag: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(tag, {
    timeStyle: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(rfc3339));
}
