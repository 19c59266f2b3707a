import type { RtpPacket } from './packet.js';
import { timestampDelta } from './sequence.js';

/** DTMF in RTP (RFC 4733 §2.3, §3.2). */
const digits = '0123456789*#ABCD';
const payloadBytes = 4;

/** Tells each key press once, however many packets repeat it, and whichever of them are lost. */
export class TelephoneEvents {
  /** Packets that were no telephone event. */
  malformed = 0;
  #timestamp: number | undefined;
  #event = -1;
  #duration = 0;

  /** The digit of a key press that begins with this packet; null for its repetitions and for other events. */
  push(packet: RtpPacket): string | null {
    if (packet.payloadBytes < payloadBytes) {
      this.malformed++;
      return null;
    }
    const at = packet.payloadStart;
    const event = packet.buffer[at]!;
    const duration = packet.buffer.readUInt16BE(at + 2);
    // All packets of one press carry the timestamp of its beginning (§2.2.1).
    const passed = this.#timestamp === undefined ? 1 : timestampDelta(packet.timestamp, this.#timestamp);
    const isNew = passed > 0 && !this.#goesOn(event, passed);
    if (passed > 0) {
      this.#timestamp = packet.timestamp;
      this.#event = event;
      this.#duration = 0;
    }
    if (passed >= 0) this.#duration = Math.max(this.#duration, duration);
    return isNew ? (digits[event] ?? null) : null;
  }

  /** Another sender: its timestamps have nothing to do with those before. */
  reset(): void {
    this.#timestamp = undefined;
  }

  /** A press longer than 16 bits of duration goes on as another segment (§2.5.1.3). */
  #goesOn(event: number, passed: number): boolean {
    return event === this.#event && this.#duration >= 0xf000 && passed <= 0xffff;
  }
}
