import type { Fit } from '../../codecs/mapping.js';
import { tilesOf } from '../../layouts/layout.js';
import type { Tile } from '../../layouts/tile.js';
import type { ConferencePlan, SourcePlan } from '../plan.js';
import type { ConferenceVideo } from './conference-video.js';
import type { CanvasNode } from './graph.js';
import type { Labels } from './labels.js';
import type { Mark } from './marks.js';
import type { CanvasPlan, SharedTile } from './messages.js';
import type { Overlay } from './overlay.js';
import { TilePool } from './tile-pool.js';

const waitingText = '等待其他参会者 · Waiting for others';

/** What compose threads paint, and the shared memory of the tiles that they paint. */
export class CanvasPlans {
  readonly #pool = new TilePool();
  #ids = 0;

  constructor(private readonly labels: Labels) {}

  /** Of all canvases of the conference; takes tiles, and gives those back that nobody paints any more. */
  update(plan: ConferencePlan, conference: ConferenceVideo): CanvasPlan[] {
    const tiles = new Map<string, SharedTile>();
    const plans = conference.canvases.map(canvas => this.#canvasPlan(plan, conference, canvas, tiles));
    this.giveBack(conference.tiles, tiles);
    conference.tiles = tiles;
    return plans;
  }

  /** Memory of tiles that are wanted no more. */
  giveBack(before: ReadonlyMap<string, SharedTile>, wanted: ReadonlyMap<string, SharedTile>): void {
    const nowMs = performance.now();
    for (const [key, { memory }] of before) if (!wanted.has(key)) this.#pool.give(memory, nowMs);
  }

  /** Also notes in `tiles` the pictures that the canvas needs. */
  #canvasPlan(
    plan: ConferencePlan,
    conference: ConferenceVideo,
    canvas: CanvasNode,
    tiles: Map<string, SharedTile>,
  ): CanvasPlan {
    const { id, view, width, height, frameRate } = canvas;
    const seen = view.siteIds.filter(siteId => siteId !== null);
    const speaker = view.border && seen.length > 1 ? plan.speaker : undefined;
    const places = seen.length === 0 ? [] : tilesOf(view.layout, view.siteIds.length, { width, height });
    const placed = places.flatMap((place, n) => {
      const siteId = view.siteIds[n];
      const source = plan.sources.find(known => known.siteId === siteId);
      if (!siteId) return [];
      const fit = source?.content ? 'letterbox' : (view.fit ?? 'letterbox');
      const picture =
        source?.video === undefined ? undefined : this.#tile(conference, source.video, place, fit, tiles);
      return {
        place,
        border: siteId === speaker,
        ...(picture && { picture }),
        ...(view.labels && source && this.#textsOf(source, place)),
      };
    });
    const waiting =
      seen.length === 0 && !view.notice
        ? this.labels.plain(waitingText, [], Math.round(height / 20), width)
        : null;
    const noticeSize = Math.round(height / 27);
    const notice = view.notice && this.labels.block(view.notice, noticeSize, width - 4 * noticeSize);
    const texts = plan.sources
      .filter(({ siteId }) => view.labels && seen.includes(siteId))
      .map(({ name, muted, weak }) => [name, muted, weak]);
    return {
      id,
      width,
      height,
      frameRate,
      patient: canvas.encoders.some(({ outputs }) =>
        outputs.some(output => conference.leaving.has(output.session)),
      ),
      arrangementKey: JSON.stringify([
        view,
        waiting !== undefined,
        notice !== undefined,
        texts,
        placed.map(({ picture, border, label, name }) => [picture?.id, border, !!label, !!name]),
      ]),
      tiles: placed,
      ...(waiting && { waiting }),
      ...(notice && { notice }),
      background: view.background ?? 'dark',
      encoders: canvas.encoders.map(encoder => ({
        id: encoder.id,
        encoding: encoder.encoding,
        outputs: encoder.outputs.map(output => output.id),
        to: [...new Set(encoder.outputs.flatMap(({ session }) => conference.streamOf.get(session) ?? []))],
      })),
    };
  }

  #tile(
    conference: ConferenceVideo,
    session: string,
    { width, height }: Tile,
    fit: Fit,
    tiles: Map<string, SharedTile>,
  ): SharedTile {
    const key = `${width}×${height} ${fit} ${session}`;
    let tile = tiles.get(key) ?? conference.tiles.get(key);
    tile ??= {
      id: `scale:${++this.#ids}`,
      width,
      height,
      fit,
      memory: this.#pool.take(width, height, performance.now()),
    };
    tiles.set(key, tile);
    return tile;
  }

  /** Text below 10 pixels cannot be read, and above 36 a label is in the picture's way. */
  #textsOf({ name, muted, weak }: SourcePlan, { width, height }: Tile): { label?: Overlay; name?: Overlay } {
    const marks: Mark[] = [...(muted ? (['muted'] as const) : []), ...(weak ? (['weak'] as const) : [])];
    const labelSize = Math.min(36, Math.max(10, Math.round(height / 22)));
    const nameSize = Math.min(80, Math.max(12, Math.round(height / 10)));
    const label = this.labels.plate(name, marks, labelSize, width - 3 * labelSize);
    const large = this.labels.plain(name, marks, nameSize, width - 2 * nameSize);
    return { ...(label && { label }), ...(large && { name: large }) };
  }
}
