import { BitReader, BitWriter } from '../bits.js';
import { readAacConfig, writeAacConfig, type AacLdConfig } from './aac-config.js';

/**
 * RTP payloads of MP4A-LATM (RFC 6416 §6): an audioMuxElement of ISO/IEC 14496-3 §1.7.3, one program of one layer,
 * its configuration within each or agreed beforehand.
 */

const mostUnits = 16;

/** What a StreamMuxConfig agrees on, as far as it is used. */
export interface LatmConfig {
  aac: AacLdConfig;
  /** Access units in a payload. */
  units: number;
  otherDataBits: number;
}

/** fmtp's `config` (RFC 6416 §7.1), in hexadecimal digits; undefined: not AAC-LD, or more than we understand. */
export function parseLatmConfig(hex: string): LatmConfig | undefined {
  if (!/^([0-9a-f]{2}){4,32}$/i.test(hex)) return undefined;
  const bits = new BitReader(Buffer.from(hex, 'hex'));
  const config = readStreamMuxConfig(bits);
  return bits.overrun ? undefined : config;
}

/** §1.7.3.2.3 */
function readStreamMuxConfig(bits: BitReader): LatmConfig | undefined {
  const version = bits.read(1);
  const sameFraming = bits.read(1);
  const units = bits.read(6) + 1;
  const programs = bits.read(4) + 1;
  const layers = bits.read(3) + 1;
  if (version !== 0 || !sameFraming || programs !== 1 || layers !== 1 || units > mostUnits) return undefined;
  const aac = readAacConfig(bits);
  // Whole units, of a length of their own each.
  if (!aac || bits.read(3) !== 0) return undefined;
  bits.read(8); // latmBufferFullness
  let otherDataBits = 0;
  if (bits.read(1)) {
    for (let more = 1; more && !bits.overrun;) {
      more = bits.read(1);
      otherDataBits = otherDataBits * 256 + bits.read(8);
    }
  }
  if (bits.read(1)) bits.read(8); // crcCheckSum
  return { aac, units, otherDataBits };
}

/** A receiver of one stream: in-band configurations are remembered (`useSameStreamMux`). */
export class LatmReader {
  /** Counts the configurations that came. */
  #config: LatmConfig | undefined;

  constructor(
    /** `cpresent` of the fmtp: configurations come in-band. */
    private readonly inBand: boolean,
    agreed?: LatmConfig,
  ) {
    this.#config = agreed;
  }

  /** Of what was read last. */
  get config(): AacLdConfig | undefined {
    return this.#config?.aac;
  }

  /** The access units; none when the payload is malformed, or before the first configuration. */
  read(payload: Buffer): Buffer[] {
    const bits = new BitReader(payload);
    if (this.inBand && bits.read(1) === 0) {
      const config = readStreamMuxConfig(bits);
      if (!config || bits.overrun) return [];
      this.#config = config;
    }
    const units: Buffer[] = [];
    for (let i = 0; i < (this.#config?.units ?? 0); i++) {
      let length = 0;
      let byte: number;
      do {
        byte = bits.read(8);
        length += byte;
      } while (byte === 255 && !bits.overrun);
      const unit = length === 0 ? undefined : bits.take(length);
      if (!unit) return [];
      units.push(unit);
    }
    return units;
  }
}

const headerBytes = 24;

/** The payload of one access unit; with `config` where it goes in-band: whoever comes late finds it in each. */
export function writeLatm(unit: Buffer, config: AacLdConfig | undefined): Buffer {
  const bytes = Buffer.alloc(headerBytes + Math.ceil(unit.length / 255) + unit.length);
  const bits = new BitWriter(bytes);
  if (config) {
    bits.write(0, 1);
    writeStreamMuxConfig(bits, config);
  }
  for (let left = unit.length; ; left -= 255) {
    bits.write(Math.min(left, 255), 8);
    if (left < 255) break;
  }
  for (const byte of unit) bits.write(byte, 8);
  return bytes.subarray(0, Math.ceil(bits.position / 8));
}

export function latmConfigBytes(config: AacLdConfig): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  const bits = new BitWriter(bytes);
  writeStreamMuxConfig(bits, config);
  return bytes.subarray(0, Math.ceil(bits.position / 8));
}

function writeStreamMuxConfig(bits: BitWriter, config: AacLdConfig): void {
  bits.write(0, 1); // audioMuxVersion
  bits.write(1, 1); // allStreamsSameTimeFraming
  bits.write(0, 6 + 4 + 3); // one subframe, one program, one layer
  writeAacConfig(bits, config);
  bits.write(0, 3); // frameLengthType: each says its length
  bits.write(0xff, 8); // latmBufferFullness: of a variable rate
  bits.write(0, 2); // no other data, no checksum
}
