import { openCamera } from '../camera/open-camera.js';
import { openFloor } from '../content/open-floor.js';
import type { NegotiatedCamera, NegotiatedFloor, NegotiatedMedia } from '../sdp/types.js';
import type { Clock } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';
import type { CallMachine } from './call-machine.js';

/**
 * What is open beside the media of a call: floor control and camera control. The same as before stays open: a re-INVITE
 * must not take the floor from anybody.
 */
export class ControlChannels {
  #floor: NegotiatedFloor | undefined;
  #camera: NegotiatedCamera | undefined;

  constructor(
    private readonly machine: CallMachine,
    private readonly services: { clock: Clock; counters: Counters },
  ) {}

  agreed({ floor, camera }: NegotiatedMedia): void {
    if (this.machine.state === 'ended') return;
    if (!isSame(floor, this.#floor)) this.#openFloor(floor);
    if (!isSame(camera, this.#camera)) this.#openCamera(camera);
  }

  #openFloor(floor: NegotiatedFloor | undefined): void {
    const { machine } = this;
    this.#floor = floor;
    machine.setFloor(
      floor &&
        openFloor(floor, this.services, {
          wants: wanted => machine.contentWanted(wanted),
          opened: () => machine.floorOpened(),
        }),
    );
  }

  #openCamera(camera: NegotiatedCamera | undefined): void {
    const { machine } = this;
    this.#camera = camera;
    // The port may be the same: first the old one is closed.
    machine.setCamera(undefined);
    if (!camera) return;
    const services = { ...this.services, signallingAddress: machine.remote.address };
    machine.setCamera(openCamera(camera, services, { pressed: arrow => machine.arrow(arrow) }));
  }
}

function isSame(now: object | undefined, before: object | undefined): boolean {
  return JSON.stringify(now) === JSON.stringify(before);
}
