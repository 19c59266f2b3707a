import { UserError } from '../../base/errors.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { DialOut } from '../conferences/dial-out/dial-out.js';
import type { outgoingCallOperations } from './outgoing-calls.js';
import type { Handlers } from './rest-routes.js';

export function outgoingCallHandlers(
  conferences: ConferenceDirectory,
  dialOut: DialOut,
): Pick<Handlers, keyof typeof outgoingCallOperations> {
  const known = (conferenceId: string) => {
    const record = conferences.byId(conferenceId);
    if (!record) throw new UserError('not-found', 'There is no such conference.');
    return record;
  };
  return {
    dialOut: (request, { params, body }) => {
      request.auditDetail = { addresses: body.rooms.map(({ address }) => address) };
      return dialOut.dial(known(params.conferenceId), body);
    },
    listOutgoingCalls: (_request, { params }) => dialOut.list(known(params.conferenceId).conferenceId),
    cancelOutgoingCall: (_request, { params }) => {
      if (!dialOut.cancel(params.conferenceId, params.callId))
        throw new UserError('not-found', 'There is no such call, or it is over.');
      return undefined;
    },
  };
}
