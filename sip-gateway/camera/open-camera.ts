import type { NegotiatedCamera } from '../sdp/types.js';
import type { Clock } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';
import { CameraLink } from './camera-link.js';
import { CameraMover } from './camera-mover.js';
import { ourClientList, ourExtraCapabilities, parseCme } from './cme.js';
import { clientIds, parseH224, writeH224, type H224Frame } from './h224.js';
import { parseH281, writeH281, type H281Message } from './h281.js';
import { HeldArrow } from './held-arrow.js';
import type { CameraOwner, RoomCamera } from './room-camera.js';

/** A room that was not listening yet, when the first was sent, hears this one. */
const introducedAgainMs = 2_000;
/** Who asks more often gets no answer. */
const minIntroductionMs = 300;

/** Far-end camera control as a call has agreed on it: the port, and both sides of the protocol. */
export function openCamera(
  agreed: NegotiatedCamera,
  services: { clock: Clock; counters: Counters; signallingAddress: string },
  owner: CameraOwner,
): RoomCamera {
  const { clock, counters } = services;
  let introducedMs = -Infinity;
  let isKnown = false;
  const link = new CameraLink({ agreed, ...services, received: payload => takeFrame(parseH224(payload)) });
  const arrow = new HeldArrow(clock, pressed => owner.pressed(pressed));
  const send = (clientId: number, data: readonly number[]) => {
    if (agreed.send) link.send(writeH224(clientId, data));
  };
  const command = (message: H281Message) => send(clientIds.farEndCameraControl, writeH281(message));
  const mover = new CameraMover(clock, command);
  introduce();
  const again = clock.after(introducedAgainMs, introduce);

  /** Remote controls show their arrows to whom says that it has a camera. */
  function introduce(): void {
    if (clock.now() - introducedMs < minIntroductionMs) return;
    introducedMs = clock.now();
    send(clientIds.cme, ourClientList);
    send(clientIds.cme, ourExtraCapabilities);
  }

  function takeFrame(frame: H224Frame | undefined): void {
    if (!frame) return counters.count('fecc.malformed');
    if (!isKnown) introduce();
    isKnown = true;
    if (frame.clientId === clientIds.cme) {
      const message = parseCme(frame.data);
      if (!message) return counters.count('fecc.malformed');
      if (message.type === 'askClientList' || message.type === 'askExtraCapabilities') introduce();
    } else if (frame.clientId === clientIds.farEndCameraControl) {
      const message = parseH281(frame.data);
      if (message) arrow.take(message);
      else counters.count('fecc.malformed');
    }
  }

  return {
    movable: agreed.send,
    move: (motion, durationMs) => mover.move(motion, durationMs),
    stop: () => mover.stop(),
    storePreset: preset => command({ type: 'storePreset', preset }),
    activatePreset: preset => {
      mover.stop();
      command({ type: 'activatePreset', preset });
    },
    close: () => {
      again.cancel();
      arrow.release();
      mover.stop();
      link.close();
    },
  };
}
