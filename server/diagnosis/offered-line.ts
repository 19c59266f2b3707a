import { isIPv4 } from 'node:net';
import { srtpSuites } from '../../sfu/rtp/srtp/suite.js';
import { chooseAudio, defaultAudioCodecs } from '../../sip-gateway/sdp/codecs.js';
import { parseDescription } from '../../sip-gateway/sdp/description.js';
import { videoChoiceOf } from '../../sip-gateway/sdp/video-codecs.js';
import type { StreamKind } from './media-watch.js';

/** What the peer wrote of one stream in its last description. */
export interface OfferedLine {
  kind: StreamKind;
  /** 0: switched off. */
  port: number;
  address: string;
  direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** As it writes them: `opus/48000`. */
  codecs: string[];
  /** One of them is ours, in the directions that it wants. */
  hasCommonCodec: boolean;
  /** RTP/SAVP or DTLS alone. */
  insistsOnEncryption: boolean;
  /** Keys by SDES in a suite of ours, or a DTLS fingerprint. */
  offersEncryption: boolean;
}

/** With the names that some devices have for suites of 256 bits. */
const knownSuite = new RegExp(
  `^a=crypto:\\d+ (?:${Object.keys(srtpSuites).join('|')}|AES_CM_256_\\w+)\\b`,
  'im',
);
const fingerprint = /^a=fingerprint:/im;
const secureProtocol = /(^|\/)RTP\/SAVPF?$/i;

/** Of a description whose keys are blank: what of it is known of security is read from its lines. */
export function offeredLines(sdp: string | undefined): OfferedLine[] {
  const lines = sdp === undefined ? undefined : parseDescription(sdp);
  if (sdp === undefined || !lines) return [];
  const [session = '', ...parts] = sdp.split(/^(?=m=)/m);
  const found: OfferedLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.media !== 'audio' && line.media !== 'video') continue;
    const written = parts[index] ?? '';
    const isContent = line.content !== undefined && !/\b(main|speaker)\b/.test(line.content);
    const common =
      line.media === 'audio'
        ? chooseAudio(line, defaultAudioCodecs) !== undefined
        : line.codecs.some(codec => videoChoiceOf(codec) !== undefined);
    found.push({
      kind: line.media === 'audio' ? 'audio' : isContent ? 'content' : 'video',
      port: line.port,
      address: line.address,
      direction: line.direction,
      codecs: line.codecs
        .filter(({ name }) => name !== 'telephone-event')
        .map(({ name, clockRate }) => `${name}/${clockRate}`),
      hasCommonCodec: common,
      insistsOnEncryption: secureProtocol.test(line.protocol),
      offersEncryption: knownSuite.test(written) || fingerprint.test(written) || fingerprint.test(session),
    });
  }
  return found;
}

/** RFC 1918, RFC 6598, RFC 3927: nobody outside reaches these. IPv6 is not behind NAT as a rule. */
export function isPrivate(address: string): boolean {
  if (!isIPv4(address)) return false;
  const [a = 0, b = 0] = address.split('.').map(Number);
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254)
  );
}
