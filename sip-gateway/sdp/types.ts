import type { AnnouncedIdentity } from '../dtls-identity.js';
import type { AudioCodecName, RtpSession, SrtpProtection } from '../../sfu/rtp/session.js';
import type { SrtpSuiteName } from '../../sfu/rtp/srtp/suite.js';
import type { EncodedCodecName } from '../../sfu/rtp/video-packetizer.js';

/** RFC 8866 §6.7, seen from the one who writes the line. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export type { AudioCodecName };
export type H264Profile = 'baseline' | 'high';

/** One stream of ours: ports are bound for as long as the call lives, whether they are in use or not. */
export interface LocalStream {
  /** Becomes `RtpSession.id`. */
  id: string;
  port: number;
  /** Not used (and not announced) when the peer takes RTP and RTCP on one port (RFC 5761). */
  rtcpPort: number;
  /** What we send with. */
  ssrc: number;
  /** What we are ready to do; `sendrecv` when absent. `sendonly` or `inactive` puts the peer on hold. */
  direction?: Direction;
}

/** Far-end camera control (RFC 4573): nothing of it is on a schedule, so it has no sender that is announced. */
export type LocalCamera = Omit<LocalStream, 'ssrc'>;

/** Our side of a call: what is ours to say in an offer or answer. A value; nothing here is changed. */
export interface LocalMedia {
  /** Address that peers are told; behind a NAT it differs from the one that is bound. */
  announcedAddress: string;
  bindAddress: string;
  /** o= (RFC 8866 §5.2): decimal digits, unique per call. The version is counted in `SdpState`. */
  sessionId: string;
  /** RFC 3550 §6.5.1, one for all streams of the call. */
  cname: string;
  /** Absent: off, what is encrypted is refused. */
  encryption?: {
    /** Required: what is not encrypted is refused. */
    policy: 'optional' | 'required';
    /** What our SRTP keys and ICE passwords are made from: 32 random bytes of this call, base64. */
    secret: string;
    /** Our certificate for DTLS-SRTP; absent: none is spoken. */
    dtls?: AnnouncedIdentity;
  };
  /** Absent: no such line is offered, and one that is offered is refused. */
  audio?: LocalStream & {
    /** In our order of preference, which decides. Default: `defaultAudioCodecs`. */
    codecs?: AudioCodecName[];
  };
  video?: LocalStream & {
    /** In our order of preference. Default: baseline, high: a baseline stream is relayed to browsers unchanged. */
    profiles?: H264Profile[];
    /** The largest picture that we send and receive, up to 1920×1080@60. */
    maxPicture: { width: number; height: number; frameRate: number };
    /** bit/s of video, each way. */
    maxBitrate: number;
  };
  /** A second stream for what is shared: a screen, slides (RFC 4796). */
  content?: NonNullable<LocalMedia['video']> & {
    /** Who presents is controlled by BFCP (RFC 8856): our port, UDP or TCP, and what we call the peer there. */
    floor?: { port: number; conferenceId: number; userId: number };
  };
  /** Arrows of remote controls, both ways. */
  camera?: LocalCamera;
}

/** What our encoder may send: within the peer's level, its fmtp extensions, its b= and our own limits. */
export interface NegotiatedEncoder {
  codec: EncodedCodecName;
  /** Of H.264. */
  profile: H264Profile;
  /** RFC 6184 §5.4 */
  packetizationMode: 0 | 1;
  /** Pixels; the width is a multiple of 16. */
  width: number;
  height: number;
  frameRate: number;
  /** bit/s */
  bitrate: number;
}

/**
 * What both sides agreed. In each session `receive.codec.parameters` are ours (what we said that we take),
 * `send.codec.parameters` are the peer's (what our encoder must obey); payload types may differ by direction.
 */
export interface NegotiatedMedia {
  audio?: RtpSession;
  /** Duration of the audio packets that we send, ms (a=ptime, a=maxptime); 20 when the peer does not say. */
  audioPtimeMs: number;
  video?: { session: RtpSession; encoder: NegotiatedEncoder };
  content?: { session: RtpSession; encoder: NegotiatedEncoder };
  floor?: NegotiatedFloor;
  camera?: NegotiatedCamera;
  /** The peer wants nothing from us on any stream (RFC 3264 §8.4). */
  held: boolean;
  /** There is video, and the peer takes no PLI or FIR over RTCP: ask for keyframes by SIP INFO (RFC 5168). */
  fastUpdateByInfo: boolean;
}

/** Floor control of the content stream, RFC 8855 over what RFC 8856 agrees on. */
export interface NegotiatedFloor {
  /** Ours. */
  role: 'server' | 'client';
  transport: 'UDP' | 'TCP';
  /** Of TCP: who connects. */
  setup: 'active' | 'passive';
  local: { address: string; port: number };
  remote: { address: string; port: number };
  conferenceId: number;
  /** The client's. */
  userId: number;
  floorId: number;
}

/** H.224 in RTP (RFC 4573). */
export interface NegotiatedCamera {
  local: { address: string; port: number };
  remote: { address: string; port: number };
  sendPayloadType: number;
  receivePayloadType: number;
  /** We may move its camera; it may press arrows here. */
  send: boolean;
  receive: boolean;
  protection?: SrtpProtection;
}

/** What the next offer or answer of the same call has to know (RFC 3264 §8). Plain JSON. */
export interface SdpState {
  /** Our last description, as sent. */
  body: string;
  /** Version in the o= line of `body`. */
  version: number;
  /** One for each m= line; their order never changes within a call. */
  lines: SdpLine[];
}

export interface SdpLine {
  /** `refused` lines have port 0 and stay where they are. */
  use: 'audio' | 'video' | 'content' | 'floor' | 'camera' | 'refused';
  media: string;
  protocol: string;
  /** The `fmt` list as it was seen, to mirror it when refused. */
  formats: string;
  /** Payload types that the call has bound to a codec; they keep their meaning (RFC 3264 §8.3.2). */
  payloadTypes: Record<string, number>;
  /** What was agreed on it, to be said again. */
  floor?: NegotiatedFloor;
  /** How it is protected; absent: not agreed yet. */
  security?: 'nothing' | 'sdes' | 'dtls';
  /** Of `sdes`: what is in use, and is all that is offered again. Some peers answer another suite and do not change. */
  suite?: SrtpSuiteName;
  /** RTP and RTCP share a port (RFC 5761). */
  rtcpMux?: boolean;
  /** The peer's, where it speaks ICE. */
  remoteIce?: { ufrag: string; password: string };
  /** a=mid (RFC 5888) */
  mid?: string;
}

/** An offer of ours whose answer is awaited. */
export interface OfferState extends SdpState {
  local: LocalMedia;
}

export interface SdpRefusal {
  ok: false;
  /** SIP response: 400 not readable as SDP, 488 nothing in common (RFC 3261 §21.4.26). */
  status: 400 | 488;
  /** A complete Warning header value, RFC 3261 §20.43: `305 amphi "…"`. */
  warning: string;
}

export type AnswerOfferResult =
  { ok: true; answer: string; media: NegotiatedMedia; state: SdpState } | SdpRefusal;

export type ApplyAnswerResult = { ok: true; media: NegotiatedMedia; state: SdpState } | SdpRefusal;

/*
 * The functions, all pure (offer-answer.ts):
 *   answerOffer(offer: string, local: LocalMedia, previous?: SdpState): AnswerOfferResult
 *   createOffer(local: LocalMedia, previous?: SdpState): { offer: string; state: OfferState }
 *   applyAnswer(offer: OfferState, answer: string): ApplyAnswerResult
 */
