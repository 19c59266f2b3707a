import type { RemoteLine } from './description.js';
import { directionOf, ourFlow } from './media.js';
import { securityOf, type LineSecurity } from './security.js';
import type { LocalCamera, LocalMedia, NegotiatedCamera, SdpLine } from './types.js';
import { offeredSecurity, securityState, writtenKey } from './write-security.js';
import type { ActiveLine } from './write.js';

/** RFC 4573 §3.1; the name is its key in `SdpLine.payloadTypes`, too. */
const name = 'H224';
const clockRate = 4800;
const usualPayloadType = 113;

const noFeedback = { nack: false, pli: false, fir: false };

/** What an H.224 line came to. */
export interface AgreedCamera {
  line: RemoteLine;
  payloadType: number;
  security: LineSecurity;
  camera: NegotiatedCamera;
}

/** Which of the offered lines is for far-end camera control: the one that was, else the first, encrypted if any is. */
export function chooseCamera(lines: RemoteLine[], local: LocalMedia, previous: SdpLine[] = []): number {
  const usable = lines.flatMap((line, index) => {
    const agreed = agreeCamera(line, local);
    return agreed ? [{ index, secure: agreed.security.by === 'sdes' }] : [];
  });
  const chosen =
    usable.find(({ index }) => previous[index]?.use === 'camera') ??
    usable.find(({ secure }) => secure) ??
    usable[0];
  return chosen?.index ?? -1;
}

/** What the peer's line comes to, whether it offers or answers; undefined when it cannot be used. */
export function agreeCamera(
  line: RemoteLine,
  local: LocalMedia,
  offered?: SdpLine,
): AgreedCamera | undefined {
  const ours = local.camera;
  if (!ours || line.media !== 'application' || line.port === 0) return undefined;
  const codec = line.codecs.find(found => found.name === name.toLowerCase() && found.clockRate === clockRate);
  const security = codec && securityOf(line, local, ours.id);
  // No handshake and no check is answered on this port: who has DTLS or ICE for all lines goes without.
  if (!security || security.by === 'dtls' || line.ice) return undefined;
  const { payloadType } = codec;
  const camera = {
    local: { address: local.bindAddress, port: ours.port },
    remote: { address: line.address, port: line.port },
    sendPayloadType: payloadType,
    receivePayloadType: offered?.payloadTypes[name] ?? payloadType,
    ...ourFlow(line, ours),
    ...(security.by === 'sdes' && { protection: security.protection }),
  };
  return { line, payloadType, security, camera };
}

/** RFC 4573 §4.2: who only controls is answered `recvonly`, who is only controlled `sendonly`. */
export function answeredCamera(
  { line, payloadType, security, camera }: AgreedCamera,
  local: LocalMedia,
): ActiveLine {
  return {
    ...written(local.camera!, line.protocol, payloadType),
    rtcpMux: line.rtcpMux,
    direction: directionOf(camera.send, camera.receive),
    ...(security.by === 'sdes' && { keys: [writtenKey(security)] }),
    ...(line.mid !== undefined && { mid: line.mid }),
  };
}

/** Fills in `line.payloadTypes` for what it offers. */
export function offeredCamera(line: SdpLine, local: LocalMedia): ActiveLine {
  const payloadType = line.payloadTypes[name] ?? usualPayloadType;
  line.payloadTypes = { ...line.payloadTypes, [name]: payloadType };
  return {
    ...written(local.camera!, line.protocol, payloadType),
    rtcpMux: line.rtcpMux === true,
    ...offeredSecurity(line, local.camera!, local),
  };
}

function written(stream: LocalCamera, protocol: string, payloadType: number): ActiveLine {
  const codec = { payloadType, map: `${name}/${clockRate}`, parameters: '', feedback: noFeedback };
  return {
    ...{ media: 'application', stream, protocol, rtcpMux: false },
    direction: stream.direction ?? 'sendrecv',
    codecs: [codec],
  };
}

/** What the next offer or answer has to know of the line. */
export function cameraState(agreed: AgreedCamera): Omit<SdpLine, 'media' | 'protocol' | 'formats'> {
  const { rtcpMux, mid } = agreed.line;
  return {
    use: 'camera',
    payloadTypes: { [name]: agreed.camera.receivePayloadType },
    ...securityState(agreed),
    ...(rtcpMux && { rtcpMux }),
    ...(mid !== undefined && { mid }),
  };
}
