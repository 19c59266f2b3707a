import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import type { Catalogue } from '../../vod/catalogue/catalogue.js';
import type { RecordingSummary } from '../../vod/catalogue/recording-summary.js';
import type { RecordingNumbers } from '../conferences/playback/recording-numbers.js';
import type { RecordingNumber } from '../store/recording-number-records.js';
import type { Handlers } from './rest-routes.js';
import type { Recording } from './rest.js';

export const recordingsPrefix = '/media';

type RecordingHandlers = Pick<
  Handlers,
  'listRecordings' | 'getRecording' | 'deleteRecording' | 'setRecordingNumber' | 'deleteRecordingNumber'
>;

export function recordingHandlers(
  catalogue: Catalogue,
  numbers: RecordingNumbers,
  mayRead: (request: FastifyRequest, conferenceId: string) => boolean,
): RecordingHandlers {
  const found = <T>(value: T | null): T => {
    if (value === null) throw new UserError('not-found', 'There is no such recording.');
    return value;
  };
  const get = async (recordingId: string): Promise<Recording> =>
    describe(found(await catalogue.get(recordingId)), numbers.of(recordingId));
  return {
    listRecordings: async request => {
      const known = numbers.all();
      return (await catalogue.list())
        .filter(({ conferenceId }) => mayRead(request, conferenceId))
        .map(summary => describe(summary, known.get(summary.recordingId)));
    },
    getRecording: (_request, { params }) => get(params.recordingId),
    deleteRecording: async (_request, { params }) => {
      found((await catalogue.delete(params.recordingId)) || null);
      numbers.take(params.recordingId);
      return undefined;
    },
    setRecordingNumber: async (_request, { params, body }) => {
      await numbers.give(params.recordingId, body);
      return get(params.recordingId);
    },
    deleteRecordingNumber: async (_request, { params }) => {
      found(await catalogue.get(params.recordingId));
      numbers.take(params.recordingId);
      return undefined;
    },
  };
}

function describe(summary: RecordingSummary, given: RecordingNumber | undefined): Recording {
  const base = `${recordingsPrefix}/${summary.recordingId}`;
  const { recordingId, conferenceId, title, startedAt, durationMs, bytes, state } = summary;
  return {
    ...{ recordingId, conferenceId, title, startedAt, durationMs, bytes, state },
    poster: summary.hasPoster ? `${base}/poster.jpg` : null,
    playlist: `${base}/index.m3u8`,
    download: `${base}/download.mp4`,
    number: given?.number ?? null,
    pin: given?.pin ?? null,
  };
}
