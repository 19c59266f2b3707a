/** H.264 NAL units (ITU-T H.264 §7.3.1, Annex B). */
export const nalType = {
  slice: 1,
  partitionA: 2,
  idrSlice: 5,
  supplemental: 6,
  sequenceParameters: 7,
  pictureParameters: 8,
  accessUnitDelimiter: 9,
  /** RFC 6184 §5.2 */
  stapA: 24,
  fuA: 28,
} as const;

export const startCode = Uint8Array.of(0, 0, 0, 1);

/** Calls back with where each NAL unit of an Annex B stream begins and ends, start codes and trailing zeros off. */
export function forEachNal(data: Uint8Array, onNal: (start: number, end: number) => void): void {
  let start = -1;
  let at = 0;
  const last = data.length - 3;
  while (at <= last) {
    // Of any three bytes the third decides how far the next start code can be.
    const third = data[at + 2]!;
    if (third > 1) {
      at += 3;
    } else if (third === 0) {
      at += 1;
    } else if (data[at] === 0 && data[at + 1] === 0) {
      if (start >= 0) emit(data, start, at, onNal);
      start = at + 3;
      at = start;
    } else {
      at += 3;
    }
  }
  if (start >= 0) emit(data, start, data.length, onNal);
}

function emit(data: Uint8Array, start: number, end: number, onNal: (start: number, end: number) => void) {
  // A NAL unit never ends in zero (§7.4.1): zeros before a start code belong to it (Annex B).
  while (end > start && data[end - 1] === 0) end--;
  if (end > start) onNal(start, end);
}

/** Does the slice whose payload begins here (behind the NAL header) begin a picture: first_mb_in_slice = ue(0)? */
export function beginsPicture(firstByte: number): boolean {
  return (firstByte & 0x80) !== 0;
}
