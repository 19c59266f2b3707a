import { CodecContext, Frame, Packet } from 'node-av/lib';
import { AVERROR_EAGAIN } from './native.js';

/**
 * A native object with one owner. After `close()` it cannot be reached any more: FFmpeg takes a freed frame
 * without an error and crashes later. `close()` may be called twice.
 */
abstract class Owned<T> {
  #native: T | undefined;

  constructor(native: T) {
    this.#native = native;
  }

  /** @throws Error after close: a bug of ours, not of a peer */
  get native(): T {
    if (this.#native === undefined) throw new Error(`${this.constructor.name} used after close`);
    return this.#native;
  }

  get closed(): boolean {
    return this.#native === undefined;
  }

  close(): void {
    const native = this.#native;
    if (native === undefined) return;
    this.#native = undefined;
    this.free(native);
  }

  protected abstract free(native: T): void;
}

export class OwnedFrame extends Owned<Frame> {
  constructor(frame = allocated(new Frame())) {
    super(frame);
  }

  protected free(frame: Frame): void {
    frame.free();
  }
}

export class OwnedPacket extends Owned<Packet> {
  constructor() {
    super(allocated(new Packet()));
  }

  protected free(packet: Packet): void {
    packet.free();
  }
}

/** An open codec with the packet that its calls share. */
export class OwnedCodec extends Owned<CodecContext> {
  readonly #packet = new OwnedPacket();

  /** Gives compressed bytes to a decoder; false when it calls them invalid. */
  feed(bytes: Uint8Array): boolean {
    // A packet of no bytes means "end of stream" to FFmpeg, and the decoder would take nothing afterwards.
    if (bytes.length === 0) return false;
    const packet = this.#packet.native;
    packet.unref();
    // FFmpeg copies the bytes and adds the padding its bit readers need.
    packet.data = asBuffer(bytes);
    return this.native.sendPacketSync(packet) >= 0;
  }

  /** The next decoded frame into `frame`; false when there is none (yet). */
  receiveInto(frame: OwnedFrame): boolean {
    return this.native.receiveFrameSync(frame.native) >= 0;
  }

  /** Gives a frame to an encoder; null says that no more will come. */
  encode(frame: OwnedFrame | null): number {
    return this.native.sendFrameSync(frame === null ? null : frame.native);
  }

  /** The next encoded packet, valid until the next call; null when there is none (yet). */
  receive(): Packet | null {
    const packet = this.#packet.native;
    packet.unref();
    const result = this.native.receivePacketSync(packet);
    return result === AVERROR_EAGAIN || result < 0 ? null : packet;
  }

  protected free(context: CodecContext): void {
    this.#packet.close();
    context.freeContext();
  }
}

/**
 * `Packet.data` is a view of native memory that the next call frees: this is a copy, in an ArrayBuffer of its own,
 * so that it can be handed to another thread.
 */
export function copyOf(packet: Packet): Buffer {
  const data = packet.data ?? Buffer.alloc(0);
  const copy = Buffer.allocUnsafeSlow(data.length);
  data.copy(copy);
  return copy;
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function allocated<T extends { alloc(): void }>(native: T): T {
  native.alloc();
  return native;
}
