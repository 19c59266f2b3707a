import type { ConferenceStatistics, SessionStatistics, SourceStatistics } from '../../sfu/mixing/plan.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import type { Call } from '../../sip-gateway/call/call.js';

export type StreamKind = 'audio' | 'video' | 'content';

/** What is looked at: the last five seconds, of statistics that come each second. */
const windowMs = 5_500;
/** Ended calls whose last seconds are remembered. */
const maxEnded = 300;

/** What went over one stream. */
export interface StreamTraffic {
  /** In the last five seconds, or since the call began where that is less. */
  seconds: number;
  received: number;
  sent: number;
  lost: number;
  bytesReceived: number;
  bytesSent: number;
  unauthenticated: number;
  unexpected: number;
  /** Since the call began. */
  everReceived: number;
  keyframes: number;
  remoteReports: number;
  /** Share that the peer lost, by its last report. */
  remoteFractionLost: number;
  remoteEstimate: number | null;
  source: { address: string; port: number } | null;
  keyingFailure: string | undefined;
}

export interface WatchedMedia {
  streams: Partial<Record<StreamKind, StreamTraffic>>;
  /** Of the camera and the microphone; undefined while nobody composes them. */
  source: SourceStatistics | undefined;
}

type Counters = Pick<
  SessionStatistics,
  | 'packetsReceived'
  | 'packetsSent'
  | 'packetsLost'
  | 'bytesReceived'
  | 'bytesSent'
  | 'unauthenticated'
  | 'unexpected'
>;

interface Sample {
  atMs: number;
  sessions: Partial<Record<StreamKind, SessionStatistics>>;
}

/** Remembers the last seconds of each call's media, so that somebody can ask why there is no picture. */
export class MediaWatch {
  readonly #calls = new Map<string, { samples: Sample[]; source: SourceStatistics | undefined }>();
  readonly #ended = new Set<string>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Each second, from the MCU. */
  observe(call: Call, siteId: string, statistics: ConferenceStatistics): void {
    const watched = this.#calls.get(call.id) ?? this.#begin(call);
    const nowMs = this.now();
    const sessions: Sample['sessions'] = {};
    for (const [kind, session] of sessionsOf(call)) {
      const found = statistics.sessions[session.id];
      // Without its SRTP keys: this is for people.
      if (found) sessions[kind] = withoutKeys(found);
    }
    watched.samples.push({ atMs: nowMs, sessions });
    while (nowMs - watched.samples[0]!.atMs > windowMs) watched.samples.shift();
    watched.source = statistics.sources[siteId];
  }

  /** Undefined when nothing is known of its media. */
  of(callId: string): WatchedMedia | undefined {
    const watched = this.#calls.get(callId);
    const last = watched?.samples.at(-1);
    if (!watched || !last) return undefined;
    const streams: WatchedMedia['streams'] = {};
    for (const [kind, session] of Object.entries(last.sessions) as [StreamKind, SessionStatistics][]) {
      const before = watched.samples.find(({ sessions }) => sessions[kind])!;
      streams[kind] = trafficOf(session, last.atMs, before.sessions[kind]!, before.atMs);
    }
    return { streams, source: watched.source };
  }

  #begin(call: Call): { samples: Sample[]; source: SourceStatistics | undefined } {
    const watched = { samples: [], source: undefined };
    this.#calls.set(call.id, watched);
    call.on('ended', () => this.#ending(call.id));
    return watched;
  }

  #ending(callId: string): void {
    this.#ended.add(callId);
    const [oldest] = this.#ended;
    if (this.#ended.size <= maxEnded || oldest === undefined) return;
    this.#ended.delete(oldest);
    this.#calls.delete(oldest);
  }
}

export function sessionsOf({ media }: Pick<Call, 'media'>): [StreamKind, RtpSession][] {
  const { audio, video, content } = media ?? {};
  const all: [StreamKind, RtpSession | undefined][] = [
    ['audio', audio],
    ['video', video?.session],
    ['content', content?.session],
  ];
  return all.filter((entry): entry is [StreamKind, RtpSession] => entry[1] !== undefined);
}

function withoutKeys(session: SessionStatistics): SessionStatistics {
  const { protection: _keys, ...rest } = session;
  return rest;
}

function trafficOf(
  now: SessionStatistics,
  nowMs: number,
  before: SessionStatistics,
  beforeMs: number,
): StreamTraffic {
  // The only sample: all since the session began.
  const alone = now === before;
  // A media process that was replaced counts from 0.
  const increase = (key: keyof Counters) =>
    alone || now[key] < before[key] ? now[key] : now[key] - before[key];
  return {
    seconds: alone ? 1 : Math.round((nowMs - beforeMs) / 1000),
    received: increase('packetsReceived'),
    sent: increase('packetsSent'),
    lost: Math.max(0, increase('packetsLost')),
    bytesReceived: increase('bytesReceived'),
    bytesSent: increase('bytesSent'),
    unauthenticated: increase('unauthenticated'),
    unexpected: increase('unexpected'),
    everReceived: now.packetsReceived,
    keyframes: now.keyframesReceived,
    remoteReports: now.remoteReports,
    remoteFractionLost: now.remoteFractionLost,
    remoteEstimate: now.remoteEstimate,
    source: now.source,
    keyingFailure: now.keyingFailure,
  };
}
