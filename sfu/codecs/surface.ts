/** Bytes after the last plane: SIMD stores may run over the end of a row, in the last row out of the buffer. */
const guardBytes = 64;

/**
 * A picture of ours in memory of ours: planar 4:2:0, 8 bits, limited range, rows without gaps. The memory can be
 * shared between threads (then by way of `over`) and belongs to JavaScript, so that no view of it can dangle. A region
 * of a surface is a surface too, with the rows of the whole.
 */
export class Surface {
  private constructor(
    readonly memory: ArrayBufferLike,
    readonly width: number,
    readonly height: number,
    /** Y, Cb, Cr; each begins at the surface's first pixel. */
    readonly planes: readonly [Buffer, Buffer, Buffer],
    /** Bytes from one row to the next, of each plane. */
    readonly strides: readonly [number, number, number],
    /** True when the planes lie one behind the other with no gaps, as an encoder needs them. */
    readonly whole: boolean,
  ) {}

  /** Bytes of memory for a surface, the guard included. */
  static byteLength(width: number, height: number): number {
    return (width * height * 3) / 2 + guardBytes;
  }

  /** Of one thread: the collector sees its size, as it does not see that of shared memory. */
  static allocate(width: number, height: number): Surface {
    return Surface.over(new ArrayBuffer(Surface.byteLength(width, height)), 0, width, height);
  }

  /** @throws RangeError for odd sizes and for memory that is too small */
  static over(memory: ArrayBufferLike, byteOffset: number, width: number, height: number): Surface {
    if (width < 2 || height < 2 || width % 2 !== 0 || height % 2 !== 0) {
      throw new RangeError(`a surface of ${width}×${height}: 4:2:0 needs even sizes`);
    }
    if (byteOffset + Surface.byteLength(width, height) > memory.byteLength) {
      throw new RangeError(`a surface of ${width}×${height} does not fit into its memory`);
    }
    const luma = width * height;
    const chroma = luma / 4;
    const planes = [
      Buffer.from(memory, byteOffset, luma),
      Buffer.from(memory, byteOffset + luma, chroma),
      Buffer.from(memory, byteOffset + luma + chroma, chroma),
    ] as const;
    return new Surface(memory, width, height, [...planes], [width, width / 2, width / 2], true);
  }

  /** @throws RangeError unless all numbers are even and the region lies inside */
  region(x: number, y: number, width: number, height: number): Surface {
    if ([x, y, width, height].some(n => n < 0 || n % 2 !== 0) || width === 0 || height === 0) {
      throw new RangeError(`region ${width}×${height}+${x}+${y}: all must be even`);
    }
    if (x + width > this.width || y + height > this.height) {
      throw new RangeError(`region ${width}×${height}+${x}+${y} leaves ${this.width}×${this.height}`);
    }
    const [luma, cb, cr] = this.planes;
    const [lumaStride, cbStride, crStride] = this.strides;
    const planes = [
      luma.subarray(y * lumaStride + x),
      cb.subarray((y / 2) * cbStride + x / 2),
      cr.subarray((y / 2) * crStride + x / 2),
    ] as const;
    return new Surface(this.memory, width, height, [...planes], this.strides, false);
  }

  /** One colour all over, in limited range: black is 16, 128, 128. */
  fill(y: number, cb: number, cr: number): void {
    for (const [index, value] of [y, cb, cr].entries()) {
      const plane = this.planes[index]!;
      const stride = this.strides[index]!;
      const width = index === 0 ? this.width : this.width / 2;
      const height = index === 0 ? this.height : this.height / 2;
      if (this.whole) plane.fill(value);
      else for (let row = 0; row < height; row++) plane.fill(value, row * stride, row * stride + width);
    }
  }
}
