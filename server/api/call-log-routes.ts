import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Identity } from '../identity/identity.js';
import { callCsvHeader, callCsvLine, type CsvLanguage } from '../statistics/call-csv.js';
import { describeCall } from '../statistics/stay-figures.js';
import type { CallLogQuery, CallLogRecords } from '../store/call-log-records.js';
import type { callLogOperations, CallLogFilter } from './call-log-operations.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';

const defaultLimit = 100;
const exportPage = 500;

export function callLogHandlers(
  records: CallLogRecords,
  identity: Identity,
): Pick<Handlers, keyof typeof callLogOperations> {
  const queryOf = (request: FastifyRequest, filter: Static<typeof CallLogFilter>) => ({
    ...filter,
    from: filter.from ?? '',
    until: filter.until ?? '9999',
    institutionIds: visibleInstitutions(identity, own(request).institutionId),
  });
  return {
    listCallRecords: (request, { query: { before, limit, ...filter } }) =>
      records
        .find({
          ...queryOf(request, filter),
          before: before ?? Number.MAX_SAFE_INTEGER,
          limit: limit ?? defaultLimit,
        })
        .map(record => describeCall(record, Date.now())),
    exportCallRecords: (request, { query: { language = 'en', ...filter } }, reply) => {
      reply.type('text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="call-records.csv"');
      return Readable.from(lines(records, queryOf(request, filter), language));
    },
  };
}

/** Those whose records somebody of `institutionId` sees; null: all, with those that belong to none. */
export function visibleInstitutions(identity: Identity, institutionId: string | null): string[] | null {
  if (institutionId === null) return null;
  return identity.access
    .institutions()
    .map(institution => institution.institutionId)
    .filter(inner => identity.isWithin(inner, institutionId));
}

/** Page by page: none is held longer than it takes to pass it on. */
function* lines(
  records: CallLogRecords,
  query: Omit<CallLogQuery, 'before' | 'limit'>,
  language: CsvLanguage,
): Generator<string> {
  yield callCsvHeader(language);
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = records.find({ ...query, before, limit: exportPage });
    for (const record of page) yield callCsvLine(describeCall(record, Date.now()), language);
    if (page.length < exportPage) return;
    before = page.at(-1)!.sequence;
  }
}
