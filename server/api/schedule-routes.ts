import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { Conflict } from '../conferences/schedule/conflicts.js';
import type { Scheduler } from '../conferences/schedule/scheduler.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';
import type { scheduleOperations } from './schedule.js';
import { checkVersionGiven } from './version-given.js';

const pageSize = 100;

/** What answers the REST resources of time. @param mayRead whether the asker may know of this conference */
export function scheduleHandlers(
  conferences: ConferenceDirectory,
  scheduler: Scheduler,
  mayRead: (request: FastifyRequest, conferenceId: string) => boolean,
): Pick<Handlers, keyof typeof scheduleOperations> {
  const found = (conferenceId: string) => {
    const record = conferences.byId(conferenceId);
    if (!record) throw new UserError('not-found', 'There is no such conference.');
    return record;
  };
  const discreet = (request: FastifyRequest, conflicts: Conflict[]): Conflict[] =>
    conflicts.map(conflict => ({
      ...conflict,
      conferenceId:
        conflict.conferenceId !== null && mayRead(request, conflict.conferenceId)
          ? conflict.conferenceId
          : null,
    }));
  return {
    getSchedule: (_request, { params }, reply) => {
      const state = scheduler.find(found(params.conferenceId).conferenceId);
      if (!state) throw new UserError('not-found', 'This conference has no time.');
      reply.header('etag', `"${state.version}"`);
      return state;
    },
    setSchedule: (request, { params, body }, reply) => {
      const record = found(params.conferenceId);
      checkVersionGiven(request, scheduler.find(record.conferenceId)?.version ?? 0);
      const state = scheduler.set(record, body, own(request).userId);
      reply.header('etag', `"${state.version}"`);
      return state;
    },
    cancelSchedule: (_request, { params }) => {
      if (!scheduler.cancel(found(params.conferenceId)))
        throw new UserError('not-found', 'This conference has no time.');
      return undefined;
    },
    checkSchedule: (request, { body }) => {
      const { conferenceId = null, ...wanted } = body;
      const except = conferenceId !== null && mayRead(request, conferenceId) ? conferenceId : null;
      const { conflicts, alternatives } = scheduler.check(wanted, except);
      return { conflicts: discreet(request, conflicts), alternatives };
    },
    listCalendar: (request, { query: { from, until, offset = 0, limit = pageSize } }) =>
      scheduler
        .between(from, until)
        .filter(({ conferenceId }) => mayRead(request, conferenceId))
        .slice(offset, offset + limit)
        .map(({ conferenceId, beginsAt, endsAt, state }) => ({
          ...{ conferenceId, title: found(conferenceId).title, beginsAt, endsAt, state },
        })),
    getFreeBusy: (_request, { query: { who, from, until } }) => scheduler.freeBusy(who, from, until),
    extendConference: (request, { params, body }) => {
      const { endsAt, conflicts } = scheduler.extend(found(params.conferenceId).conferenceId, body.minutes);
      return { endsAt, conflicts: discreet(request, conflicts) };
    },
  };
}
