import { FrameDepacketizer } from './frame-depacketizer.js';

/** VP9 out of RTP (RFC 9628). Of a scalable stream the lowest layer is taken, which stands by itself. */
export class Vp9Depacketizer extends FrameDepacketizer {
  #keyframe = false;

  protected begins(data: Buffer, start: number): boolean {
    return (data[start]! & 0x08) !== 0 && layerOf(data, start) === 0;
  }

  protected append(data: Buffer, start: number, end: number): boolean {
    const payload = descriptorEnd(data, start, end);
    if (payload < 0) return false;
    if (layerOf(data, start) > 0) return true;
    // §4.2: P says that the frame is predicted from others.
    if (this.begins(data, start)) this.#keyframe = (data[start]! & 0x40) === 0;
    return this.frame.append(data, payload, end);
  }

  protected isKeyframe(): boolean {
    return this.#keyframe;
  }

  protected override onCleared(): void {
    this.#keyframe = false;
  }
}

/** Where the layer indices stand, behind the PictureID; -1 without. */
function layerIndex(data: Buffer, start: number): number {
  const first = data[start]!;
  if ((first & 0x20) === 0) return -1;
  return start + 1 + ((first & 0x80) === 0 ? 0 : data[start + 1]! & 0x80 ? 2 : 1);
}

/** SID (§4.2) */
function layerOf(data: Buffer, start: number): number {
  const at = layerIndex(data, start);
  return at < 0 || at >= data.length ? 0 : (data[at]! >> 1) & 7;
}

/** Where the payload begins behind its descriptor (§4.2); -1 when there is none. */
function descriptorEnd(data: Buffer, start: number, end: number): number {
  const first = data[start]!;
  const flexible = (first & 0x10) !== 0;
  let at = start + 1;
  if (first & 0x80) at += at < end && data[at]! & 0x80 ? 2 : 1; // PictureID, 15 or 7 bits
  if (first & 0x20) at += flexible ? 1 : 2; // layer indices, TL0PICIDX
  if (flexible && first & 0x40) {
    let references = 0;
    do {
      if (at >= end || ++references > 3) return -1;
    } while (data[at++]! & 1);
  }
  if (first & 0x02) at = structureEnd(data, at, end);
  return at >= 0 && at < end ? at : -1;
}

/** Scalability structure: sizes of the layers, and the pictures of a group with their references. */
function structureEnd(data: Buffer, start: number, end: number): number {
  if (start >= end) return -1;
  const first = data[start]!;
  let at = start + 1;
  if (first & 0x10) at += ((first >> 5) + 1) * 4;
  if (first & 0x08) {
    if (at >= end) return -1;
    for (let pictures = data[at++]!; pictures > 0; pictures--) {
      if (at >= end) return -1;
      at += 1 + ((data[at]! >> 2) & 3);
    }
  }
  return at;
}
