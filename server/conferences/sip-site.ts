import type { ConferenceStatistics, SessionStatistics } from '../../sfu/mixing/plan.js';
import type { RtpCodec } from '../../sfu/rtp/session.js';
import type { Call } from '../../sip-gateway/call/call.js';
import type { SavedSite } from './life/saved-run.js';
import { Site, qualityLevel } from './site.js';

/** What the conference does when a room's media stops and comes back. */
export interface RoomPresence {
  silent(): void;
  /** It wants to present, or does not any more. */
  presenting(): void;
  heard(): void;
}

/** A room sends all the time, even black and silence; nothing for so long means that its network is gone. */
const silentAfterMs = 5_000;
/** Where silence is not sent, reports tell that it is there; they come each 5 s or so (RFC 3550 §6.2). */
const silentWithoutMediaMs = 20_000;
/** Seconds without content before a room that has no floor control counts as having stopped. */
const contentEndsAfter = 3;

/** What a room was: before a crash of the server, in another call, in another conference. */
type SiteBefore = Pick<SavedSite, 'name' | 'muted'> &
  Partial<Pick<SavedSite, 'siteId' | 'joinedAt' | 'sound' | 'chair'>>;

interface Sample {
  atMs: number;
  received: number;
  lost: number;
  bytesReceived: number;
  bytesSent: number;
}

/** A hardware room. Its media runs between the room and the MCU, which publishes it in the SFU. */
export class SipSite extends Site {
  readonly kind = 'sip';
  #sessions: SessionStatistics[] = [];
  #last: Sample | undefined;
  #lastHeardMs = performance.now();
  #wantsToPresent = false;
  #letGo = false;
  /** Of the content stream, and in how many statistics there was nothing new. */
  #contentPackets = 0;
  #contentQuietFor = contentEndsAfter;

  constructor(
    name: string,
    readonly call: Call,
    private readonly presence: RoomPresence,
    before?: SiteBefore,
  ) {
    super(before?.name ?? name, before);
    this.#muted = before?.muted ?? false;
  }

  override get saved(): SavedSite {
    return { ...super.saved, callId: this.call.id, muted: this.#muted };
  }

  /** Lines over its picture. */
  notice: string[] | undefined;
  #muted = false;

  /** By its own keys: others do not hear it. */
  get muted(): boolean {
    return this.#muted;
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.applyMute();
  }

  /** Also after its sound was published anew. The conference's own mute is made by the MCU and stays apart. */
  applyMute(): void {
    const microphone = this.streams.get('microphone');
    void (this.#muted ? microphone?.pause() : microphone?.resume());
  }

  get wantsToPresent(): boolean {
    return this.#wantsToPresent;
  }

  set wantsToPresent(wanted: boolean) {
    if (wanted === this.#wantsToPresent) return;
    this.#wantsToPresent = wanted;
    this.presence.presenting();
  }

  /** Others' content goes to the room as a stream of its own; false: inside its picture. */
  get takesContent(): boolean {
    return (this.call.floor?.open ?? true) && this.call.media?.content?.session.send !== undefined;
  }

  /** Each second, from the MCU. */
  observe(statistics: ConferenceStatistics): void {
    const { audio, video, content } = this.call.media ?? {};
    const mayPause = video === undefined && audio?.receive !== undefined && pauses(audio.receive.codec);
    const before = signsOfLife(this.#sessions, mayPause);
    this.#sessions = [audio?.id, video?.session.id, content?.session.id].flatMap(id =>
      id === undefined ? [] : (statistics.sessions[id] ?? []),
    );
    const now = performance.now();
    const expectsMedia = audio?.receive !== undefined || video?.session.receive !== undefined;
    if (!expectsMedia || signsOfLife(this.#sessions, mayPause) !== before) this.#lastHeardMs = now;
    const isSilent = now - this.#lastHeardMs > (mayPause ? silentWithoutMediaMs : silentAfterMs);
    if (isSilent && this.connection === 'connected') this.presence.silent();
    if (!isSilent && this.connection === 'reconnecting') this.presence.heard();
    if (content && !this.call.floor) this.#observeContent(statistics.sessions[content.session.id]);
  }

  /** Without floor control it presents as long as content comes. */
  #observeContent(session: SessionStatistics | undefined): void {
    const packets = session?.packetsReceived ?? 0;
    const wasQuiet = this.#contentQuietFor >= contentEndsAfter;
    this.#contentQuietFor = packets === this.#contentPackets ? this.#contentQuietFor + 1 : 0;
    this.#contentPackets = packets;
    const isQuiet = this.#contentQuietFor >= contentEndsAfter;
    if (isQuiet !== wasQuiet) this.wantsToPresent = !isQuiet;
  }

  override async measure(): Promise<void> {
    const now: Sample = {
      atMs: performance.now(),
      received: sum(this.#sessions, 'packetsReceived'),
      lost: sum(this.#sessions, 'packetsLost'),
      bytesReceived: sum(this.#sessions, 'bytesReceived'),
      bytesSent: sum(this.#sessions, 'bytesSent'),
    };
    const last = this.#last;
    this.#last = now;
    if (!last || this.#sessions.length === 0) return;
    const increase = (key: keyof Sample) => Math.max(0, now[key] - last[key]);
    const expected = increase('lost') + increase('received');
    const bitrate = (key: 'bytesReceived' | 'bytesSent') =>
      Math.round((increase(key) * 8000) / increase('atMs'));
    const network = {
      fractionLost: Math.max(
        expected === 0 ? 0 : increase('lost') / expected,
        ...this.#sessions.map(session => session.remoteFractionLost),
      ),
      jitterMs: Math.round(Math.max(0, ...this.#sessions.map(session => session.jitterMs))),
      roundTripMs: roundTripOf(this.#sessions),
    };
    this.quality = {
      ...network,
      level: this.connection === 'reconnecting' ? 'lost' : qualityLevel(network),
      sendBitrate: bitrate('bytesReceived'),
      receiveBitrate: bitrate('bytesSent'),
    };
  }

  /** Its call goes on, in another conference or as another site's: `close` does not hang up. */
  letGo(): void {
    this.#letGo = true;
  }

  override close(reason: string): void {
    if (!this.#letGo) this.call.hangup(reason);
    this.streams.clear();
  }
}

type Counter = 'packetsReceived' | 'remoteReports' | 'packetsLost' | 'bytesReceived' | 'bytesSent';

/** Its sender need not send silence. */
function pauses({ comfortNoisePayloadType, parameters }: RtpCodec): boolean {
  return comfortNoisePayloadType !== undefined || parameters['usedtx'] === '1';
}

function signsOfLife(sessions: SessionStatistics[], reportsCount: boolean): number {
  return sum(sessions, 'packetsReceived') + (reportsCount ? sum(sessions, 'remoteReports') : 0);
}

function sum(sessions: SessionStatistics[], counter: Counter): number {
  return sessions.reduce((total, session) => total + session[counter], 0);
}

function roundTripOf(sessions: SessionStatistics[]): number | null {
  const values = sessions.flatMap(session => session.roundTripMs ?? []);
  return values.length === 0 ? null : Math.round(Math.max(...values));
}
