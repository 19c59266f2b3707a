/** Heights of the usual three spatial layers of a 720p sender are 180, 360 and 720. */
const lowestLayerHeight = 180;
const middleLayerHeight = 360;

/** The smallest spatial layer (0–2) that fills a tile of so many pixels' height. */
export function spatialLayerFor(tileHeight: number): number {
  if (tileHeight > middleLayerHeight) return 2;
  return tileHeight > lowestLayerHeight ? 1 : 0;
}
