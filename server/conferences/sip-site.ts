import type { SessionStatistics, SourceStatistics } from '../../sfu/mixing/plan.js';
import type { Call } from '../../sip-gateway/call/call.js';
import { Site, qualityLevel } from './site.js';

/** A hardware room. Its media runs between the room and the MCU, which publishes it in the SFU. */
export class SipSite extends Site {
  readonly kind = 'sip';
  #last:
    { received: number; lost: number; receivedBytes: number; sentBytes: number; atMs: number } | undefined;
  #sessions: SessionStatistics[] = [];
  /** Of its picture and sound, from the MCU. */
  source: SourceStatistics | undefined;

  constructor(
    name: string,
    readonly call: Call,
  ) {
    super(name);
  }

  /** Each second, from the MCU. */
  observe(sessions: SessionStatistics[], source: SourceStatistics | undefined): void {
    this.#sessions = sessions;
    this.source = source;
  }

  override async measure(): Promise<void> {
    const total = (pick: (session: SessionStatistics) => number) =>
      this.#sessions.reduce((sum, session) => sum + pick(session), 0);
    const now = {
      received: total(session => session.packetsReceived),
      lost: total(session => session.packetsLost),
      receivedBytes: total(session => session.bytesReceived),
      sentBytes: total(session => session.bytesSent),
      atMs: performance.now(),
    };
    const last = this.#last;
    this.#last = now;
    if (!last || this.#sessions.length === 0) return;
    const lost = Math.max(0, now.lost - last.lost);
    const expected = lost + Math.max(0, now.received - last.received);
    const seconds = (now.atMs - last.atMs) / 1000;
    const network = {
      fractionLost: Math.max(
        expected === 0 ? 0 : lost / expected,
        ...this.#sessions.map(s => s.remoteFractionLost),
      ),
      jitterMs: Math.round(Math.max(0, ...this.#sessions.map(session => session.jitterMs))),
      roundTripMs: maximum(this.#sessions.flatMap(session => session.roundTripMs ?? [])),
    };
    this.quality = {
      level: qualityLevel(network),
      ...network,
      sendBitrate: Math.max(0, Math.round(((now.receivedBytes - last.receivedBytes) * 8) / seconds)),
      receiveBitrate: Math.max(0, Math.round(((now.sentBytes - last.sentBytes) * 8) / seconds)),
    };
  }

  override close(reason: string): void {
    this.call.hangup(reason);
    this.streams.clear();
  }
}

function maximum(values: number[]): number | null {
  return values.length === 0 ? null : Math.round(Math.max(...values));
}
