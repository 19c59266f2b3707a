import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Responder } from '../../vod/serve/responder.js';
import { problem, sendProblem } from '../api/problem.js';
import { isOperator, recordingsPrefix, type RestServices } from '../api/rest-routes.js';

const retryAfterS = 5;

/** The recordings' media: playlists, segments, poster, download. For the operator alone, as the list is. */
export function serveRecordings(
  app: FastifyInstance,
  responder: Responder,
  access: RestServices,
  log: Log,
): void {
  app.get<{ Params: { recordingId: string; resource: string } }>(
    `${recordingsPrefix}/:recordingId/:resource`,
    async (request, reply) => {
      if (!isOperator(request, access))
        return sendProblem(reply, problem(401, 'sign-in', 'Sign in as the operator first.'));
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
