/** How a source's pixels are laid into a tile; pure arithmetic, all in pixels. */

/** `letterbox`: all of the picture, with bars; `crop`: all of the tile, the picture's edges cut off. */
export type Fit = 'letterbox' | 'crop';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where in the source is read and where in the target is written. */
export interface Mapping {
  source: Rectangle;
  target: Rectangle;
}

/** Nobody sees that a picture is wider or higher by so much; to cut it off would cost more than the scaling. */
const invisibleStretch = 0.01;
/** Ratios that differ by less are made equal by cutting, not by a bar one or two pixels thin. */
const sameRatioTolerance = 0.03;

/**
 * Both directions are scaled by the same factor, as if pixels were square. The target's width is rounded to what
 * the scaler can write (16), all else to 4:2:0's 2; what that changes of the ratio is cut off the source, if it is
 * enough to be seen.
 */
export function mapPicture(
  sourceWidth: number,
  sourceHeight: number,
  width: number,
  height: number,
  fit: Fit,
): Mapping {
  const sourceRatio = sourceWidth / sourceHeight;
  const ratio = width / height;
  const fills = fit === 'crop' || Math.abs(sourceRatio / ratio - 1) < sameRatioTolerance;
  const targetWidth = fills ? width : Math.min(width, height * sourceRatio);
  const targetHeight = fills ? height : Math.min(height, width / sourceRatio);
  const target = centred(width, height, multiple(targetWidth, 16, width), multiple(targetHeight, 2, height));
  const factor = Math.max(target.width / sourceWidth, target.height / sourceHeight);
  const source = centred(
    sourceWidth,
    sourceHeight,
    cut(target.width / factor, sourceWidth),
    cut(target.height / factor, sourceHeight),
  );
  return { source, target };
}

function centred(width: number, height: number, innerWidth: number, innerHeight: number): Rectangle {
  return {
    x: even((width - innerWidth) / 2),
    y: even((height - innerHeight) / 2),
    width: innerWidth,
    height: innerHeight,
  };
}

/** The whole source side stays as it is, even when odd: only what is cut must be even. */
function cut(size: number, whole: number): number {
  return whole - size < Math.max(1, whole * invisibleStretch)
    ? whole
    : Math.max(Math.min(2, whole), even(size));
}

function multiple(size: number, of: number, most: number): number {
  const rounded = Math.max(of, Math.round(size / of) * of);
  return Math.min(rounded, Math.floor(most / of) * of);
}

function even(n: number): number {
  return Math.floor(n / 2) * 2;
}
