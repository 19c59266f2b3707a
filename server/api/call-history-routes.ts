import type { FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { UserError } from '../../base/errors.js';
import { formatHostPort } from '../../sip-gateway/sip/message/grammar.js';
import type { CallHistory, CallRecord } from '../../sip-gateway/trace/call-history.js';
import { ladder, transcript } from '../../sip-gateway/trace/ladder.js';
import type { CallDiagnosis } from '../diagnosis/diagnosis.js';
import type { StreamTraffic } from '../diagnosis/media-watch.js';
import type {
  callHistoryOperations,
  CallSummary,
  CallTrace,
  StreamState,
} from './call-history-operations.js';
import type { Handlers } from './rest-routes.js';

export function callHistoryHandlers(
  calls: CallHistory,
  diagnosis: CallDiagnosis,
): Pick<Handlers, keyof typeof callHistoryOperations> {
  const existing = <T>(value: T | undefined): T => {
    if (value === undefined) throw new UserError('not-found', 'There is no such call, or it ended long ago.');
    return value;
  };
  const found = (callId: string): CallRecord => existing(calls.find(callId));
  return {
    listCalls: () => calls.list().map(summaryOf),
    getCallDiagnosis: (_request, { params }) => {
      const { findings, streams } = existing(diagnosis.of(params.callId));
      return { findings, streams: Object.entries(streams).map(([kind, traffic]) => streamOf(kind, traffic)) };
    },
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

function streamOf(
  kind: string,
  { source, keyingFailure, remoteFractionLost, ...counts }: StreamTraffic,
): Static<typeof StreamState> {
  return {
    kind: kind as Static<typeof StreamState>['kind'],
    ...counts,
    remoteFractionLost,
    source: source && formatHostPort(source.address, source.port),
    keyingFailure: keyingFailure ?? null,
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
