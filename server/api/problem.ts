import type { FastifyReply } from 'fastify';
import { ProtocolError, ResourceError, UserError } from '../../base/errors.js';
import type { Problem } from './rest.js';

const statusOf: Record<string, number> = {
  'number-taken': 409,
  'not-registered': 404,
  'not-allowed': 403,
  'not-allowed-address': 403,
  'name-taken': 409,
  'nobody-there': 409,
  conflict: 409,
  'already-there': 409,
  'not-a-room': 409,
  'no-camera-control': 409,
  'no-capacity': 409,
  'not-scheduled': 409,
  'too-early': 409,
  'conference-over': 409,
  'conference-locked': 409,
  'not-found': 404,
  'wrong-token': 401,
  'sfu-restarting': 503,
  'recorder-full': 503,
  'too-many-requests': 429,
  'sign-in': 401,
  'wrong-credentials': 401,
  'code-needed': 401,
  'password-expired': 403,
  'own-account': 403,
  'no-role': 403,
  'password-elsewhere': 409,
  'roles-elsewhere': 409,
  'user-name-taken': 409,
  'group-name-taken': 409,
  'address-refused': 422,
  'too-many': 409,
  'changed-meanwhile': 412,
  'version-needed': 428,
  'idempotency-key': 422,
};

/** That are named in one answer. */
const maxRows = 100;

/** A file with rows that cannot be taken: says which, so that they can be put right in one go. */
export class RowsError extends UserError {
  constructor(
    readonly rows: NonNullable<Problem['rows']>,
    message: string,
  ) {
    super('wrong-rows', message);
  }
}

/** RFC 9457. */
export function problem(status: number, code: string, title: string, detail?: string): Problem {
  return { type: 'about:blank', title, status, code, ...(detail === undefined ? {} : { detail }) };
}

export function sendProblem(reply: FastifyReply, value: Problem): FastifyReply {
  reply.request.problemCode = value.code;
  return reply.code(value.status).type('application/problem+json').send(JSON.stringify(value));
}

/** What a handler threw, as a person should see it; null: our bug, to be logged. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof RowsError)
    return { ...problem(400, error.code, error.message), rows: error.rows.slice(0, maxRows) };
  if (error instanceof UserError || error instanceof ProtocolError) {
    return problem(statusOf[error.code] ?? 400, error.code, error.message);
  }
  if (error instanceof ResourceError) return problem(503, error.code, error.message);
  return null;
}
