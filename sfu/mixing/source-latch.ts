import type { RtpAddress } from '../rtp/session.js';

/** How long the one that we listen to may be silent before another address may take its place. */
const relatchAfterMs = 2000;

/**
 * Whom a session listens to, and where it sends. With symmetric RTP (RFC 4961) that is where valid packets come
 * from: the first address is latched and kept, and another takes its place only when it has fallen silent, so
 * that garbage from elsewhere cannot steal the stream. Else it is what signalling said.
 */
export class SourceLatch {
  #remote: RtpAddress;
  #symmetric: boolean;
  #address = '';
  #port = 0;
  #rtcpPort = 0;
  #heardMs = 0;
  #nominated = false;

  constructor(remote: RtpAddress, symmetric: boolean) {
    this.#remote = remote;
    this.#symmetric = symmetric;
  }

  /** Signalling gave another address: what was latched holds no more. Nothing happens when it is the same. */
  update(remote: RtpAddress, symmetric: boolean): void {
    const same =
      remote.address === this.#remote.address &&
      remote.port === this.#remote.port &&
      remote.rtcpPort === this.#remote.rtcpPort &&
      symmetric === this.#symmetric;
    if (same) return;
    this.#remote = remote;
    this.#symmetric = symmetric;
    this.#address = '';
    this.#port = this.#rtcpPort = 0;
    this.#nominated = false;
  }

  /** Call only for packets that are RTP of this session. False: it comes from somebody else, drop it. */
  acceptRtp(address: string, port: number, nowMs: number): boolean {
    if (this.#nominated) return address === this.#address;
    if (!this.#symmetric) return address === this.#remote.address;
    if (address !== this.#address || port !== this.#port) {
      if (this.#address !== '' && nowMs - this.#heardMs <= relatchAfterMs) return false;
      if (address !== this.#address) this.#rtcpPort = 0;
      this.#address = address;
      this.#port = port;
    }
    this.#heardMs = nowMs;
    return true;
  }

  /** Call only for well-formed RTCP. It never latches an address by itself, but the port of a known one. */
  acceptRtcp(address: string, port: number): boolean {
    if (!this.#symmetric) return address === this.#remote.address;
    if (address !== (this.#address || this.#remote.address)) return false;
    this.#rtcpPort = port;
    return true;
  }

  /** ICE says where to (RFC 8445 §8.1.1): that holds until it says otherwise. */
  nominate(address: string, port: number): void {
    this.#nominated = true;
    this.#address = address;
    this.#port = port;
  }

  nominateRtcp(port: number): void {
    this.#rtcpPort = port;
  }

  /** What was latched; null before the first packet, and without symmetric RTP. */
  get heard(): { address: string; port: number } | null {
    return this.#address === '' ? null : { address: this.#address, port: this.#port };
  }

  get address(): string {
    return this.#address || this.#remote.address;
  }

  get port(): number {
    return this.#port || this.#remote.port;
  }

  /** On one port with RTP when both sides agreed on that (RFC 5761). */
  get rtcpPort(): number {
    if (this.#remote.port === this.#remote.rtcpPort) return this.port;
    return this.#rtcpPort || this.#remote.rtcpPort;
  }
}
