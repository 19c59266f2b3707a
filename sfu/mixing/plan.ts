import type { Fit } from '../codecs/mapping.js';
import type { LayoutName } from '../layouts/layout.js';
import type { ProtectionPosition, RtpSession } from '../rtp/session.js';
import type { EncodedCodecName } from '../rtp/video-packetizer.js';

/**
 * What the MCU is to do for one conference, as one value. The server sends the whole plan each time that
 * something changes; the media process compares it with what runs and changes only the difference. So a
 * restarted media process needs nothing but the last plan, and a lost message cannot leave it half-right.
 */
export interface ConferencePlan {
  conferenceId: string;
  /** Every socket of the conference. Other parts refer to them by `id`. */
  sessions: RtpSession[];
  sources: SourcePlan[];
  /** RTP copied unchanged but for SSRC and payload type: a room's H.264 into the SFU. Nothing is decoded. */
  relays: { id: string; from: string; to: string }[];
  /** A source's audio, decoded and encoded again alone: a room's G.722 into the SFU as Opus. Silent: a frame each 400 ms. */
  transcodes: { id: string; siteId: string; to: string }[];
  outputs: OutputPlan[];
  /** Spoken into everybody's mix, once, when its id is new: WAV files of µ-law at 8 kHz, one after the other. */
  announcements?: { id: string; files: string[] }[];
  /** siteId of who speaks now: views with a border show it. */
  speaker?: string;
}

/** A site's media as it reaches the MCU. */
export interface SourcePlan {
  siteId: string;
  /** Label in the tile. */
  name: string;
  /** Marks beside the name. */
  muted?: boolean;
  weak?: boolean;
  /** Shared content: all of it is seen, whatever the view's `fit`. */
  content?: boolean;
  /** How loud the others hear it, as a factor; 0: muted by the conference. Default 1. */
  gain?: number;
  /** Session ids; absent when the site does not send it. */
  audio?: string;
  video?: string;
}

/** One picture and one mix made for somebody. Equal views with equal encoders are made once. */
export interface OutputPlan {
  id: string;
  video?: { session: string; view: View; encoder: VideoEncoding };
  /** The mix of all sources but `without` (N-1; absent: everybody), in the session's codec. */
  audio?: {
    session: string;
    without?: string;
    /** How loud it hears the others, as a factor; 0: nothing. Default 1. */
    gain?: number;
  };
}

/** Who is seen, and how. A value: two equal views share one canvas. */
export interface View {
  layout: LayoutName;
  /**
   * Sites in the order of the tiles; null: nobody. `auto` is chosen by their number. A site without picture keeps
   * its tile, with its name.
   */
  siteIds: (string | null)[];
  /** Names, with marks for who is muted or has a weak network. */
  labels: boolean;
  /** A border around who speaks, where more than one is seen. */
  border?: boolean;
  /** Of pictures whose shape is not their tile's; shared content is never cropped. Default letterbox. */
  fit?: Fit;
  /** Behind and between the tiles. Default dark. */
  background?: Background;
  /** Lines of text over all of it, for those who look: what a key has done, help. */
  notice?: string[];
}

export type Background = 'dark' | 'black' | 'grey' | 'blue';

export interface VideoEncoding {
  codec: EncodedCodecName;
  /** Of H.264. */
  profile: 'baseline' | 'high';
  /** Pixels. Canvas and encoder have the same size. */
  width: number;
  height: number;
  frameRate: number;
  /** bit/s */
  bitrate: number;
  /** Seconds between keyframes; 0: only on request. */
  keyframeIntervalS: number;
  /** RFC 6184 §5.4: 0 single NAL units, 1 non-interleaved (FU-A, STAP-A). */
  packetizationMode: 0 | 1;
  /** H.264: each second all of the picture is coded anew, column by column: heals who cannot ask again for packets. */
  intraRefresh?: boolean;
}

/** Server → media process. */
export type MixerCommand =
  | { type: 'plan'; plan: ConferencePlan }
  | { type: 'remove'; conferenceId: string }
  /** Someone who receives this session's video cannot decode (SIP INFO fast update): make a keyframe. */
  | { type: 'requestKeyframe'; conferenceId: string; session: string }
  /** Answered by a `thumbnail`. */
  | { type: 'thumbnail'; conferenceId: string };

/** Media process → server. */
export type MixerEvent =
  | { type: 'ready' }
  /** Sent at least every 500 ms; none for 5 s means that the process hangs, and it is killed. */
  | { type: 'alive' }
  /** A keyframe is needed from this session's sender, who takes no RTCP feedback: ask by SIP INFO (RFC 5168). */
  | { type: 'keyframeNeeded'; conferenceId: string; session: string }
  /** The session cannot run (its port is taken): the server must give it another. */
  | { type: 'sessionFailed'; conferenceId: string; session: string; reason: string }
  /** An RFC 4733 digit, once per key press. */
  | { type: 'dtmf'; conferenceId: string; session: string; digit: string }
  | { type: 'statistics'; conferenceId: string; statistics: ConferenceStatistics }
  /** What is seen now, as JPEG in base64; null: no picture is composed. */
  | { type: 'thumbnail'; conferenceId: string; jpeg: string | null };

/** Once a second. Rates are over the last second. */
export interface ConferenceStatistics {
  sessions: Record<string, SessionStatistics>;
  sources: Record<string, SourceStatistics>;
  outputs: Record<string, OutputStatistics>;
  /** How the pictures are made. */
  graph: GraphNode[];
}

/** A part of the work for pictures; it exists once, however many need it. */
export interface GraphNode {
  id: string;
  kind: 'decode' | 'scale' | 'canvas' | 'encode' | 'forward';
  /** What it does, for people: `1280×720 H264 1500 kbit/s`. */
  what: string;
  /** Nodes whose result it takes. */
  inputs: string[];
  /** Outputs that need it, directly or through others. */
  users: string[];
  /** ms of processor time in each second; null: not measured yet. */
  costMsPerS: number | null;
}

export interface SessionStatistics {
  packetsReceived: number;
  bytesReceived: number;
  packetsLost: number;
  /** RFC 3550 §6.4.1, in ms. */
  jitterMs: number;
  packetsSent: number;
  bytesSent: number;
  /** Of the last packet that was sent: rollovers and sequence number (RFC 3711 §3.3.1). */
  packetIndex: number;
  /** Of a session with SRTP. */
  protection?: ProtectionPosition;
  /** Why DTLS came to no keys, if it did not. */
  keyingFailure?: string;
  /** Datagrams that were neither RTP nor RTCP of this session, since it began. */
  malformed: number;
  /** Those among them whose SRTP did not authenticate, and RTP of another payload type or SSRC than agreed. */
  unauthenticated: number;
  unexpected: number;
  /** Whole ones, of video. */
  keyframesReceived: number;
  /** Where media comes from and goes to; null: nothing has come. */
  source: { address: string; port: number } | null;
  /** What the network loses of our packets by the remote side's last report, 0–1; so many reports came. */
  remoteFractionLost: number;
  remoteReports: number;
  /** What it said that it takes at most (REMB, TMMBR), bit/s; null: nothing. */
  remoteEstimate: number | null;
  roundTripMs: number | null;
}

export interface SourceStatistics {
  /** Size of the last decoded picture; 0 before the first. */
  width: number;
  height: number;
  framesPerSecond: number;
  /** RFC 6464: 0 loud … 127 silent (-dBov). */
  audioLevel: number;
}

export interface OutputStatistics {
  framesPerSecond: number;
  /** From the tick to the encoded frame. */
  encodeMs: number;
  keyframes: number;
}
