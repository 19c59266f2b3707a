import type { Readable } from 'node:stream';
import Type from 'typebox';
import { closed, type Operation } from './operation.js';

const Time = Type.Optional(
  Type.String({ maxLength: 40, pattern: '^\\d{4}-\\d\\d(-\\d\\d)?', description: 'RFC 3339' }),
);
const filters = {
  from: Time,
  until: Time,
  actor: Type.Optional(Type.String({ maxLength: 128, description: 'User name' })),
  action: Type.Optional(Type.String({ maxLength: 64 })),
};

export const AuditRecord = Type.Object(
  {
    sequence: Type.Integer({ description: '1, 2, 3 … without a gap' }),
    at: Type.String({ description: 'RFC 3339' }),
    actorId: Type.Union([Type.String(), Type.Null()]),
    actorName: Type.String(),
    source: Type.String({ description: 'Address that it came from' }),
    action: Type.String({ description: 'Operation or signalling message' }),
    object: Type.String({ description: 'kind:id' }),
    result: Type.String({ description: 'ok, or the code of the problem' }),
    detail: Type.String({ description: 'JSON' }),
    hash: Type.String({ description: 'SHA-256 over the hash before and this record' }),
  },
  closed,
);

/** For auditors, who can do nothing else. */
export const auditOperations = {
  listAudit: {
    method: 'GET',
    path: '/audit',
    access: 'audit:read',
    summary: 'Who did what, in order; go on with `after`, the last sequence read',
    query: Type.Object(
      {
        ...filters,
        after: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      },
      closed,
    ),
    result: Type.Array(AuditRecord),
  },
  exportAudit: {
    method: 'GET',
    path: '/audit/export',
    access: 'audit:read',
    summary: 'All of it as CSV (RFC 4180) or JSON lines',
    query: Type.Object({ ...filters, format: Type.Enum(['csv', 'jsonl']) }, closed),
    result: Type.Unsafe<Readable>(Type.String()),
    produces: 'text/csv',
    audited: true,
  },
  verifyAudit: {
    method: 'GET',
    path: '/audit/verification',
    access: 'audit:read',
    summary: 'Whether the audit was altered',
    result: Type.Object(
      {
        records: Type.Integer(),
        headSequence: Type.Integer(),
        headHash: Type.String(),
        brokenAt: Type.Union([Type.Integer(), Type.Null()], {
          description: 'The first record that does not fit the one before',
        }),
      },
      closed,
    ),
    audited: true,
  },
} as const satisfies Record<string, Operation>;
