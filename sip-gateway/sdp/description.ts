import { isIP } from 'node:net';
import type { Fingerprint } from '../../sfu/rtp/dtls/handshake.js';
import type { RtcpFeedback } from '../../sfu/rtp/session.js';
import { parse, type MediaDescription, type SessionDescription } from 'sdp-transform';
import { remoteFloor, type RemoteFloor } from './floor.js';
import { parseKey, type OfferedKey } from './sdes.js';
import type { Direction } from './types.js';

/** One m= line of the peer, with what the session level gives it. Values are checked, not trusted. */
export interface RemoteLine {
  media: string;
  /** 0: refused or switched off. */
  port: number;
  protocol: string;
  /** The `fmt` list as written, for mirroring. */
  formats: string;
  address: string;
  rtcpPort: number;
  rtcpMux: boolean;
  direction: Direction;
  codecs: RemoteCodec[];
  /** bit/s of media that the peer wants to receive at most; Infinity when it does not say. */
  maxBitrate: number;
  ptimeMs?: number;
  maxPtimeMs?: number;
  frameRate?: number;
  /** a=content (RFC 4796): main, slides, … */
  content?: string;
  /** a=label (RFC 4574) */
  label?: string;
  /** Of a BFCP line. */
  floor?: RemoteFloor;
  /** a=crypto (RFC 4568) that we can use, in the peer's order of preference. */
  keys: OfferedKey[];
  /** a=fingerprint and a=setup (RFC 8122, RFC 4145): DTLS-SRTP. */
  fingerprint?: Fingerprint;
  setup?: string;
  /** RFC 8839; candidates are not read: an ICE-lite agent waits for checks. */
  ice?: { ufrag: string; password: string };
  /** RFC 5888 */
  mid?: string;
}

export interface RemoteCodec {
  payloadType: number;
  /** Lower case: RFC 8866 §6.6 compares encoding names without case. */
  name: string;
  clockRate: number;
  channels: number;
  /** Names in lower case. */
  parameters: Record<string, string>;
  feedback: RtcpFeedback;
}

const maxBytes = 32 * 1024;
const maxLineBytes = 1000;
const maxMediaLines = 32;

/** What is read at all; candidates and the like are ignored before parsing, which bounds its cost. */
const readAttributes =
  /^a=(rtpmap|fmtp|rtcp|rtcp-fb|rtcp-mux|ptime|maxptime|sendrecv|sendonly|recvonly|inactive|content|framerate|crypto|label|floorctrl|confid|userid|floorid|setup|fingerprint|ice-ufrag|ice-pwd|mid)(:|\s*$)/;

/** RFC 3551 table 4 and 5: what a static payload type means when no rtpmap says it. */
const staticCodecs: Record<number, [name: string, clockRate: number]> = {
  0: ['pcmu', 8000],
  8: ['pcma', 8000],
  9: ['g722', 8000],
  13: ['cn', 8000],
  15: ['g728', 8000],
  18: ['g729', 8000],
  31: ['h261', 90000],
  34: ['h263', 90000],
};

/** Lines of the description in their order, or undefined when this is no SDP at all. Never throws. */
export function parseDescription(text: string): RemoteLine[] | undefined {
  if (text.length > maxBytes) return undefined;
  const lines = text
    .split(/\r\n|\r|\n/)
    .map(line => line.trimEnd())
    .filter(line => line.length <= maxLineBytes)
    .filter(line => /^[vocbm]=/.test(line) || readAttributes.test(line));
  if (!lines.includes('v=0')) return undefined;
  const mediaLines = lines.filter(line => line.startsWith('m='));
  if (mediaLines.length > maxMediaLines) return undefined;
  const session = parse(lines.join('\r\n'));
  // An m= line that sdp-transform cannot read (a dash in the protocol, a port count) still is a line, with
  // attributes of its own, so it is read here and paired by its place.
  return mediaLines.map((line, index) => remoteLine(line, session.media[index]!, session));
}

function remoteLine(line: string, media: MediaDescription, session: SessionDescription): RemoteLine {
  const [type = '', portText = '', protocol = '', ...formats] = line.slice(2).split(/\s+/);
  const port = portNumber(portText.split('/')[0]) ?? 0;
  const rtcpMux = media.rtcpMux !== undefined;
  const ice = iceOf(media, session);
  // A browser that hides its addresses writes none, or a name: its checks show where it is.
  const written = unicast(media.connection?.ip ?? session.connection?.ip ?? session.origin?.address);
  const address = written === '' && ice ? '0.0.0.0' : written;
  const fingerprint = media.fingerprint ?? session.fingerprint;
  const setup = media.setup ?? session.setup;
  // RFC 3605; without it the next higher port (RFC 3550 §11).
  const rtcpPort = rtcpMux ? port : (portNumber(media.rtcp?.port) ?? Math.min(port + 1, 65535));
  const ptimeMs = positive(media.ptime);
  const maxPtimeMs = positive(media.maxptime);
  const frameRate = positive(media.framerate);
  const { content, label } = media as { content?: unknown; label?: string | number };
  const floor = remoteFloor(protocol, media);
  return {
    media: type,
    port: address === '' ? 0 : port,
    protocol,
    formats: formats.join(' '),
    address,
    rtcpPort,
    rtcpMux,
    direction: media.direction ?? session.direction ?? 'sendrecv',
    codecs: codecsOf(media, formats),
    maxBitrate: maxBitrateOf(media, session, type),
    ...(ptimeMs !== undefined && { ptimeMs }),
    ...(maxPtimeMs !== undefined && { maxPtimeMs }),
    ...(frameRate !== undefined && { frameRate }),
    ...(typeof content === 'string' && { content }),
    ...(label !== undefined && { label: String(label) }),
    ...(floor && { floor }),
    keys: keysOf(media),
    ...(fingerprint && {
      fingerprint: { hash: String(fingerprint.type).toLowerCase(), value: String(fingerprint.hash) },
    }),
    ...(setup !== undefined && { setup: String(setup).toLowerCase() }),
    ...(ice && { ice }),
    ...(media.mid !== undefined && { mid: String(media.mid) }),
  };
}

/** RFC 8839 §5.4: for a line, or for all. */
function iceOf(media: MediaDescription, session: SessionDescription): RemoteLine['ice'] {
  const ufrag = media.iceUfrag ?? session.iceUfrag;
  const password = media.icePwd ?? session.icePwd;
  if (ufrag === undefined || password === undefined) return undefined;
  return { ufrag: String(ufrag), password: String(password) };
}

function keysOf(media: MediaDescription): OfferedKey[] {
  return (media.crypto ?? []).flatMap(
    ({ id, suite, config, sessionConfig }) =>
      parseKey(Number(id), String(suite), String(config), String(sessionConfig ?? '')) ?? [],
  );
}

function codecsOf(media: MediaDescription, formats: string[]): RemoteCodec[] {
  const codecs: RemoteCodec[] = [];
  for (const format of formats) {
    const payloadType = Number(format);
    if (!/^\d+$/.test(format) || payloadType > 127) continue;
    if (codecs.some(codec => codec.payloadType === payloadType)) continue;
    const map = media.rtp.find(entry => entry.payload === payloadType);
    const [name, clockRate] = map
      ? [String(map.codec).toLowerCase(), Number(map.rate)]
      : (staticCodecs[payloadType] ?? ['', 0]);
    if (name === '') continue;
    codecs.push({
      payloadType,
      name,
      clockRate,
      channels: Number(map?.encoding ?? 1) || 1,
      parameters: parseFmtp(media.fmtp.find(entry => entry.payload === payloadType)?.config),
      feedback: feedbackOf(media, payloadType),
    });
  }
  return codecs;
}

/** RFC 4585 §4.2, RFC 5104 §7.1; `*` stands for every payload type. */
function feedbackOf(media: MediaDescription, payloadType: number): RemoteCodec['feedback'] {
  const said = (type: string, subtype?: string): boolean =>
    (media.rtcpFb ?? []).some(
      entry =>
        (entry.payload === '*' || entry.payload === payloadType) &&
        String(entry.type).toLowerCase() === type &&
        // Some put several into one line: `ccm fir tmmbr`.
        (subtype === undefined
          ? entry.subtype === undefined
          : String(entry.subtype).toLowerCase().split(' ').includes(subtype)),
    );
  return {
    ...{ nack: said('nack'), pli: said('nack', 'pli'), fir: said('ccm', 'fir') },
    ...(said('ccm', 'tmmbr') && { tmmbr: true }),
  };
}

/** `a=b; c=d`, spaces anywhere, names in any case; `0-15` (telephone-event) has no names and yields nothing. */
export function parseFmtp(config: string | number | undefined): Record<string, string> {
  const parameters = Object.create(null) as Record<string, string>;
  for (const part of String(config ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) parameters[part.slice(0, at).trim().toLowerCase()] ??= part.slice(at + 1).trim();
  }
  return parameters;
}

/** Headers of RTP, UDP and IP that b=AS counts (RFC 8866 §5.8) and an encoder does not: 40 of about 1000 bytes. */
const mediaShareOfAs = 0.95;
/** What the audio of a call takes from a limit that counts for the whole session. */
const audioOfSessionBitrate = 80_000;

/** b=TIAS is exact (RFC 3890 §6.2.2) and preferred; the session's CT, AS or TIAS covers audio as well. */
function maxBitrateOf(media: MediaDescription, session: SessionDescription, type: string): number {
  const own = bandwidth(media.bandwidth);
  const whole = bandwidth((session as { bandwidth?: MediaDescription['bandwidth'] }).bandwidth);
  if (type !== 'video') return own;
  return Math.min(own, whole > 0 ? Math.max(whole - audioOfSessionBitrate, 64_000) : Infinity);
}

function bandwidth(entries: { type: string; limit: number | string }[] | undefined): number {
  const of = (type: string): number | undefined => {
    const entry = entries?.find(candidate => candidate.type === type);
    return entry && /^\d+$/.test(String(entry.limit)) ? Number(entry.limit) : undefined;
  };
  const kilobits = of('AS') ?? of('CT');
  return of('TIAS') ?? (kilobits === undefined ? Infinity : kilobits * 1000 * mediaShareOfAs);
}

/**
 * c= as an address that may be sent to: a name would be looked up for each packet, and a group or broadcast
 * address would make us flood a network. Empty when it is none. RFC 8866 wants c=; some leave it to o=.
 */
function unicast(ip: string | number | undefined): string {
  const address = String(ip ?? '').split('/')[0]!;
  const family = isIP(address);
  const multicast = family === 4 ? Number(address.split('.')[0]) >= 224 : /^ff/i.test(address);
  return family === 0 || multicast ? '' : address;
}

function portNumber(value: unknown): number | undefined {
  const text = String(value);
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function positive(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
