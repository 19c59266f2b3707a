/** Lines of the simulcast layers that our pages send, the smallest first. */
const layerHeights = [180, 360, 720];
/** A layer may be shown this much larger than it is before the next one is taken… */
const stretch = 1.25;
/** …and is kept this far beyond, so that a tile between two sizes does not switch to and fro. */
const inertia = 1.15;

/**
 * The smallest layer that fills a tile of `tileHeight` device pixels.
 * @param layers how many the sender has; with fewer than three it is the upper ones that are missing
 * @param current the layer now, if any
 */
export function layerFor(tileHeight: number, layers: number, current?: number): number {
  const fits = (layer: number, slack: number): boolean =>
    tileHeight <= (layerHeights[layer] ?? Infinity) * stretch * slack;
  const top = layers - 1;
  let chosen = 0;
  while (chosen < top && !fits(chosen, 1)) chosen++;
  // Up is taken at once when clearly needed, down only when it clearly suffices.
  if (current !== undefined && chosen === current + 1 && fits(current, inertia)) return current;
  if (current !== undefined && chosen === current - 1 && !fits(chosen, 1 / inertia)) return current;
  return Math.min(chosen, top);
}
