import { acceptedAudio, acceptedVideo, answerAudio, answerVideo, asContent } from './agree.js';
import { agreeCamera, answeredCamera, cameraState, chooseCamera, type AgreedCamera } from './camera.js';
import { chooseLines, nothingInCommon, unreadable } from './choose.js';
import { payloadTypeKey } from './codecs.js';
import { parseDescription, type RemoteLine } from './description.js';
import { agreeFloor, contentLabel, writtenFloor } from './floor.js';
import { directionOf, negotiatedMedia, ourFlow, type AgreedLine } from './media.js';
import { writtenIce } from './ice.js';
import { createLines } from './offer.js';
import { offeredSuites, type OfferedKey } from './sdes.js';
import type {
  AnswerOfferResult,
  ApplyAnswerResult,
  LocalMedia,
  NegotiatedFloor,
  OfferState,
  SdpLine,
  SdpState,
} from './types.js';
import { securityState, writtenKey } from './write-security.js';
import {
  writeDescription,
  writtenCodec,
  writtenComfortNoise,
  writtenTelephoneEvent,
  type ActiveLine,
  type RefusedLine,
} from './write.js';

/** The peer's offer, first or again (`previous` is then what the last exchange left). Never throws. */
export function answerOffer(offer: string, local: LocalMedia, previous?: SdpState): AnswerOfferResult {
  const lines = parseDescription(offer);
  if (!lines) return unreadable;
  const chosen = chooseLines(lines, local, previous?.lines);
  const audio = chosen.audio === undefined ? undefined : answerAudio(lines[chosen.audio]!, local);
  const video = chosen.video === undefined ? undefined : answerVideo(lines[chosen.video]!, local);
  const agreed = [audio, video].filter(line => line !== undefined);
  const content =
    chosen.content === undefined || !video
      ? undefined
      : { ...answerVideo(lines[chosen.content]!, asContent(local)), kind: 'content' as const };
  const floorAt = content ? lines.findIndex(line => agreeFloor(line, local)) : -1;
  const floor = floorAt < 0 ? undefined : agreeFloor(lines[floorAt]!, local);
  const cameraAt = chooseCamera(lines, local, previous?.lines);
  const camera = cameraAt < 0 ? undefined : agreeCamera(lines[cameraAt]!, local);
  // Within a call, an offer with every port 0 is a pause of everything, which some PBXs send.
  const pausesAll = previous !== undefined && lines.length > 0 && lines.every(line => line.port === 0);
  if (agreed.length === 0 && !pausesAll) return nothingInCommon(lines, local);

  const written = lines.map((line, index) =>
    index === chosen.audio && audio
      ? answeredLine(audio, local)
      : index === chosen.video && video
        ? answeredLine(video, local)
        : index === chosen.content && content
          ? answeredLine(content, asContent(local))
          : index === floorAt
            ? writtenFloor(line.protocol, local, floor, sameFloor(floor, previous) ? 'existing' : 'new')
            : index === cameraAt && camera
              ? answeredCamera(camera, local)
              : mirrored(line),
  );
  if (content) agreed.push(content);
  const { body, version } = writeDescription(local, written, previous);
  return {
    ok: true,
    answer: body,
    media: negotiatedMedia(agreed, local, floor, camera?.camera),
    state: {
      body,
      version,
      lines: lines.map((line, index) => {
        if (index === floorAt) return { ...stateOf(line, undefined), use: 'floor', floor: floor! };
        if (index === cameraAt && camera) return { ...stateOf(line, undefined), ...cameraState(camera) };
        return stateOf(
          line,
          agreed.find(({ kind }) => chosen[kind] === index),
          previous?.lines[index],
        );
      }),
    },
  };
}

/** Our offer, for a call that we make, an INVITE without SDP, or a re-INVITE (with `previous`). */
export function createOffer(local: LocalMedia, previous?: SdpState): { offer: string; state: OfferState } {
  const { written, lines } = createLines(local, previous?.lines ?? []);
  const { body, version } = writeDescription(local, written, previous);
  return { offer: body, state: { body, version, lines, local } };
}

/** The peer's answer to `createOffer`. Never throws. A line that is missing in it counts as refused. */
export function applyAnswer(offer: OfferState, answer: string): ApplyAnswerResult {
  const remote = parseDescription(answer);
  if (!remote) return unreadable;
  const { local } = offer;
  const agreed: AgreedLine[] = [];
  let floor: NegotiatedFloor | undefined;
  let camera: AgreedCamera | undefined;
  offer.lines.forEach((line, index) => {
    const answered = remote[index];
    if (!answered || answered.media !== line.media || answered.port === 0) return;
    // One who answers rtcp-mux though it was not offered gets RTCP from our second port.
    const rtcpMux = answered.rtcpMux && line.rtcpMux === true;
    const understood = { ...answered, rtcpMux, keys: answeredKeys(answered, line) };
    const found =
      line.use === 'audio'
        ? acceptedAudio(understood, line, local)
        : line.use === 'video'
          ? acceptedVideo(understood, line, local)
          : line.use === 'content'
            ? acceptedContent(understood, line, local)
            : undefined;
    if (found) agreed.push(found);
    if (line.use === 'floor') floor = agreeFloor(answered, local, line);
    if (line.use === 'camera') camera = agreeCamera(understood, local, line);
  });
  if (agreed.length === 0) return nothingInCommon(remote, local);
  const state: SdpState = {
    body: offer.body,
    version: offer.version,
    lines: offer.lines.map((line): SdpLine => {
      if (line.use === 'floor') return floor ? { ...line, floor } : { ...line, use: 'refused' };
      if (line.use === 'camera')
        return camera ? { ...line, ...securityState(camera) } : { ...line, use: 'refused' };
      const found = agreed.find(({ kind }) => kind === line.use);
      return found ? { ...line, ...securityState(found) } : { ...line, use: 'refused' };
    }),
  };
  return { ok: true, media: negotiatedMedia(agreed, local, floor, camera?.camera), state };
}

function acceptedContent(answered: RemoteLine, offered: SdpLine, local: LocalMedia): AgreedLine | undefined {
  const accepted = acceptedVideo(answered, offered, asContent(local));
  return accepted && { ...accepted, kind: 'content' };
}

function sameFloor(floor: NegotiatedFloor | undefined, previous: SdpState | undefined): boolean {
  const before = previous?.lines.find(line => line.use === 'floor')?.floor;
  return floor !== undefined && JSON.stringify(before) === JSON.stringify(floor);
}

/** A key answers one of ours: same tag, same suite (RFC 4568 §5.1.3). */
function answeredKeys({ keys }: RemoteLine, offered: SdpLine): OfferedKey[] {
  if (offered.security !== undefined && offered.security !== 'sdes') return [];
  return keys.filter(({ tag, keying }) => offeredSuites[tag - 1] === keying.suite);
}

/** One payload type and, for audio, comfort noise and the events beside it: what is answered is what will be used. */
function answeredLine(agreed: AgreedLine, local: LocalMedia): ActiveLine {
  const { kind, line, stream, security } = agreed;
  const flow = ourFlow(line, stream);
  const events = line.codecs.find(codec => codec.payloadType === agreed.dtmfPayloadType);
  const noise = agreed.receiveCodec.comfortNoisePayloadType;
  return {
    media: kind === 'audio' ? 'audio' : 'video',
    stream,
    protocol: line.protocol,
    rtcpMux: line.rtcpMux,
    direction: directionOf(flow.send, flow.receive),
    codecs: [
      writtenCodec(agreed.receiveCodec, agreed.feedback),
      ...(noise === undefined ? [] : [writtenComfortNoise(noise)]),
      ...(events ? [writtenTelephoneEvent(events.payloadType, events.clockRate)] : []),
    ],
    ...(kind === 'audio' ? { ptimeMs: 20 } : { maxBitrate: local.video!.maxBitrate }),
    ...(line.content !== undefined && { content: line.content }),
    // Ours, which our floor names; the peer's label is in its own description.
    ...(kind === 'content' && { content: line.content ?? 'slides', label: contentLabel }),
    ...(security.by === 'sdes' && { keys: [writtenKey(security)] }),
    ...(security.by === 'dtls' && {
      dtls: { fingerprint: local.encryption!.dtls!.fingerprint, setup: 'passive' as const },
    }),
    ...(agreed.ice && { ice: writtenIce(agreed.ice, stream, line.rtcpMux) }),
    ...(line.mid !== undefined && { mid: line.mid }),
  };
}

function mirrored({ media, protocol, formats }: RemoteLine): RefusedLine {
  return { refused: true, media, protocol, formats };
}

function stateOf(line: RemoteLine, agreed: AgreedLine | undefined, previous?: SdpLine): SdpLine {
  const { media, protocol, formats, rtcpMux, ice, mid } = line;
  const payloadTypes: Record<string, number> = { ...previous?.payloadTypes };
  for (const codec of agreed ? line.codecs : []) {
    const key = payloadTypeKey(codec);
    if (key) payloadTypes[key] ??= codec.payloadType;
  }
  return {
    use: agreed?.kind ?? 'refused',
    media,
    protocol,
    formats,
    payloadTypes,
    ...(agreed && securityState(agreed)),
    ...(rtcpMux && { rtcpMux }),
    ...(ice && { remoteIce: ice }),
    ...(mid !== undefined && { mid }),
  };
}
