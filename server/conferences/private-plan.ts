import type { Capacity } from '../../sfu/mixing/capacity/capacity.js';
import type { PictureClass } from '../../sfu/mixing/capacity/hd-units.js';
import { planLoad } from '../../sfu/mixing/capacity/plan-load.js';
import type { Mixer } from '../../sfu/mixing/mixer.js';
import type { ConferencePlan } from '../../sfu/mixing/plan.js';
import type { Call } from '../../sip-gateway/call/call.js';
import type { NegotiatedMedia } from '../../sip-gateway/sdp/types.js';
import { CallKeys } from './call-keys.js';

export interface PlanServices {
  mixer: Mixer;
  capacity: Capacity;
}

/** One call that is in no conference: a conference of one for the MCU, from now until `close`. */
export class PrivatePlan {
  readonly keys: CallKeys;
  #unsubscribe: (() => void)[];

  constructor(
    readonly conferenceId: string,
    private readonly call: Call,
    private readonly services: PlanServices,
    private readonly owner: {
      press: (digit: string) => void;
      plan: (media: NegotiatedMedia) => ConferencePlan;
      /** Of what is decoded; absent: nothing is. */
      pictureOf?: (siteId: string) => PictureClass | undefined;
    },
  ) {
    const { mixer } = services;
    this.keys = new CallKeys(call, digit => owner.press(digit));
    this.#unsubscribe = [
      call.on('dtmf', digit => this.keys.bySignalling(digit)),
      call.on('media', () => this.update()),
      call.on('keyframeRequested', () => {
        const video = call.media?.video?.session.id;
        if (video !== undefined) mixer.requestKeyframe(conferenceId, video);
      }),
      mixer.events.on('dtmf', (from, _session, digit) => {
        if (from === conferenceId) this.keys.byMedia(digit);
      }),
    ];
  }

  /** What is seen or heard has changed. */
  update(): void {
    const { mixer, capacity } = this.services;
    const { media, state } = this.call;
    if (!media || state === 'ended' || this.#unsubscribe.length === 0) return;
    const plan = this.owner.plan(media);
    mixer.setPlan(plan);
    capacity.setLoad(this.conferenceId, planLoad(plan, this.owner.pictureOf));
  }

  /** The MCU lets go of the call's ports. */
  close(): void {
    if (this.#unsubscribe.length === 0) return;
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.services.mixer.removePlan(this.conferenceId);
    this.services.capacity.setLoad(this.conferenceId, 0);
  }
}
