import { messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { ConferencePlan } from '../../../sfu/mixing/plan.js';
import type { Call, CallTarget } from '../../../sip-gateway/call/call.js';
import type { SipGateway } from '../../../sip-gateway/gateway.js';
import type { NegotiatedMedia } from '../../../sip-gateway/sdp/types.js';
import type { LoopBackResult } from '../../api/loop-back-operations.js';
import { roomEncoder } from '../composition-plan.js';
import { failureOf } from '../dial-out/call-failure.js';
import { PrivatePlan, type PlanServices } from '../private-plan.js';
import { caller, Findings } from './findings.js';

export interface LoopBackOptions {
  /** Who dials it meets themselves; null: none does. */
  number: string | null;
  /** Of a room that is called, s. */
  ringS: number;
}

/** Statistics come each second: a picture needs a keyframe, a voice a word. */
const leastMs = 4_000;
const mostMs = 10_000;
/** Nobody stays for longer. */
const longestVisitMs = 5 * 60_000;
const nobody = '0';

/** C5: a room sees and hears itself, with figures over the picture: by calling a number, or because we call it. */
export class LoopBacks {
  /** Calls of ours, which lead here when they are answered. */
  readonly #expected = new Map<string, (findings: Findings) => void>();
  /** Set before the first room is tried. */
  gateway: Pick<SipGateway, 'dial'> | undefined;

  constructor(
    private readonly services: PlanServices,
    private readonly options: LoopBackOptions,
    private readonly log: Log,
  ) {}

  leadsHere({ user }: CallTarget): boolean {
    return this.options.number !== null && user === this.options.number;
  }

  /** A call that stands leads here; false: it does not. */
  begin(call: Call): boolean {
    const expected = this.#expected.get(call.id);
    const dialled = call.direction === 'incoming' && this.leadsHere(call.target);
    if (!expected && !dialled) return false;
    const findings = this.#loop(call);
    this.log.info({ callId: call.id }, 'a room sees and hears itself');
    expected?.(findings);
    return true;
  }

  /** Calls a room, looks and listens for some seconds, and hangs up. `address` is one that may be called. */
  async try(address: string, displayName: string): Promise<LoopBackResult> {
    const failed = (failure: LoopBackResult['failure'], detail: string) => ({
      ...{ failure, detail, findings: null },
    });
    try {
      const from = { displayName, user: this.options.number ?? nobody };
      const call = await this.gateway!.dial(address, from, { ringMs: this.options.ringS * 1000 });
      return await new Promise<LoopBackResult>(resolve => {
        let rang = false;
        let found: Findings | undefined;
        call.on('ringing', () => (rang = true));
        call.on('ended', end => {
          this.#expected.delete(call.id);
          if (found) resolve({ failure: null, detail: null, findings: found.result });
          else resolve(failed(failureOf(end, rang), end.text));
        });
        this.#expected.set(call.id, findings => {
          found = findings;
          void this.#listen(call, findings).then(() => call.hangup('the test is over'));
        });
      });
    } catch (error) {
      return failed('full', messageOf(error));
    }
  }

  async #listen(call: Call, findings: Findings): Promise<void> {
    for (let waitedMs = 0; waitedMs < mostMs && call.state !== 'ended'; waitedMs += leastMs / 4) {
      await new Promise(resolve => setTimeout(resolve, leastMs / 4));
      if (waitedMs >= leastMs && call.media && findings.isGood(call.media)) return;
    }
  }

  #loop(call: Call): Findings {
    const { mixer } = this.services;
    const findings = new Findings();
    const plan: PrivatePlan = new PrivatePlan(`loop-back:${call.id}`, call, this.services, {
      press: () => {},
      plan: media => loopedPlan(plan.conferenceId, media, findings.lines),
    });
    const unsubscribe = mixer.events.on('statistics', (conferenceId, statistics) => {
      if (conferenceId !== plan.conferenceId || !call.media) return;
      findings.observe(statistics, call.media);
      plan.update();
    });
    const timer = setTimeout(() => call.hangup('the test is over'), longestVisitMs);
    call.on('ended', () => {
      clearTimeout(timer);
      unsubscribe();
      plan.close();
    });
    plan.update();
    return findings;
  }
}

function loopedPlan(
  conferenceId: string,
  { audio, video, content }: NegotiatedMedia,
  notice: string[],
): ConferencePlan {
  return {
    conferenceId,
    sessions: [audio, video?.session, content?.session].filter(session => session !== undefined),
    sources: [
      {
        ...{ siteId: caller, name: '' },
        ...(audio?.receive && { audio: audio.id }),
        ...(video?.session.receive && { video: video.session.id }),
      },
    ],
    relays: [],
    transcodes: [],
    outputs: [
      {
        id: caller,
        ...(video?.session.send && {
          video: {
            session: video.session.id,
            view: { layout: '1', siteIds: [caller], labels: false, notice },
            encoder: roomEncoder(video),
          },
        }),
        // Nobody is left out of its mix: it hears itself.
        ...(audio?.send && { audio: { session: audio.id } }),
      },
    ],
  };
}
