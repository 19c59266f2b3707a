import { UserError } from '../../base/errors.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { JournalRecord } from '../store/journal-records.js';
import type { JournalEntry } from './life.js';
import type { Handlers } from './rest-routes.js';

const pageSize = 200;

/** What answers the REST resources of a conference's life. */
export function lifeHandlers(
  conferences: ConferenceDirectory,
): Pick<Handlers, 'setLock' | 'endConference' | 'listJournal'> {
  const running = (conferenceId: string) => {
    if (!conferences.byId(conferenceId)) throw new UserError('not-found', 'There is no such conference.');
    const live = conferences.live(conferenceId);
    if (!live) throw new UserError('nobody-there', 'Nobody is in the conference.');
    return live;
  };
  return {
    setLock: (_request, { params, body }) => {
      running(params.conferenceId).setLocked(body.locked);
      return undefined;
    },
    endConference: async (_request, { params }) => {
      await running(params.conferenceId).end('conference-ended');
      return undefined;
    },
    listJournal: (_request, { params: { conferenceId }, query }) =>
      conferences.lives.journalOf(conferenceId, query.after ?? 0, query.limit ?? pageSize).map(describe),
  };
}

function describe(record: JournalRecord): JournalEntry {
  const { sequence, at, actorKind, actorId, actorName, kind, detail } = record;
  return {
    sequence,
    at,
    by: { kind: actorKind, id: actorId, name: actorName },
    kind: kind as JournalEntry['kind'],
    detail: JSON.parse(detail) as Record<string, unknown>,
  };
}
