import Type from 'typebox';
import { closed, type Operation } from './operation.js';

const Site = Type.Object(
  { conferenceId: Type.String({ maxLength: 64 }), siteId: Type.String({ maxLength: 64 }) },
  closed,
);

/** ms: longer is held by asking again, so that nothing turns for minutes because a page was closed. */
const longestMoveMs = 10_000;

const cameraActions = [
  ...(['left', 'right', 'up', 'down'] as const),
  ...(['zoomIn', 'zoomOut', 'focusIn', 'focusOut', 'stop'] as const),
];
export type CameraAction = (typeof cameraActions)[number];

export const cameraOperations = {
  moveCamera: {
    method: 'POST',
    path: '/conferences/:conferenceId/sites/:siteId/camera',
    access: 'conference:control',
    summary: 'Moves the camera of a hardware room by far-end camera control (H.281)',
    params: Site,
    body: Type.Object(
      {
        action: Type.Enum(cameraActions),
        durationMs: Type.Integer({ minimum: 50, maximum: longestMoveMs, default: 500 }),
      },
      { ...closed, description: 'What comes before the time is over takes its place; stop ends it' },
    ),
  },
  useCameraPreset: {
    method: 'POST',
    path: '/conferences/:conferenceId/sites/:siteId/camera/preset',
    access: 'conference:control',
    summary: 'Takes the camera of a hardware room to a preset of its own, or stores where it is',
    params: Site,
    body: Type.Object(
      {
        preset: Type.Integer({ minimum: 0, maximum: 15 }),
        store: Type.Boolean({ default: false }),
      },
      closed,
    ),
  },
} as const satisfies Record<string, Operation>;
