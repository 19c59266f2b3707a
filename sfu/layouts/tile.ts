/** A place on a canvas, in pixels. The width is a multiple of 16 and all else of 2, as scaler and 4:2:0 need. */
export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface CanvasSize {
  width: number;
  height: number;
}

/** The largest number not above `n` that is a multiple of `of`. */
export function multipleBelow(n: number, of: number): number {
  return Math.floor(n / of) * of;
}
