import type { ConferenceStatistics } from '../../../sfu/mixing/plan.js';
import type { LoopBackFindings } from '../../api/loop-back-operations.js';
import type { NegotiatedMedia } from '../../../sip-gateway/sdp/types.js';

/** The one source of the plan: who called. */
export const caller = 'caller';

/** Below this nothing but noise is heard, dBov. */
const audibleDbov = -60;

/** What has come of a room's picture and sound since its call began. */
export class Findings {
  #picture: LoopBackFindings['picture'] = null;
  #soundDbov: number | null = null;
  #loudestDbov: number | null = null;
  #fractionLost = 0;
  #remoteFractionLost: number | null = null;
  #jitterMs = 0;
  #roundTripMs: number | null = null;

  observe({ sessions, sources }: ConferenceStatistics, { audio, video }: NegotiatedMedia): void {
    const own = [audio?.id, video?.session.id].flatMap(id => (id === undefined ? [] : (sessions[id] ?? [])));
    const sum = (of: (one: (typeof own)[number]) => number) => own.reduce((all, one) => all + of(one), 0);
    const lost = sum(({ packetsLost }) => Math.max(0, packetsLost));
    this.#fractionLost = lost / Math.max(1, lost + sum(({ packetsReceived }) => packetsReceived));
    this.#jitterMs = Math.round(Math.max(0, ...own.map(({ jitterMs }) => jitterMs)));
    const reporting = own.filter(({ remoteReports }) => remoteReports > 0);
    if (reporting.length > 0)
      this.#remoteFractionLost = Math.max(...reporting.map(({ remoteFractionLost }) => remoteFractionLost));
    for (const { roundTripMs } of own) if (roundTripMs !== null) this.#roundTripMs = Math.round(roundTripMs);
    const seen = sources[caller];
    if (!seen) return;
    const { width, height, framesPerSecond, audioLevel } = seen;
    this.#picture =
      framesPerSecond > 0 ? { width, height, framesPerSecond: Math.round(framesPerSecond) } : null;
    const hears = audio !== undefined && (sessions[audio.id]?.packetsReceived ?? 0) > 0;
    this.#soundDbov = hears ? -audioLevel : null;
    if (hears) this.#loudestDbov = Math.max(this.#loudestDbov ?? -127, -audioLevel);
  }

  /** Picture and sound have come, as far as they were agreed. */
  isGood({ audio, video }: NegotiatedMedia): boolean {
    const sees = this.#picture !== null || !video?.session.receive;
    return sees && ((this.#loudestDbov ?? -127) > audibleDbov || !audio?.receive);
  }

  get result(): LoopBackFindings {
    return {
      picture: this.#picture,
      soundDbov: this.#loudestDbov,
      fractionLost: this.#fractionLost,
      remoteFractionLost: this.#remoteFractionLost,
      jitterMs: this.#jitterMs,
      roundTripMs: this.#roundTripMs,
    };
  }

  /** For who looks at the own picture meanwhile. */
  get lines(): string[] {
    const percent = (fraction: number) => `${(fraction * 100).toFixed(1)} %`;
    const picture = this.#picture;
    const level = this.#soundDbov;
    return [
      '回环测试 · You see and hear yourself',
      picture
        ? `画面 · Picture ${picture.width}×${picture.height}, ${picture.framesPerSecond}/s`
        : '没有收到画面 · No picture has come',
      level === null ? '没有收到声音 · No sound has come' : `声音 · Sound ${meter(level)} ${level} dB`,
      `丢包 · Lost ${percent(this.#fractionLost)} / ${this.#remoteFractionLost === null ? '–' : percent(this.#remoteFractionLost)}`,
    ];
  }
}

const meterLength = 12;

/** From -60 dBov, at which nothing is heard, to 0. */
function meter(dbov: number): string {
  const full = Math.round(((dbov - audibleDbov) / -audibleDbov) * meterLength);
  const shown = Math.min(meterLength, Math.max(0, full));
  return '■'.repeat(shown) + '□'.repeat(meterLength - shown);
}
