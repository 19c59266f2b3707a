const startCode = Buffer.from([0, 0, 0, 1]);

/** A sample of MP4, whose NAL units follow their lengths of 4 bytes, with start codes instead; `before` goes first. */
export function annexB(sample: Buffer, before: Buffer | undefined): Buffer {
  const head = before?.length ?? 0;
  const picture = Buffer.allocUnsafe(head + sample.length);
  before?.copy(picture);
  sample.copy(picture, head);
  for (let at = 0; at + 4 <= sample.length;) {
    startCode.copy(picture, head + at);
    at += 4 + sample.readUInt32BE(at);
  }
  return picture;
}

/** SPS and PPS of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1), with start codes. */
export function parameterSets(avcC: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 5;
  const take = (count: number): void => {
    for (let n = 0; n < count && at + 2 <= avcC.length; n++) {
      const end = at + 2 + avcC.readUInt16BE(at);
      parts.push(startCode, avcC.subarray(at + 2, end));
      at = end;
    }
  };
  take((avcC[at++] ?? 0) & 0x1f);
  take(avcC[at++] ?? 0);
  return Buffer.concat(parts);
}
