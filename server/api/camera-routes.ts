import { UserError } from '../../base/errors.js';
import type { Motion } from '../../sip-gateway/camera/h281.js';
import type { RoomCamera } from '../../sip-gateway/camera/room-camera.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import { SipSite } from '../conferences/sip-site.js';
import type { CameraAction, cameraOperations } from './camera-operations.js';
import type { Handlers } from './rest-routes.js';

const motions: Record<Exclude<CameraAction, 'stop'>, Motion> = {
  left: { pan: 'left' },
  right: { pan: 'right' },
  up: { tilt: 'up' },
  down: { tilt: 'down' },
  zoomIn: { zoom: 'in' },
  zoomOut: { zoom: 'out' },
  focusIn: { focus: 'in' },
  focusOut: { focus: 'out' },
};

export function cameraHandlers(
  conferences: ConferenceDirectory,
): Pick<Handlers, keyof typeof cameraOperations> {
  const cameraOf = ({ conferenceId, siteId }: { conferenceId: string; siteId: string }): RoomCamera => {
    const site = conferences.live(conferenceId)?.site(siteId);
    if (!site) throw new UserError('not-found', 'There is no such site in the conference.');
    if (!(site instanceof SipSite))
      throw new UserError('not-a-room', 'The camera of a browser cannot be moved from here.');
    const { camera } = site.call;
    if (!camera?.movable)
      throw new UserError(
        'no-camera-control',
        'The room has not agreed on far-end camera control (H.224): switch it on there, and call again.',
      );
    return camera;
  };
  return {
    moveCamera: (_, { params, body: { action, durationMs } }) => {
      const camera = cameraOf(params);
      if (action === 'stop') camera.stop();
      else camera.move(motions[action], durationMs);
      return undefined;
    },
    useCameraPreset: (_, { params, body: { preset, store } }) => {
      const camera = cameraOf(params);
      if (store) camera.storePreset(preset);
      else camera.activatePreset(preset);
      return undefined;
    },
  };
}
