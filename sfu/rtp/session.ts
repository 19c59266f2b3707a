import type { DtlsIdentity, Fingerprint } from './dtls/handshake.js';
import type { SrtpPosition } from './srtp.js';
import type { SrtpKeying } from './srtp/suite.js';
import type { IceCredentials } from './stun.js';

/** H263: RFC 2190; H263-1998: RFC 4629. */
export type VideoCodecName = 'H264' | 'H265' | 'VP8' | 'VP9' | 'H263' | 'H263-1998' | 'H261';

/** Codecs of sound that are received and never sent. */
export type ReceivedOnlyCodecName = 'G7221' | 'G728' | 'G729' | 'iLBC';

/** mpeg4-generic: RFC 3640; MP4A-LATM: RFC 6416. Both carry AAC-LD. */
export type AudioCodecName =
  'opus' | 'PCMU' | 'PCMA' | 'G722' | 'mpeg4-generic' | 'MP4A-LATM' | ReceivedOnlyCodecName;

/** A codec as it appears on the wire (RFC 8866 rtpmap and fmtp). */
export interface RtpCodec {
  name: VideoCodecName | AudioCodecName;
  payloadType: number;
  /** RTP clock in Hz. G.722 says 8000 although it samples at 16 000 (RFC 3551 §4.5.2). */
  clockRate: number;
  channels?: number;
  /** fmtp parameters, names in lower case: `packetization-mode`, `profile-level-id`, … */
  parameters: Record<string, string>;
  /** Under which its silence is described (RFC 3389); absent: it goes on through silence. */
  comfortNoisePayloadType?: number;
}

/** Which RTCP feedback the remote side said it understands (RFC 4585, RFC 5104). */
export interface RtcpFeedback {
  nack: boolean;
  pli: boolean;
  fir: boolean;
  /** It can be told how much to send at most (TMMBR). */
  tmmbr?: boolean;
}

/** Where the remote side receives. `rtcpPort` equals `port` when RTP and RTCP share it (RFC 5761). */
export interface RtpAddress {
  address: string;
  port: number;
  rtcpPort: number;
}

/**
 * One RTP session: a local port (two without rtcp-mux) and what goes over it in both directions.
 * It corresponds to one m= line of a SIP call, or to one PlainTransport of the SFU.
 */
export interface RtpSession {
  /** Unique in its process; stable while the session lives, so that a plan can be compared with the last. */
  id: string;
  kind: 'audio' | 'video';
  /** Address and ports to bind. The ports stay the same when the process that binds them is restarted. */
  local: RtpAddress;
  remote: RtpAddress;
  /** Send to where packets come from, once they come (symmetric RTP, RFC 4961), instead of `remote`. */
  symmetric: boolean;
  /** What arrives; absent when nothing is to be received. Without `ssrc` the first one seen is taken, and a new one follows. */
  receive?: {
    codec: RtpCodec;
    /** What was agreed beside it: any of them may come at any time (RFC 3264 §7). Of pictures: the same codec, other numbers. */
    others?: RtpCodec[];
    ssrc?: number;
    /** More than this is too much for the network, bit/s: the sender is told so, if it listens. Absent: all is well. */
    maxBitrate?: number;
    /** Under which the sender tells its level (RFC 6464). */
    audioLevelExtensionId?: number;
  };
  /** What is sent; absent when nothing is to be sent (hold, recvonly). */
  send?: {
    codec: RtpCodec;
    ssrc: number;
    cname: string;
    audioLevelExtensionId?: number;
    /**
     * Where a new socket begins, rollovers included (RFC 3711 §3.3.1); absent: anywhere. Receivers take a jump back
     * for packets that come late.
     */
    firstPacketIndex?: number;
    /** How often each packet is sent again unasked, spread in time; absent: never. */
    copies?: number;
  };
  feedback: RtcpFeedback;
  /** RFC 4733 events arrive with this payload type. */
  dtmfPayloadType?: number;
  /** No such events were agreed on: keys are heard as tones, in G.711. */
  keysAreTones?: boolean;
  /** Absent: plain RTP, or SRTP with keys that are yet to be agreed by `dtls`. */
  protection?: SrtpProtection;
  /** Keys are agreed on the port itself (RFC 5764), we are passive; until then nothing is sent or taken. */
  dtls?: { identity: DtlsIdentity; fingerprints: Fingerprint[] };
  /** Connectivity checks with these credentials are answered, and what they nominate is sent to (RFC 8445 §2.5). */
  ice?: IceCredentials;
}

/** SRTP (RFC 3711) of a session: what we protect with, and what the remote side does. */
export interface SrtpProtection {
  send: SrtpKeying;
  receive: SrtpKeying;
  /** Where a new socket goes on that takes another's place. */
  from?: ProtectionPosition;
}

/** How far both directions have come with their keys. */
export interface ProtectionPosition {
  /** Of our next SRTCP packet (RFC 3711 §3.4). */
  rtcpIndex: number;
  /** The remote side; absent before its first packet. */
  remote?: SrtpPosition;
  /** Agreed by DTLS: who takes the session over needs them. They go no further. */
  keys?: SrtpProtection;
}
