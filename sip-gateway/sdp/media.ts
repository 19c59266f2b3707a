import type { RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import type { RemoteCodec, RemoteLine } from './description.js';
import type { IceCredentials } from '../../sfu/rtp/stun.js';
import { chooseEncoder, decoderLimits } from './h264.js';
import type { LineSecurity } from './security.js';
import type { VideoChoice } from './video-codecs.js';
import { chooseFixedSize, vpxLimits } from './video-limits.js';
import type {
  Direction,
  LocalMedia,
  LocalStream,
  NegotiatedCamera,
  NegotiatedEncoder,
  NegotiatedFloor,
  NegotiatedMedia,
} from './types.js';

/** What one m= line came to. */
export interface AgreedLine {
  kind: 'audio' | 'video' | 'content';
  line: RemoteLine;
  stream: LocalStream;
  /** As the peer numbers it, with the peer's parameters. */
  sendCodec: RtpCodec;
  /** As we number it, with our parameters. */
  receiveCodec: RtpCodec;
  /** What the peer may send as well. */
  otherCodecs?: RtpCodec[];
  feedback: RemoteCodec['feedback'];
  security: LineSecurity;
  ice?: IceCredentials;
  dtmfPayloadType?: number;
  video?: VideoChoice;
}

const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

export function directionOf(send: boolean, receive: boolean): Direction {
  return send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive';
}

/** False on hold: by direction, by the null address of RFC 2543 (RFC 3264 §8.4), or by a bandwidth of zero (§5). */
export function peerReceives(line: RemoteLine): boolean {
  // With ICE the address is what checks say.
  const nullAddress = !line.ice && (line.address === '0.0.0.0' || line.address === '::');
  return receives(line.direction) && !nullAddress && line.maxBitrate > 0;
}

/** Our direction: what the peer's leaves us (RFC 3264 §6.1), as far as we are ready for it. */
export function ourFlow(
  line: RemoteLine,
  stream: Pick<LocalStream, 'direction'>,
): { send: boolean; receive: boolean } {
  const ready = stream.direction ?? 'sendrecv';
  return {
    send: peerReceives(line) && sends(ready),
    receive: sends(line.direction) && receives(ready),
  };
}

function rtpSession(agreed: AgreedLine, local: LocalMedia): RtpSession {
  const { kind, line, stream } = agreed;
  const flow = ourFlow(line, stream);
  return {
    id: stream.id,
    kind: kind === 'audio' ? 'audio' : 'video',
    local: {
      address: local.bindAddress,
      port: stream.port,
      rtcpPort: line.rtcpMux ? stream.port : stream.rtcpPort,
    },
    remote: { address: line.address, port: line.port, rtcpPort: line.rtcpPort },
    symmetric: true,
    ...(flow.receive && {
      receive: {
        codec: agreed.receiveCodec,
        ...(agreed.otherCodecs && { others: agreed.otherCodecs }),
      },
    }),
    ...(flow.send && { send: { codec: agreed.sendCodec, ssrc: stream.ssrc, cname: local.cname } }),
    feedback: agreed.feedback,
    ...(agreed.dtmfPayloadType !== undefined && { dtmfPayloadType: agreed.dtmfPayloadType }),
    ...(kind === 'audio' && agreed.dtmfPayloadType === undefined && { keysAreTones: true }),
    ...(agreed.security.by === 'sdes' && { protection: agreed.security.protection }),
    ...(agreed.security.by === 'dtls' && { dtls: agreed.security.dtls }),
    ...(agreed.ice && { ice: agreed.ice }),
  };
}

function encoderFor(agreed: AgreedLine, local: LocalMedia): NegotiatedEncoder {
  const { kind, line, video } = agreed;
  const { maxPicture, maxBitrate } = (kind === 'content' ? local.content : local.video)!;
  const { codec, profile, packetizationMode, remote } = video!;
  // On a line held by b=AS:0 nothing is sent, but the numbers must stay usable for when it is resumed.
  const peerLimit = line.maxBitrate > 0 ? line.maxBitrate : Infinity;
  const ours = {
    width: maxPicture.width,
    height: maxPicture.height,
    frameRate: Math.min(maxPicture.frameRate, Math.max(1, line.frameRate ?? Infinity)),
    bitrate: Math.min(maxBitrate, peerLimit),
  };
  switch (codec) {
    case 'H264':
      return { codec, profile, packetizationMode, ...chooseEncoder(decoderLimits(remote.parameters), ours) };
    case 'VP8':
    case 'VP9':
      return { codec, profile, packetizationMode, ...chooseEncoder(vpxLimits(remote.parameters), ours) };
    case 'H261':
    case 'H263':
    case 'H263-1998':
      return { codec, profile, packetizationMode, ...chooseFixedSize(codec, remote.parameters, ours) };
    case 'H265':
      // Nothing is sent to it (`answerVideo`).
      return { codec: 'H264', profile, packetizationMode, ...chooseEncoder(decoderLimits({}), ours) };
  }
}

/** Packets of 10 to 60 ms in steps of 10, which every codec of ours can make. */
function ptimeOf(line: RemoteLine | undefined): number {
  const wanted = Math.min(line?.ptimeMs ?? 20, line?.maxPtimeMs ?? 60);
  return Math.min(60, Math.max(10, Math.floor(wanted / 10) * 10));
}

export function negotiatedMedia(
  agreed: AgreedLine[],
  local: LocalMedia,
  floor?: NegotiatedFloor,
  camera?: NegotiatedCamera,
): NegotiatedMedia {
  const audio = agreed.find(({ kind }) => kind === 'audio');
  const video = agreed.find(({ kind }) => kind === 'video');
  const content = agreed.find(({ kind }) => kind === 'content');
  return {
    ...(audio && { audio: rtpSession(audio, local) }),
    audioPtimeMs: ptimeOf(audio?.line),
    ...(video && { video: { session: rtpSession(video, local), encoder: encoderFor(video, local) } }),
    ...(content && { content: { session: rtpSession(content, local), encoder: encoderFor(content, local) } }),
    ...(content && floor && { floor }),
    ...(camera && { camera }),
    held: !agreed.some(({ kind, line }) => kind !== 'content' && peerReceives(line)),
    fastUpdateByInfo: video !== undefined && !video.feedback.pli && !video.feedback.fir,
  };
}
