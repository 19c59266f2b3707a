import type { MessagePort } from 'node:worker_threads';
import type { Fit } from '../../codecs/mapping.js';
import type { Tile } from '../../layouts/tile.js';
import type { RtpSession } from '../../rtp/session.js';
import type { EncodedCodecName } from '../../rtp/video-packetizer.js';
import type { MediaProcessOptions } from '../media-process-options.js';
import type {
  Background,
  OutputStatistics,
  SessionStatistics,
  SourceStatistics,
  VideoEncoding,
} from '../plan.js';
import type { Overlay } from './overlay.js';
import type { PassedPicture, PassLimits } from './pass-through.js';

/** What each thread is started with. */
export interface ThreadStart {
  /** See `clock.ts`. */
  wallOffsetMs: number;
  /** See `lip-sync.ts`. */
  lipSync: SharedArrayBuffer;
  preset: MediaProcessOptions['preset'];
}

/** A tile's pictures as they go from thread to thread: see `TileMemory`. */
export interface SharedTile {
  /** Unique in its conference and time. */
  id: string;
  width: number;
  height: number;
  fit: Fit;
  memory: SharedArrayBuffer;
}

/** To a stream thread. Plans are whole, per conference; null: the conference has nothing (more) here. */
export type StreamCommand =
  | { type: 'plan'; conferenceId: string; sessions: StreamSessionPlan[] | null }
  /** The way to compose thread `index`. */
  | { type: 'composer'; index: number; port: MessagePort }
  /** The way to another stream thread. */
  | { type: 'stream'; index: number; port: MessagePort }
  | { type: 'requestKeyframe'; session: string };

/** One video session, and what is done with it. */
export interface StreamSessionPlan {
  session: RtpSession;
  /** Sites whose sound belongs to its pictures. */
  siteIds: string[];
  /** Sizes in which its pictures are wanted; none: it is not decoded. */
  tiles: SharedTile[];
  /** Sessions that get its packets as they are. */
  relayTo: string[];
  /** Stream threads whose sessions may send its pictures on as they are. */
  passTo: number[];
  /** What is sent: the encoder's pictures, made by the compose thread with this index. */
  encoder?: {
    id: string;
    composer: number;
    codec: EncodedCodecName;
    packetizationMode: 0 | 1;
    frameRate: number;
  };
  /** Another session's pictures may be sent on as they are, instead of the encoder's. */
  pass?: { from: string; thread: number; limits: PassLimits; keyframeIntervalS: number };
}

export type StreamEvent =
  /** The session sends `from`'s pictures on as they are; null: it cannot (any more), and needs an encoder. */
  | { type: 'passing'; conferenceId: string; session: string; from: string | null }
  | { type: 'keyframeNeeded'; conferenceId: string; session: string }
  | { type: 'sessionFailed'; conferenceId: string; session: string; reason: string }
  | { type: 'statistics'; conferences: Record<string, StreamStatistics> };

/** Processor time of nodes of the graph, by their ids: ms in each second. */
export type Costs = Record<string, number>;

export interface StreamStatistics {
  sessions: Record<string, SessionStatistics>;
  /** By session. */
  pictures: Record<string, Omit<SourceStatistics, 'audioLevel'>>;
  costs: Costs;
}

/** To a compose thread. */
export type ComposeCommand =
  | { type: 'plan'; conferenceId: string; canvases: CanvasPlan[] | null }
  /** The way to stream thread `index`. */
  | { type: 'streams'; index: number; port: MessagePort }
  /** Answered by a `thumbnail`. */
  | { type: 'thumbnail'; conferenceId: string; canvas: string };

export interface CanvasPlan {
  id: string;
  width: number;
  height: number;
  frameRate: number;
  /** Its receivers are shown something else until its first picture comes. */
  patient: boolean;
  /** Differs when anything of what is seen does. */
  arrangementKey: string;
  /** In the order in which they are painted. */
  tiles: { place: Tile; picture?: SharedTile; label?: Overlay; name?: Overlay; border: boolean }[];
  waiting?: Overlay;
  notice?: Overlay;
  background: Background;
  encoders: {
    id: string;
    encoding: VideoEncoding;
    outputs: string[];
    /** Stream threads that send it. */ to: number[];
  }[];
}

export type ComposeEvent =
  | {
      type: 'statistics';
      conferences: Record<string, { outputs: Record<string, OutputStatistics>; costs: Costs }>;
    }
  /** Null: the canvas is gone, or shows nothing yet. */
  | { type: 'thumbnail'; conferenceId: string; jpeg: Uint8Array | null };

/** From a compose thread to a stream thread, for all sessions there that the encoder serves. */
export interface AccessUnit {
  encoder: string;
  /** H.264: Annex B */
  data: Uint8Array;
  keyframe: boolean;
  /** Picture number on the frame clock: the RTP timestamp follows from it. */
  index: number;
  /** ms since 1970, of the tick. */
  wallMs: number;
  /** Not encoded here, but passed on as it came. */
  passed?: {
    /** RTP, takes the place of `index`. */
    timestamp: number;
    /** Of the whole stream, bit/s. */
    bitrate: number;
    /** As of the last keyframe. */
    picture?: PassedPicture;
  };
}

/** Between stream threads: what is passed on, and who cannot decode it. */
export type StreamToStream = { unit: AccessUnit } | { keyframeFrom: string };

/** From a stream thread to a compose thread. */
export interface KeyframeWish {
  encoder: string;
  /** Somebody sees nothing before it comes. */
  begins: boolean;
}
