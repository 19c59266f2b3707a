import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import { SipSite } from '../conferences/sip-site.js';
import type { SipReception } from '../conferences/sip-reception.js';
import type { moveOperations } from './move-operations.js';
import type { Handlers } from './rest-routes.js';

/** @param mayControl whether who asks may control that conference, too */
export function moveHandlers(
  conferences: ConferenceDirectory,
  reception: Pick<SipReception, 'move'>,
  mayControl: (request: FastifyRequest, conferenceId: string) => boolean,
): Pick<Handlers, keyof typeof moveOperations> {
  return {
    moveSite: async (request, { params, body }) => {
      const site = conferences.live(params.conferenceId)?.site(params.siteId);
      if (!site) throw new UserError('not-found', 'There is no such site in the conference.');
      const record = conferences.byId(body.conferenceId);
      // Not said apart: nobody learns what others have.
      if (!record || !mayControl(request, record.conferenceId))
        throw new UserError('not-found', 'There is no such conference, or it is not yours.');
      if (record.conferenceId === params.conferenceId)
        throw new UserError('already-there', 'The site is in this conference already.');
      if (!(site instanceof SipSite))
        throw new UserError('not-a-room', 'A browser is moved by opening the link of the other conference.');
      request.auditDetail = { to: record.conferenceId };
      const moved = await reception.move(site, record);
      return { conferenceId: record.conferenceId, siteId: moved.siteId };
    },
  };
}
