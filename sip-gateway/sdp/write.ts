import { write, type MediaDescription } from 'sdp-transform';
import type { Fingerprint } from '../../sfu/rtp/dtls/handshake.js';
import type { RtcpFeedback, RtpCodec } from '../../sfu/rtp/session.js';
import type { WrittenIce } from './ice.js';
import type { Direction, LocalCamera, LocalMedia, LocalStream, SdpState } from './types.js';

/** One payload type of a line of ours. */
export interface WrittenCodec {
  payloadType: number;
  /** rtpmap after the number: `opus/48000/2`. */
  map: string;
  /** fmtp after the number; empty for none. */
  parameters: string;
  feedback: RtcpFeedback;
}

export interface ActiveLine {
  media: 'audio' | 'video' | 'application';
  stream: LocalStream | LocalCamera;
  protocol: string;
  rtcpMux: boolean;
  direction: Direction;
  codecs: WrittenCodec[];
  /** bit/s that we want to receive at most. */
  maxBitrate?: number;
  ptimeMs?: number;
  content?: string;
  label?: string;
  keys?: WrittenKey[];
  dtls?: { fingerprint: Fingerprint; setup: 'passive' | 'actpass' };
  ice?: WrittenIce;
  mid?: string;
}

/** a=crypto (RFC 4568 §9.1) */
export interface WrittenKey {
  tag: number;
  suiteName: string;
  keyAndSalt: string;
}

/** RFC 8856 §4 */
export interface FloorLine {
  floor: true;
  port: number;
  protocol: string;
  /** `name:value` each. */
  attributes: string[];
}

/** RFC 3264 §6: refused is port 0 with the rest mirrored. */
export interface RefusedLine {
  refused: true;
  media: string;
  protocol: string;
  formats: string;
}

export type WrittenLine = ActiveLine | FloorLine | RefusedLine;

/** RFC 3640 §4.1 compares names without case; not everybody does. */
const spelled: Record<string, string> = {
  sizelength: 'sizeLength',
  indexlength: 'indexLength',
  indexdeltalength: 'indexDeltaLength',
  constantduration: 'constantDuration',
};

const noFeedback = { nack: false, pli: false, fir: false };

export function writtenCodec(codec: RtpCodec, feedback: WrittenCodec['feedback'] = noFeedback): WrittenCodec {
  const channels = codec.name === 'opus' ? '/2' : '';
  const parameters = Object.entries(codec.parameters).map(
    ([name, value]) => `${spelled[name] ?? name}=${value}`,
  );
  return {
    payloadType: codec.payloadType,
    map: `${codec.name}/${codec.clockRate}${channels}`,
    parameters: parameters.join(';'),
    feedback,
  };
}

/** RFC 3389 §4 */
export function writtenComfortNoise(payloadType: number): WrittenCodec {
  return { payloadType, map: 'CN/8000', parameters: '', feedback: noFeedback };
}

/** RFC 4733 §2.5.1: the sixteen DTMF digits. */
export function writtenTelephoneEvent(payloadType: number, clockRate: number): WrittenCodec {
  return { payloadType, map: `telephone-event/${clockRate}`, parameters: '0-15', feedback: noFeedback };
}

/**
 * Our description, and the version it carries: one more than before when anything but the version changed
 * (RFC 3264 §8), else the same text again.
 */
export function writeDescription(
  local: LocalMedia,
  lines: WrittenLine[],
  previous?: Pick<SdpState, 'body' | 'version'>,
): { body: string; version: number } {
  const version = previous?.version ?? 1;
  const body = render(local, lines, version);
  if (!previous || body === previous.body) return { body, version };
  return { body: render(local, lines, version + 1), version: version + 1 };
}

function render(local: LocalMedia, lines: WrittenLine[], version: number): string {
  const ipVersion = local.announcedAddress.includes(':') ? 6 : 4;
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: local.sessionId,
      sessionVersion: version,
      netType: 'IN',
      ipVer: ipVersion,
      address: local.announcedAddress,
    },
    name: '-',
    connection: { version: ipVersion, ip: local.announcedAddress },
    timing: { start: 0, stop: 0 },
    ...(lines.some(line => 'ice' in line && line.ice) && { icelite: 'ice-lite' }),
    media: lines.map(line =>
      'refused' in line ? refusedMedia(line) : 'floor' in line ? floorMedia(line) : activeMedia(line, local),
    ),
  });
}

function refusedMedia({ media, protocol, formats }: RefusedLine): MediaDescription {
  return { type: media, port: 0, protocol, payloads: formats, rtp: [], fmtp: [] };
}

function floorMedia({ port, protocol, attributes }: FloorLine): MediaDescription {
  const media = { type: 'application', port, protocol, payloads: '*', rtp: [], fmtp: [] };
  return { ...media, invalid: attributes.map(value => ({ value })) };
}

/** RFC 8445 §5.1.2.1: a host candidate of the highest preference. */
function hostCandidate(ip: string, port: number, component: number) {
  const priority = 126 * 2 ** 24 + 65535 * 2 ** 8 + (256 - component);
  return { foundation: '1', component, transport: 'UDP', priority, ip, port, type: 'host' };
}

function activeMedia(line: ActiveLine, { cname, announcedAddress: address }: LocalMedia): MediaDescription {
  const { stream, codecs } = line;
  const rtcpFb = codecs.flatMap(({ payloadType: payload, feedback }) => [
    ...(feedback.nack ? [{ payload, type: 'nack' }] : []),
    ...(feedback.pli ? [{ payload, type: 'nack', subtype: 'pli' }] : []),
    ...(feedback.fir ? [{ payload, type: 'ccm', subtype: 'fir' }] : []),
    ...(feedback.tmmbr ? [{ payload, type: 'ccm', subtype: 'tmmbr' }] : []),
  ]);
  return {
    type: line.media,
    port: stream.port,
    protocol: line.protocol,
    payloads: codecs.map(codec => codec.payloadType).join(' '),
    ...(line.maxBitrate !== undefined && {
      bandwidth: [
        // b=AS counts the headers as well (RFC 8866 §5.8).
        { type: 'AS', limit: Math.ceil(line.maxBitrate / 950) },
        { type: 'TIAS', limit: line.maxBitrate },
      ],
    }),
    rtp: codecs.map(({ payloadType: payload, map }) => {
      const [codec = '', rate, encoding] = map.split('/');
      return { payload, codec, rate: Number(rate), ...(encoding && { encoding: Number(encoding) }) };
    }),
    fmtp: codecs
      .filter(codec => codec.parameters !== '')
      .map(({ payloadType: payload, parameters: config }) => ({ payload, config })),
    // RFC 3605 is needed only where RTCP is not on the next port.
    ...(!line.rtcpMux && stream.rtcpPort !== stream.port + 1 && { rtcp: { port: stream.rtcpPort } }),
    ...(rtcpFb.length > 0 && { rtcpFb }),
    ...(line.ptimeMs !== undefined && { ptime: line.ptimeMs }),
    direction: line.direction,
    ...('ssrc' in stream && { ssrcs: [{ id: stream.ssrc, attribute: 'cname', value: cname }] }),
    ...(line.rtcpMux && { rtcpMux: 'rtcp-mux' as const }),
    ...(line.content !== undefined && { content: line.content }),
    ...(line.label !== undefined && { label: line.label }),
    ...(line.mid !== undefined && { mid: line.mid }),
    ...(line.dtls && {
      fingerprint: { type: line.dtls.fingerprint.hash, hash: line.dtls.fingerprint.value },
      setup: line.dtls.setup,
    }),
    ...(line.ice && {
      iceUfrag: line.ice.ufrag,
      icePwd: line.ice.password,
      candidates: line.ice.ports.map((port, index) => hostCandidate(address, port, index + 1)),
    }),
    ...(line.keys && {
      crypto: line.keys.map(({ tag, suiteName, keyAndSalt }) => ({
        id: tag,
        suite: suiteName,
        config: `inline:${keyAndSalt}`,
      })),
    }),
  };
}
