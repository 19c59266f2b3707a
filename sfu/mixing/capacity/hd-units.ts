/** Pixels, and pictures a second. */
export interface PictureClass {
  width: number;
  height: number;
  frameRate: number;
}

/** From large to small; each fits whatever its receiver negotiated to below it. */
export const pictureClasses: readonly PictureClass[] = [
  { width: 1920, height: 1080, frameRate: 60 },
  { width: 1920, height: 1080, frameRate: 30 },
  { width: 1280, height: 720, frameRate: 60 },
  { width: 1280, height: 720, frameRate: 30 },
  { width: 704, height: 576, frameRate: 30 },
];

/**
 * What a site takes, in ports of 720p30 (M8): 1080p60 is 4, 1080p30 and 720p60 are 2, up to 4CIF at 30 frames a
 * second is a half. Portrait pictures count like their landscape twins.
 */
export function hdUnits({ width, height, frameRate }: PictureClass): number {
  const pixels = width * height;
  const size = pixels <= 704 * 576 ? 0.5 : pixels <= 1280 * 720 ? 1 : pixels <= 1920 * 1088 ? 2 : 8;
  return frameRate > 30 ? size * 2 : size;
}
