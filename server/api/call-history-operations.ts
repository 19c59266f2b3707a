import Type from 'typebox';
import { findings, type FindingCode } from '../diagnosis/texts.js';
import { closed, type Operation } from './operation.js';

const CallId = Type.Object({ callId: Type.String({ pattern: '^[0-9a-f]{16}$' }) }, closed);
const Time = Type.String({ description: 'RFC 3339, ms' });

export const CallSummary = Type.Object(
  {
    callId: Type.String(),
    direction: Type.Enum(['incoming', 'outgoing']),
    state: Type.Enum(['ringing', 'active', 'held', 'ended']),
    target: Type.String({ description: 'What was dialled; a PIN is blank' }),
    remoteUri: Type.String(),
    remoteName: Type.String(),
    remoteAddress: Type.String({ description: 'That its signalling comes from' }),
    userAgent: Type.String({ description: 'Product of the peer, when it tells' }),
    encrypted: Type.Boolean({ description: 'Signalling over TLS' }),
    startedAt: Time,
    establishedAt: Type.Union([Time, Type.Null()]),
    endedAt: Type.Union([Time, Type.Null()]),
    end: Type.Union([
      Type.Object(
        {
          by: Type.Enum(['local', 'remote']),
          cause: Type.Enum(['hangup', 'cancelled', 'refused', 'no-answer', 'lost', 'no-media']),
          text: Type.String(),
          status: Type.Optional(Type.Integer({ description: 'SIP status that our call was refused with' })),
        },
        closed,
      ),
      Type.Null(),
    ]),
    messages: Type.Integer({ description: 'In its trace' }),
  },
  closed,
);

export const CallTrace = Type.Object(
  {
    omitted: Type.Object(
      {
        count: Type.Integer({ description: 'Messages that are not kept' }),
        before: Type.Integer({ description: 'Before which of `messages` they were' }),
      },
      closed,
    ),
    messages: Type.Array(
      Type.Object(
        {
          at: Time,
          direction: Type.Enum(['received', 'sent']),
          protocol: Type.Enum(['UDP', 'TCP', 'TLS', 'WSS']),
          peer: Type.String({ description: 'ADDRESS:PORT' }),
          text: Type.String({ description: 'The whole message; keys, passwords, PINs and digits are blank' }),
        },
        closed,
      ),
      { description: 'Oldest first' },
    ),
  },
  closed,
);

const InBoth = Type.Object({ zh: Type.String(), en: Type.String() }, closed);

export const StreamState = Type.Object(
  {
    kind: Type.Enum(['audio', 'video', 'content']),
    seconds: Type.Integer({ description: 'That the counts up to `unexpected` are over' }),
    received: Type.Integer({ description: 'RTP packets' }),
    sent: Type.Integer(),
    lost: Type.Integer({ description: 'On the way to us' }),
    bytesReceived: Type.Integer(),
    bytesSent: Type.Integer(),
    unauthenticated: Type.Integer({ description: 'Encrypted with other keys than agreed' }),
    unexpected: Type.Integer({ description: 'Of another codec than agreed' }),
    everReceived: Type.Integer({ description: 'Since the call began, as all that follow' }),
    keyframes: Type.Integer({ description: 'Received whole' }),
    remoteReports: Type.Integer(),
    remoteFractionLost: Type.Number({ description: 'Of what we send, by the last report, 0–1' }),
    remoteEstimate: Type.Union([Type.Number(), Type.Null()], { description: 'bit/s that it takes at most' }),
    source: Type.Union([Type.String(), Type.Null()], { description: 'ADDRESS:PORT that media comes from' }),
    keyingFailure: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);

export const Diagnosis = Type.Object(
  {
    findings: Type.Array(
      Type.Object(
        {
          code: Type.Enum(Object.keys(findings) as FindingCode[], {
            description: 'Never changes its meaning',
          }),
          severity: Type.Enum(['fault', 'warning', 'note'], {
            description: 'Does not work, works badly, or is only worth knowing',
          }),
          stream: Type.Enum(['call', 'audio', 'video', 'content']),
          parameters: Type.Record(Type.String(), Type.String()),
          what: InBoth,
          advice: InBoth,
        },
        closed,
      ),
      { description: 'Most important first; never empty' },
    ),
    streams: Type.Array(StreamState, { description: 'What it was concluded from' }),
  },
  closed,
);

/** For those who find out why a room does not work: calls of now and of late, message by message. */
export const callHistoryOperations = {
  listCalls: {
    method: 'GET',
    path: '/calls',
    access: 'system:read',
    summary: 'Calls of rooms that ring and stand, and the last ones that ended, newest first',
    result: Type.Array(CallSummary),
  },
  getCallDiagnosis: {
    method: 'GET',
    path: '/calls/:callId/diagnosis',
    access: 'system:read',
    summary: 'Why there is no picture, or no sound, in words and with what to do',
    params: CallId,
    result: Diagnosis,
  },
  getCallTrace: {
    method: 'GET',
    path: '/calls/:callId/trace',
    access: 'system:read',
    summary: 'Every SIP message of the call, both ways',
    params: CallId,
    result: CallTrace,
    audited: true,
  },
  getCallLadder: {
    method: 'GET',
    path: '/calls/:callId/ladder',
    access: 'system:read',
    summary: 'The messages of the call as a drawing in text: an arrow for each',
    params: CallId,
    result: Type.String(),
    produces: 'text/plain',
    audited: true,
  },
  exportCallTrace: {
    method: 'GET',
    path: '/calls/:callId/transcript',
    access: 'system:read',
    summary: 'The same messages as one text file to keep',
    params: CallId,
    result: Type.String(),
    produces: 'text/plain',
    audited: true,
  },
} as const satisfies Record<string, Operation>;
