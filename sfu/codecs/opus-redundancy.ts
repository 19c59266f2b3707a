import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** As far as it is used here: TypeScript knows it with the types of browsers only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Record<string, Record<string, () => number>>,
  ) => { exports: object };
};

/** libopus as @evan/opus compiled it: its C interface, on memory of its own. */
interface LibOpus {
  memory: { buffer: ArrayBuffer };
  _initialize(): void;
  malloc(bytes: number): number;
  opus_decoder_get_size(channels: number): number;
  opus_decoder_init(state: number, sampleRate: number, channels: number): number;
  opus_decode(
    state: number,
    data: number,
    bytes: number,
    pcm: number,
    samples: number,
    redundancy: 0 | 1,
  ): number;
}

const sampleRate = 48_000;
/** RFC 6716 §3.4: 1275 bytes a frame; more than a frame of 20 ms carries no redundancy that is of use here. */
const mostBytes = 1500;
/** A packet of 120 ms, two channels. */
const mostSamples = 5760 * 2;

/**
 * What FFmpeg's door to libopus lacks: the sound before a packet out of the packet's own redundancy (RFC 6716
 * §2.1.7). Streams are decoded by FFmpeg, at a third of the cost; after a loss this decoder hears the packets before
 * it first, so that it is in step. One serves all streams of a thread.
 */
export class OpusRedundancy {
  readonly #opus = load();
  readonly #state = this.#opus.malloc(this.#opus.opus_decoder_get_size(1));
  readonly #data = this.#opus.malloc(mostBytes);
  readonly #pcm = this.#opus.malloc(mostSamples * 2);

  /**
   * The `samples` (mono, 48 kHz; as long as `next` is) between `before` and `next`, valid until the next call; null
   * where that cannot be had.
   */
  recover(before: readonly Uint8Array[], next: Uint8Array, samples: number): Int16Array | null {
    if (this.#opus.opus_decoder_init(this.#state, sampleRate, 1) !== 0) return null;
    for (const packet of before) this.#decode(packet, mostSamples / 2, 0);
    if (this.#decode(next, samples, 1) !== samples) return null;
    return new Int16Array(this.#opus.memory.buffer, this.#pcm, samples);
  }

  #decode(packet: Uint8Array, samples: number, redundancy: 0 | 1): number {
    if (packet.length === 0 || packet.length > mostBytes) return -1;
    // A view for each call: the memory is another one after it has grown.
    new Uint8Array(this.#opus.memory.buffer).set(packet, this.#data);
    return this.#opus.opus_decode(this.#state, this.#data, packet.length, this.#pcm, samples, redundancy);
  }
}

function load(): LibOpus {
  const file = createRequire(import.meta.url).resolve('@evan/opus/wasm/simd.wasm');
  const nothing = () => 0;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
    wasi_snapshot_preview1: { fd_seek: nothing, fd_write: nothing, fd_close: nothing, proc_exit: nothing },
    env: { emscripten_notify_memory_growth: nothing },
  });
  const opus = exports as unknown as LibOpus;
  opus._initialize();
  return opus;
}
