import type { ConferencePlan } from '../plan.js';
import { hdUnits, type PictureClass } from './hd-units.js';

/** Of the cost of a 720p30 port (decode what comes, scale it, encode what goes), measured: see `calibration.ts`. */
const decodeShare = 0.3;
/** What a site is taken to send until its picture is known. */
const usualPicture: PictureClass = { width: 1280, height: 720, frameRate: 30 };

/**
 * What a conference takes of the machine, in HD units: each different picture once however many sites see it, and
 * each source that is in somebody's picture.
 */
export function planLoad(
  plan: ConferencePlan,
  pictureOf: (siteId: string) => PictureClass | undefined = () => undefined,
): number {
  const encoders = new Map<string, number>();
  const shown = new Set<string>();
  for (const { video } of plan.outputs) {
    if (!video) continue;
    encoders.set(JSON.stringify([video.view, video.encoder]), hdUnits(video.encoder));
    for (const siteId of video.view.siteIds) if (siteId !== null) shown.add(siteId);
  }
  let units = 0;
  for (const each of encoders.values()) units += each * (1 - decodeShare);
  for (const { siteId, video } of plan.sources) {
    if (video !== undefined && shown.has(siteId))
      units += hdUnits(pictureOf(siteId) ?? usualPicture) * decodeShare;
  }
  return units;
}

/** What one more site takes at most, that nobody shares a picture with. */
export function siteLoad(picture: PictureClass): number {
  return hdUnits(picture);
}

/** What one more encoded picture takes, of sources that are decoded already. */
export function encodeLoad(picture: PictureClass): number {
  return hdUnits(picture) * (1 - decodeShare);
}
