import type { TSchema } from 'typebox';
import type { Access } from '../identity/permissions.js';

export const closed = { additionalProperties: false };

/** One REST operation: everything that types, validation, authorisation, audit and documentation are made from. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Who may: see `identity/permissions.ts`. */
  access: Access;
  /** It is about the installation as a whole: who looks after one institution may not. */
  object?: 'installation';
  summary: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** The request names the version that it changes, `If-Match: "VERSION"` (RFC 9110 §13.1.1). */
  ifMatch?: boolean;
  /** Absent: 204, no body. */
  result?: TSchema;
  /** Media type of the result where it is not JSON. */
  produces?: string;
  /** There may be no result, which is no fault: 204, and this is why. */
  mayBeEmpty?: string;
  /** Noted in the audit although it only reads. */
  audited?: boolean;
}
