import type { Picture } from '../../codecs/picture.js';
import { Scaler } from '../../codecs/scaler.js';
import { VideoDecoder } from '../../codecs/video-decoder.js';
import type { VideoCodecName } from '../../rtp/session.js';
import type { Costs, SharedTile } from './messages.js';
import { TileMemory } from './tile-memory.js';

interface ScaledTile {
  memory: TileMemory;
  scaler: Scaler;
  /** Since it was last asked. */
  costMs: number;
}

/**
 * One stream's decoder, and the tile sizes in which its pictures are wanted: decoded once, scaled once for each
 * size. Without a size there is no decoder.
 */
export class TileScaler {
  width = 0;
  height = 0;
  /** Pictures decoded since the beginning. */
  pictures = 0;
  #decoder: VideoDecoder | undefined;
  #newest: Picture | null = null;
  #decodeMs = 0;
  readonly #tiles = new Map<string, ScaledTile>();

  constructor(readonly codec: VideoCodecName) {}

  get wanted(): boolean {
    return this.#tiles.size > 0;
  }

  /** True when a decoder began, which needs a keyframe. A new size gets the newest picture at once. */
  setTiles(wanted: readonly SharedTile[]): boolean {
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, { scaler }] of this.#tiles) {
      if (ids.has(id)) continue;
      scaler.close();
      this.#tiles.delete(id);
    }
    for (const { id, memory, width, height, fit } of wanted) {
      if (this.#tiles.has(id)) continue;
      const tile = { memory: new TileMemory(memory, width, height), scaler: new Scaler(fit), costMs: 0 };
      this.#tiles.set(id, tile);
      if (this.#newest) show(this.#newest, tile);
    }
    if (!this.wanted) this.#stop();
    if (!this.wanted || this.#decoder) return false;
    this.#decoder = new VideoDecoder(this.codec);
    return true;
  }

  /** A picture that the bytes complete is in all tiles afterwards. False: the decoder could not use them. */
  decode(bytes: Buffer): boolean {
    const decoder = this.#decoder;
    if (!decoder) return true;
    const { errors } = decoder;
    // The picture before is valid no longer.
    const startMs = performance.now();
    const picture = (this.#newest = decoder.decode(bytes));
    this.#decodeMs += performance.now() - startMs;
    if (!picture) return decoder.errors === errors;
    this.pictures++;
    this.width = picture.width;
    this.height = picture.height;
    for (const tile of this.#tiles.values()) show(picture, tile);
    return decoder.errors === errors;
  }

  /** Processor time since the last call, which was `seconds` ago, of the nodes `decode:SESSION` and each tile's id. */
  takeCosts(seconds: number, session: string, into: Costs): void {
    into[`decode:${session}`] = this.#decodeMs / seconds;
    this.#decodeMs = 0;
    for (const [id, tile] of this.#tiles) {
      into[id] = tile.costMs / seconds;
      tile.costMs = 0;
    }
  }

  /** Nothing comes any more: its tiles show the name instead. */
  silence(): void {
    for (const { memory } of this.#tiles.values()) memory.live = false;
  }

  close(): void {
    this.silence();
    for (const { scaler } of this.#tiles.values()) scaler.close();
    this.#tiles.clear();
    this.#stop();
  }

  #stop(): void {
    this.#newest = null;
    this.#decoder?.close();
    this.#decoder = undefined;
  }
}

function show(picture: Picture, tile: ScaledTile): void {
  const startMs = performance.now();
  const isScaled = tile.scaler.scale(picture, tile.memory.next);
  tile.costMs += performance.now() - startMs;
  if (!isScaled) return;
  tile.memory.publish();
  tile.memory.live = true;
}
