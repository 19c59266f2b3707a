import Type from 'typebox';
import { closed, type Operation } from './operation.js';

const siteId = Type.String({ maxLength: 64 });
const InConference = { conferenceId: Type.String({ maxLength: 64 }) };

export const moveOperations = {
  moveSite: {
    method: 'POST',
    path: '/conferences/:conferenceId/sites/:siteId/move',
    access: 'conference:control',
    summary:
      'Takes a hardware room, in the call that it is in, to another conference; both have to be within the right',
    params: Type.Object({ ...InConference, siteId }, closed),
    body: Type.Object(InConference, { ...closed, description: 'Where it goes' }),
    result: Type.Object({ ...InConference, siteId }, { ...closed, description: 'What it is there' }),
  },
} as const satisfies Record<string, Operation>;
