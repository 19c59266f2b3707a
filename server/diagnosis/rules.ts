import type { RtpSession } from '../../sfu/rtp/session.js';
import type { CallRecord } from '../../sip-gateway/trace/call-history.js';
import { sessionsOf, type StreamKind, type StreamTraffic, type WatchedMedia } from './media-watch.js';
import { isPrivate, offeredLines, type OfferedLine } from './offered-line.js';
import type { FindingCode } from './texts.js';

/** All that is known of a call. */
export interface CallFacts {
  record: CallRecord;
  media: WatchedMedia | undefined;
  mediaEncryption: 'optional' | 'required' | 'off';
  /** Of the site it is, while it is one. */
  site: { muted: boolean; alone: boolean; floorOpen: boolean | undefined } | undefined;
}

export interface Finding {
  code: FindingCode;
  stream: 'call' | StreamKind;
  parameters: Record<string, string>;
}

/** All that is known of one stream. */
interface StreamFacts {
  call: CallFacts;
  kind: StreamKind;
  offered: OfferedLine | undefined;
  session: RtpSession | undefined;
  traffic: StreamTraffic | undefined;
}

type Parameters = Record<string, string> | false | undefined;
type Rule<F> = readonly [code: FindingCode, applies: (facts: F) => Parameters];

const lossWorthTelling = 0.03;
/** bit/s; below, a picture is a stamp. */
const smallBitrate = 384_000;
/** RFC 6464 */
const silentLevel = 127;

/** Of the call as a whole: the first that applies. */
const callRules: Rule<CallFacts>[] = [
  ['unknown-number', ({ record }) => refusedHere(record, /^404/) && { target: record.target }],
  // What is wrong with its media is told by the rules of the streams.
  ['refused-here', ({ record }) => refusedHere(record, /^(?!488|404)/) && reasonOf(record)],
  [
    'refused-there',
    ({ record: { end } }) => end?.by === 'remote' && end.cause === 'refused' && { reason: end.text },
  ],
  ['no-answer', ({ record }) => record.end?.cause === 'no-answer' && reasonOf(record)],
  ['vanished', ({ record }) => record.end?.cause === 'lost' && reasonOf(record)],
  [
    'hung-up',
    ({ record }) => record.end !== undefined && record.establishedAtMs !== undefined && reasonOf(record),
  ],
  ['refused-here', ({ record }) => refusedHere(record, /^488/) && reasonOf(record)],
  ['hung-up', ({ record }) => record.end !== undefined && reasonOf(record)],
  ['ringing', ({ record }) => record.state === 'ringing' && {}],
  ['held', ({ record }) => record.state === 'held' && {}],
];

/** Why a stream was not agreed on: the first that applies. */
const negotiationRules: Rule<StreamFacts>[] = [
  ['not-offered', ({ offered }) => offered === undefined && {}],
  ['switched-off-there', ({ offered }) => offered?.port === 0 && {}],
  [
    'encryption-required',
    ({ offered, call }) =>
      call.mediaEncryption === 'required' &&
      !offered!.insistsOnEncryption &&
      !offered!.offersEncryption &&
      {},
  ],
  [
    'encryption-off-here',
    ({ offered, call }) => call.mediaEncryption === 'off' && offered!.insistsOnEncryption && {},
  ],
  ['no-usable-key', ({ offered }) => offered!.insistsOnEncryption && !offered!.offersEncryption && {}],
  [
    'no-common-codec',
    ({ offered }) => !offered!.hasCommonCodec && { codecs: offered!.codecs.join(', ').slice(0, 200) || '–' },
  ],
];

/** Why nothing of an agreed stream comes: the first that applies. */
const arrivalRules: Rule<StreamFacts>[] = [
  [
    'not-sent-there',
    ({ offered, session, call }) =>
      !session!.receive && call.record.state !== 'held' && { direction: offered?.direction ?? 'inactive' },
  ],
  [
    'dtls-failed',
    ({ traffic }) => traffic!.keyingFailure !== undefined && { reason: traffic!.keyingFailure },
  ],
  [
    'wrong-keys',
    ({ traffic }) => stands(traffic!.unauthenticated) && { count: String(traffic!.unauthenticated) },
  ],
  [
    'unexpected-packets',
    ({ traffic, session }) =>
      session!.receive &&
      traffic!.received === 0 &&
      stands(traffic!.unexpected) && { count: String(traffic!.unexpected) },
  ],
  [
    'dtls-pending',
    ({ session, traffic }) => session!.dtls && neverHeard(session!, traffic!) && { port: portOf(session!) },
  ],
  [
    'camera-silent',
    ({ kind, session, traffic, call }) =>
      kind === 'video' &&
      neverHeard(session!, traffic!) &&
      (call.media?.streams.audio?.received ?? 0) > 0 && { port: portOf(session!) },
  ],
  [
    'private-address',
    ({ offered, session, traffic, call }) =>
      neverHeard(session!, traffic!) &&
      isPrivate(session!.remote.address) &&
      !isPrivate(call.record.remote.address) &&
      offered && { address: session!.remote.address },
  ],
  [
    'nothing-arrives',
    ({ session, traffic }) =>
      neverHeard(session!, traffic!) && { address: formatAddress(session!.remote), port: portOf(session!) },
  ],
  [
    'stopped-arriving',
    ({ session, traffic }) =>
      session!.receive !== undefined && traffic!.received === 0 && { seconds: String(traffic!.seconds) },
  ],
  [
    'no-keyframe',
    ({ kind, session, traffic }) =>
      kind === 'video' &&
      session!.receive &&
      traffic!.keyframes === 0 && { count: String(traffic!.received) },
  ],
  [
    'silent-microphone',
    ({ kind, session, call }) =>
      kind === 'audio' &&
      session!.receive &&
      call.media?.source?.audioLevel === silentLevel &&
      !call.site?.muted &&
      {},
  ],
];

/** What else is worth knowing of an agreed stream: each that applies. */
const streamRules: Rule<StreamFacts>[] = [
  [
    'not-taken-there',
    ({ offered, session, call }) =>
      !session!.send && call.record.state !== 'held' && { direction: offered?.direction ?? 'inactive' },
  ],
  [
    'nothing-sent',
    // Not before the peer's keys are agreed, which the rules above tell.
    ({ session, traffic }) =>
      session!.send && !session!.dtls && traffic!.sent === 0 && { seconds: String(traffic!.seconds) },
  ],
  ['loss-in', ({ traffic }) => percent(traffic!.lost / Math.max(1, traffic!.lost + traffic!.received))],
  ['loss-out', ({ session, traffic }) => session!.send && percent(traffic!.remoteFractionLost)],
  [
    'bandwidth-small',
    ({ kind, session, traffic, call }) => {
      const limit = Math.min(
        call.record.media?.[kind === 'content' ? 'content' : 'video']?.encoder.bitrate ?? Infinity,
        traffic!.remoteEstimate ?? Infinity,
      );
      return (
        kind !== 'audio' &&
        session!.send &&
        limit < smallBitrate && { kbps: String(Math.round(limit / 1000)) }
      );
    },
  ],
  [
    'other-address',
    ({ session, traffic }) => {
      const { source } = traffic!;
      const same = source?.address === session!.remote.address && source.port === session!.remote.port;
      return (
        source !== null &&
        !same &&
        !session!.ice && { source: formatAddress(source), address: formatAddress(session!.remote) }
      );
    },
  ],
  [
    'no-reports',
    ({ session, traffic }) =>
      session!.send &&
      traffic!.sent > 0 &&
      traffic!.seconds >= 5 &&
      traffic!.remoteReports === 0 && { port: portOf(session!) },
  ],
];

/** Why there is no picture, or no sound; most important first. Never empty. */
export function diagnose(facts: CallFacts): Finding[] {
  const { record, media, site } = facts;
  const found: Finding[] = [];
  const ofCall = first(callRules, facts);
  if (ofCall) found.push({ ...ofCall, stream: 'call' });
  const offered = offeredLines(record.remoteSdp);
  // A call of ours that was refused brought no description: there is nothing to say of its streams.
  const negotiated = record.media !== undefined || offered.length > 0;
  const sessions = new Map(sessionsOf(record));
  for (const kind of ['video', 'audio', 'content'] as const) {
    if (!negotiated || record.state === 'ringing') break;
    const stream: StreamFacts = {
      ...{ call: facts, kind, session: sessions.get(kind), traffic: media?.streams[kind] },
      offered: bestOf(offered.filter(line => line.kind === kind)),
    };
    for (const finding of ofStream(stream)) found.push({ ...finding, stream: kind });
  }
  if (record.state !== 'ended' && record.state !== 'ringing' && !media) found.push(note('nothing-known'));
  if (site?.muted) found.push({ ...note('muted-here'), stream: 'audio' });
  if (site?.alone) found.push(note('alone'));
  const keys = [...sessions.values()].some(({ protection }) => protection);
  if (keys && !record.remote.encrypted) found.push(note('keys-in-the-open'));
  const works = found.every(({ code }) => harmless.has(code));
  return works && record.state === 'active' && media ? [note('all-well'), ...found] : found;
}

/** With these alone, picture and sound go both ways. */
const harmless = new Set<FindingCode>([
  ...(['alone', 'muted-here', 'keys-in-the-open', 'other-address'] as const),
  ...(['no-reports', 'content-inside', 'floor-closed'] as const),
]);

function ofStream(stream: StreamFacts): Omit<Finding, 'stream'>[] {
  const { kind, session, traffic, call, offered } = stream;
  const named = (finding: Omit<Finding, 'stream'> | undefined) => (finding ? [finding] : []);
  // Content is nothing that a room must have.
  if (kind === 'content') return session ? floorOf(stream, session) : insideOf(call);
  // The one that was refused may be one of several lines: then it is the agreed one that counts.
  if (!session) return offered || call.record.media ? named(first(negotiationRules, stream)) : [];
  if (!traffic) return [];
  const arrival = first(arrivalRules, stream);
  return [...named(arrival), ...each(streamRules, stream)];
}

function insideOf({ record }: CallFacts): Omit<Finding, 'stream'>[] {
  return record.state !== 'ended' && record.media?.video ? [{ code: 'content-inside', parameters: {} }] : [];
}

function floorOf({ call }: StreamFacts, session: RtpSession): Omit<Finding, 'stream'>[] {
  const { floor } = call.record.media ?? {};
  if (call.site?.floorOpen !== false || !floor) return [];
  const port = String(floor.local.port || session.local.port);
  return [{ code: 'floor-closed', parameters: { transport: floor.transport, port } }];
}

function first<F>(rules: Rule<F>[], facts: F): Omit<Finding, 'stream'> | undefined {
  for (const [code, applies] of rules) {
    const parameters = applies(facts);
    if (parameters) return { code, parameters };
  }
  return undefined;
}

function each<F>(rules: Rule<F>[], facts: F): Omit<Finding, 'stream'>[] {
  return rules.flatMap(rule => first([rule], facts) ?? []);
}

function note(code: FindingCode): Finding {
  return { code, stream: 'call', parameters: {} };
}

function refusedHere({ end }: CallRecord, status: RegExp): boolean {
  return end?.by === 'local' && end.cause === 'refused' && status.test(end.text);
}

function reasonOf({ end }: CallRecord): Record<string, string> {
  return { reason: end?.text ?? '' };
}

/** Of several lines of one kind (AVP and SAVP side by side): the one that comes nearest to what works. */
function bestOf(lines: OfferedLine[]): OfferedLine | undefined {
  return (
    lines.find(line => line.port !== 0 && line.hasCommonCodec) ??
    lines.find(line => line.port !== 0) ??
    lines[0]
  );
}

function neverHeard(session: RtpSession, { everReceived }: StreamTraffic): boolean {
  return session.receive !== undefined && everReceived === 0;
}

/** A stray packet or two are none of these. */
function stands(packets: number): boolean {
  return packets >= 10;
}

function percent(share: number): Parameters {
  return share >= lossWorthTelling && { percent: String(Math.round(share * 100)) };
}

function portOf({ local }: RtpSession): string {
  return String(local.port);
}

function formatAddress({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
