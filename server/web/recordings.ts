import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Responder } from '../../vod/serve/responder.js';
import { problem, sendProblem } from '../api/problem.js';
import type { Guard } from '../api/guard.js';
import type { Operation } from '../api/operation.js';
import { recordingsPrefix } from '../api/recording-routes.js';

const retryAfterS = 5;
const play: Operation = {
  method: 'GET',
  path: '',
  access: 'recording:read',
  summary: 'Play',
  audited: true,
};

/** The recordings' media: playlists, segments, poster, download. For those who may see the recording in the list. */
export function serveRecordings(app: FastifyInstance, responder: Responder, guard: Guard, log: Log): void {
  app.get<{ Params: { recordingId: string; resource: string } }>(
    `${recordingsPrefix}/:recordingId/:resource`,
    {
      onRequest: (request, reply) => guard.admit(request, reply, play),
      // The whole is taken away once; segments are fetched by the thousand.
      onResponse: async (request, reply) => {
        if (request.params.resource === 'download.mp4') guard.note('downloadRecording', play, request, reply);
      },
    },
    async (request, reply) => {
      const { headers, params } = request;
      const response = await responder
        .respond({
          ...params,
          range: headers.range,
          ifNoneMatch: headers['if-none-match'],
          ifRange: headers['if-range']?.toString(),
        })
        .catch((error: unknown) => {
          log.warn({ ...params, reason: messageOf(error) }, 'the archive cannot be read');
          return null;
        });
      if (!response) {
        void reply.header('retry-after', retryAfterS);
        const advice = 'The archive of recordings does not answer. Try again in a moment.';
        return sendProblem(reply, problem(503, 'archive-away', advice));
      }
      if (response.status === 404)
        return sendProblem(reply, problem(404, 'not-found', 'There is no such recording.'));
      return reply.code(response.status).headers(response.headers).send(response.body);
    },
  );
}
