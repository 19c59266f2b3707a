import type { FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { UserError } from '../../base/errors.js';
import type { CallHistory, CallRecord } from '../../sip-gateway/trace/call-history.js';
import { ladder, transcript } from '../../sip-gateway/trace/ladder.js';
import type { callHistoryOperations, CallSummary, CallTrace } from './call-history-operations.js';
import type { Handlers } from './rest-routes.js';

export function callHistoryHandlers(calls: CallHistory): Pick<Handlers, keyof typeof callHistoryOperations> {
  const found = (callId: string): CallRecord => {
    const record = calls.find(callId);
    if (!record) throw new UserError('not-found', 'There is no such call, or it ended long ago.');
    return record;
  };
  return {
    listCalls: () => calls.list().map(summaryOf),
    getCallTrace: (_request, { params }) => traceOf(found(params.callId)),
    getCallLadder: (_request, { params }, reply) => {
      asText(reply);
      return ladder(found(params.callId));
    },
    exportCallTrace: (_request, { params }, reply) => {
      const record = found(params.callId);
      asText(reply).header('content-disposition', `attachment; filename="call-${record.callId}.txt"`);
      return transcript(record);
    },
  };
}

function asText(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8');
}

function summaryOf(record: CallRecord): Static<typeof CallSummary> {
  const { callId, direction, state, target, remote, end, messageCount } = record;
  return {
    ...{ callId, direction, state, target },
    remoteUri: remote.uri,
    remoteName: remote.displayName,
    remoteAddress: remote.address,
    userAgent: remote.userAgent,
    encrypted: remote.encrypted,
    startedAt: timeOf(record.startedAtMs),
    establishedAt: record.establishedAtMs === undefined ? null : timeOf(record.establishedAtMs),
    endedAt: record.endedAtMs === undefined ? null : timeOf(record.endedAtMs),
    end: end ?? null,
    messages: messageCount,
  };
}

function traceOf({ messages, omitted }: CallRecord): Static<typeof CallTrace> {
  return { omitted, messages: messages.map(({ atMs, ...message }) => ({ at: timeOf(atMs), ...message })) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
