import { randomBytes } from 'node:crypto';
import type { types } from 'mediasoup';
import { ordinarySound, type SiteSound } from '../api/sound.js';
import type { SignalSample } from '../api/statistics.js';
import type { SavedSite } from './life/saved-run.js';
import type { QualityLevel, SiteQuality, SiteState, StreamSource } from '../api/signalling.js';

export type Connection = SiteState['connection'];

const noQuality: SiteQuality = {
  level: 'unknown',
  fractionLost: 0,
  jitterMs: 0,
  roundTripMs: null,
  sendBitrate: 0,
  receiveBitrate: 0,
};

/** Looks at the network that are kept: three minutes. */
const keptSamples = 90;

/**
 * An endpoint in a conference, however it is connected. What it sends is in the SFU, so every site looks the same
 * to everybody else: a browser publishes there itself, a hardware room is published by the MCU.
 */
export abstract class Site {
  abstract readonly kind: SiteState['kind'];
  readonly siteId: string;
  /** RFC 3339. */
  readonly joinedAt: string;
  /** What the site sends, as producers of the SFU. */
  readonly streams = new Map<StreamSource, types.Producer>();
  connection: Connection = 'connecting';
  quality: SiteQuality = noQuality;
  /** It has given the chair's PIN: it may do what a chair may, while it stays. */
  chair: boolean;
  readonly #history: SignalSample[] = [];
  #sound: SiteSound;

  /** @param before of the same site, before a crash of the server or in another call */
  constructor(
    readonly name: string,
    before?: Partial<Pick<SavedSite, 'siteId' | 'joinedAt' | 'sound' | 'chair'>>,
  ) {
    this.siteId = before?.siteId ?? randomBytes(9).toString('base64url');
    this.joinedAt = before?.joinedAt ?? new Date().toISOString();
    this.#sound = before?.sound ?? ordinarySound;
    this.chair = before?.chair ?? false;
  }

  /** Looks at the site's network; called every two seconds. */
  abstract measure(): Promise<void>;

  /** What `measure` found in the last minutes, oldest first. */
  get history(): readonly SignalSample[] {
    return this.#history;
  }

  /** Notes the quality as of now. */
  noteQuality(nowMs: number): void {
    const { level: _, ...signal } = this.quality;
    this.#history.push({ atMs: nowMs, ...signal });
    if (this.#history.length > keptSamples) this.#history.shift();
  }

  /** Releases everything; may be called twice. */
  abstract close(reason: string): void;

  /** How the conference treats its sound. A room's is made so by the MCU. */
  get sound(): SiteSound {
    return this.#sound;
  }

  async setSound(sound: SiteSound): Promise<void> {
    this.#sound = sound;
  }

  /** What lets it come back after a crash of the server. */
  get saved(): SavedSite {
    const { siteId, name, kind, joinedAt, sound, chair } = this;
    return { siteId, name, kind, joinedAt, sound, chair, secretHashes: [], callId: null, muted: false };
  }

  /** Its network is so bad that others notice. */
  get isWeak(): boolean {
    return this.quality.level === 'poor' || this.quality.level === 'lost';
  }

  get state(): SiteState {
    return {
      siteId: this.siteId,
      name: this.name,
      kind: this.kind,
      connection: this.connection,
      streams: [...this.streams].map(([source, producer]) => ({
        source,
        producerId: producer.id,
        paused: producer.paused,
      })),
      quality: this.quality,
      sound: this.sound,
      chair: this.chair,
      joinedAt: this.joinedAt,
    };
  }
}

/** The guide's classes (M6): loss ≤ 5 % and jitter < 20 ms are normal; above, people notice. */
export function qualityLevel(network: {
  fractionLost: number;
  jitterMs: number;
  roundTripMs: number | null;
}): QualityLevel {
  const roundTripMs = network.roundTripMs ?? 0;
  if (network.fractionLost > 0.1 || network.jitterMs > 100 || roundTripMs > 800) return 'poor';
  if (network.fractionLost > 0.03 || network.jitterMs > 40 || roundTripMs > 300) return 'fair';
  return 'good';
}
