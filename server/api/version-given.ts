import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';

/**
 * Optimistic concurrency (RFC 9110 §13.1.1): nobody overwrites what they have not read. `version` is today's, 0 of what is not
 * there yet. @throws UserError `version-needed`, `changed-meanwhile`
 */
export function checkVersionGiven(request: FastifyRequest, version: number): void {
  const given = request.headers['if-match'];
  if (given === undefined)
    throw new UserError('version-needed', 'Send If-Match with the version that you have read; "0" for none.');
  if (given !== `"${version}"`)
    throw new UserError('changed-meanwhile', 'Somebody else has changed it meanwhile. Read it again.');
}
