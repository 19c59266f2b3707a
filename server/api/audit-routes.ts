import { Readable } from 'node:stream';
import { csvHeader, csvLine, type AuditLog } from '../audit/audit-log.js';
import type { auditOperations } from './audit-operations.js';
import type { Handlers } from './rest-routes.js';

const defaultLimit = 200;

export function auditHandlers(audit: AuditLog): Pick<Handlers, keyof typeof auditOperations> {
  const filter = (query: { from?: string; until?: string; actor?: string; action?: string }) => ({
    from: query.from ?? '',
    until: query.until ?? '9999',
    actorName: query.actor,
    action: query.action,
  });
  return {
    listAudit: (_request, { query }) =>
      audit.find({ ...filter(query), afterSequence: query.after ?? 0, limit: query.limit ?? defaultLimit }),
    exportAudit: (_request, { query }, reply) => {
      const csv = query.format === 'csv';
      reply.type(csv ? 'text/csv; charset=utf-8' : 'application/jsonl');
      reply.header('content-disposition', `attachment; filename="audit.${query.format}"`);
      return Readable.from(lines(audit, filter(query), csv));
    },
    verifyAudit: () => audit.verify(),
  };
}

function* lines(audit: AuditLog, filter: Parameters<AuditLog['all']>[0], csv: boolean): Generator<string> {
  if (csv) yield `${csvHeader}\r\n`;
  for (const record of audit.all(filter))
    yield csv ? `${csvLine(record)}\r\n` : `${JSON.stringify(record)}\n`;
}
