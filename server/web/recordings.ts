import type { FastifyInstance } from 'fastify';
import type { Responder } from '../../vod/serve/responder.js';
import { problem, sendProblem } from '../api/problem.js';
import { isOperator, recordingsPrefix, type RestServices } from '../api/rest-routes.js';

/** The recordings' media: playlists, segments, poster, download. For the operator alone, as the list is. */
export function serveRecordings(app: FastifyInstance, responder: Responder, access: RestServices): void {
  app.get<{ Params: { recordingId: string; resource: string } }>(
    `${recordingsPrefix}/:recordingId/:resource`,
    async (request, reply) => {
      if (!isOperator(request, access))
        return sendProblem(reply, problem(401, 'sign-in', 'Sign in as the operator first.'));
      const { headers, params } = request;
      const response = await responder.respond({
        ...params,
        range: headers.range,
        ifNoneMatch: headers['if-none-match'],
        ifRange: headers['if-range']?.toString(),
      });
      if (response.status === 404)
        return sendProblem(reply, problem(404, 'not-found', 'There is no such recording.'));
      return reply.code(response.status).headers(response.headers).send(response.body);
    },
  );
}
