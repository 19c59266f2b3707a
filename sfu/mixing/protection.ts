import type { ProtectionPosition, SrtpProtection } from '../rtp/session.js';
import { SrtpReceiver, SrtpSender } from '../rtp/srtp.js';
import { mostProtectionBytes } from '../rtp/srtp/suite.js';

/** SRTP of one endpoint, both ways. Keys that stay the same keep their counters whatever else is negotiated. */
export class Protection {
  private constructor(
    private readonly keys: SrtpProtection,
    readonly sender: SrtpSender,
    private readonly receiver: SrtpReceiver,
  ) {}

  /** `before`: what was in use until now; `remoteSsrc`: who was received with it. */
  static of(keys: SrtpProtection | undefined, before?: Protection, remoteSsrc = 0): Protection | undefined {
    if (!keys) return undefined;
    const sender =
      before && sameKeys(before.keys.send, keys.send)
        ? before.sender
        : new SrtpSender(keys.send, keys.from?.rtcpIndex);
    const receiver =
      before && sameKeys(before.keys.receive, keys.receive)
        ? before.receiver
        : new SrtpReceiver(keys.receive, before?.receiver.position(remoteSsrc) ?? keys.from?.remote);
    return new Protection(keys, sender, receiver);
  }

  /** In place; returns the new length. */
  protectRtp(packet: Buffer, length: number, index: number): number {
    return this.sender.protectRtp(packet, length, index);
  }

  protectRtcp(plain: Buffer): Buffer {
    const packet = Buffer.allocUnsafe(plain.length + mostProtectionBytes);
    plain.copy(packet);
    return packet.subarray(0, this.sender.protectRtcp(packet, plain.length));
  }

  /** The packet without protection, in the same memory; null when it is to be dropped. */
  unprotectRtp(packet: Buffer): Buffer | null {
    const length = this.receiver.unprotectRtp(packet);
    return length < 0 ? null : packet.subarray(0, length);
  }

  unprotectRtcp(packet: Buffer): Buffer | null {
    const length = this.receiver.unprotectRtcp(packet);
    return length < 0 ? null : packet.subarray(0, length);
  }

  position(remoteSsrc = 0): ProtectionPosition {
    const remote = this.receiver.position(remoteSsrc);
    return { rtcpIndex: this.sender.rtcpIndex, ...(remote && { remote }) };
  }
}

function sameKeys(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
