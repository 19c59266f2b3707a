import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ResourceError } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { MediaProcessOptions } from '../media-process-options.js';
import { pictureClasses, type PictureClass } from './hd-units.js';
import { encodeLoad, siteLoad } from './plan-load.js';

/** Of all cores; the rest is for forwarding, recording, signalling, and for moments. */
const mixingShare = 0.75;
const calibrationLimitMs = 20_000;

export interface CapacityOptions {
  /** HD units (ports of 720p30); null: measured when the server starts. */
  units: number | null;
  preset: MediaProcessOptions['preset'];
  log: Log;
}

/**
 * How much mixing the machine can do, and how much of it is in use (M8). A newcomer gets the largest picture that
 * still fits, or none: who is in a conference is never harmed by who comes.
 */
export class Capacity {
  readonly #loads = new Map<string, number>();
  readonly #reservations = new Set<{ units: number }>();
  #units: number;

  constructor(private readonly options: CapacityOptions) {
    this.#units = options.units ?? Infinity;
  }

  /** HD units of the machine; Infinity until it has been measured. */
  get units(): number {
    return this.#units;
  }

  /** HD units in use, reservations included. */
  get used(): number {
    let used = 0;
    for (const units of this.#loads.values()) used += units;
    for (const { units } of this.#reservations) used += units;
    return used;
  }

  /** What a conference uses now; 0 when it mixes nothing. */
  setLoad(conferenceId: string, units: number): void {
    if (units > 0) this.#loads.set(conferenceId, units);
    else this.#loads.delete(conferenceId);
  }

  /** The largest picture that one more site can be sent and send; null: not even the smallest. */
  largestPicture(mostFrameRate: number): PictureClass | null {
    const free = this.units - this.used;
    const fits = (picture: PictureClass) => picture.frameRate <= mostFrameRate && siteLoad(picture) <= free;
    return pictureClasses.find(fits) ?? null;
  }

  /** Keeps room for a site until its conference counts it. Call what is returned then, or when it does not come. */
  reserve(picture: PictureClass): () => void {
    const reservation = { units: siteLoad(picture) };
    this.#reservations.add(reservation);
    return () => this.#reservations.delete(reservation);
  }

  /** @throws ResourceError `machine-full` when one more composite of this size does not fit */
  admitEncoder(picture: PictureClass): void {
    if (encodeLoad(picture) <= this.units - this.used) return;
    throw new ResourceError('machine-full', fullText);
  }

  /**
   * Measures the machine, where nobody has said what it can do. Resolves with the CPU ms that a port costs each
   * second, null when that is not known; never rejects.
   */
  async calibrate(): Promise<number | null> {
    const { units, preset, log } = this.options;
    if (units !== null) return null;
    const portMs = await measurePortMs(preset).catch((error: unknown) => {
      log.warn(
        { reason: String(error) },
        'the machine cannot be measured: nothing is refused for lack of it',
      );
      return null;
    });
    if (portMs !== null) this.setPortMs(portMs);
    return portMs;
  }

  /** What an earlier measurement found. */
  setPortMs(portMs: number): void {
    if (this.options.units !== null) return;
    const cores = availableParallelism();
    this.#units = Math.max(1, Math.floor(((cores * mixingShare * 1000) / portMs) * 2) / 2);
    this.options.log.info(
      { portMs: Math.round(portMs), cores, units: this.#units },
      'capacity of the mixer, in 720p30 ports',
    );
  }
}

export const fullText =
  'The machine has no video capacity left: end another conference or recording, or try again later.';

/** CPU ms for each second that one 720p30 port costs. */
function measurePortMs(preset: MediaProcessOptions['preset']): Promise<number> {
  const script = fileURLToPath(new URL('./calibration-process.js', import.meta.url));
  const child = fork(script, [preset], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), calibrationLimitMs);
    child.on('message', message => resolve((message as { portMs: number }).portMs));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
