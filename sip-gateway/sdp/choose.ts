import { chooseAudio, defaultAudioCodecs } from './codecs.js';
import type { RemoteLine } from './description.js';
import { contentLabels } from './floor.js';
import { securityOf } from './security.js';
import type { LocalMedia, SdpLine, SdpRefusal } from './types.js';
import { chooseVideo, defaultProfiles } from './video-codecs.js';

/** Which of the offered lines carry the call's audio, main video and content; all others are refused. */
export interface ChosenLines {
  audio?: number;
  video?: number;
  content?: number;
}

const plainRtp = /^RTP\/AVPF?$/i;
const secureRtp = /(^|\/)RTP\/SAVPF?$/i;

/** A line keeps its use within a call; else the first that has something in common with us, encrypted if any is. */
export function chooseLines(lines: RemoteLine[], local: LocalMedia, previous: SdpLine[] = []): ChosenLines {
  const chosen: ChosenLines = {};
  const labels = contentLabels(lines);
  for (const kind of ['audio', 'video', 'content'] as const) {
    if (!local[kind]) continue;
    const usable = lines.flatMap((line, index) => (isUsable(line, kind, local, labels) ? [index] : []));
    const secure = (index: number): boolean =>
      securityOf(lines[index]!, local, local[kind]!.id)?.by !== 'nothing';
    const index =
      usable.find(candidate => previous[candidate]?.use === kind) ?? usable.find(secure) ?? usable[0];
    if (index !== undefined) chosen[kind] = index;
  }
  return chosen;
}

function isUsable(
  line: RemoteLine,
  kind: 'audio' | 'video' | 'content',
  local: LocalMedia,
  labels: Set<string>,
): boolean {
  if (line.media !== (kind === 'content' ? 'video' : kind) || line.port === 0) return false;
  if (!securityOf(line, local, local[kind]!.id)) return false;
  if (kind === 'audio') return chooseAudio(line, local.audio?.codecs ?? defaultAudioCodecs) !== undefined;
  // RFC 4796: slides and the like are content, a stream of their own; they never stand in for the camera.
  const isContent =
    line.content === undefined
      ? line.label !== undefined && labels.has(line.label)
      : !/\b(main|speaker)\b/.test(line.content);
  if (isContent !== (kind === 'content')) return false;
  return chooseVideo(line, local[kind]?.profiles ?? defaultProfiles) !== undefined;
}

export const unreadable: SdpRefusal = {
  ok: false,
  status: 400,
  warning: '399 amphi "The body is not a session description (RFC 8866)"',
};

/** Why nothing was chosen, with the warn-codes of RFC 3261 §20.43. */
export function nothingInCommon(lines: RemoteLine[], local: LocalMedia): SdpRefusal {
  const media = lines.filter(line => line.port !== 0 && (line.media === 'audio' || line.media === 'video'));
  const secureOnly = media.length > 0 && media.every(line => secureRtp.test(line.protocol));
  const plain = media.filter(line => plainRtp.test(line.protocol));
  return { ok: false, status: 488, warning: warningOf() };

  function warningOf(): string {
    if (media.length === 0) return '304 amphi "Media type not available: neither audio nor video is offered"';
    if (secureOnly && !local.encryption)
      return '302 amphi "Incompatible transport protocol: media encryption (RTP/SAVP) is switched off here, offer RTP/AVP"';
    const hasDtls = media.some(line => line.fingerprint);
    if (secureOnly && hasDtls && media.every(line => !securityOf(line, local, '')))
      return '302 amphi "Incompatible transport protocol: DTLS-SRTP needs a=setup:actpass and a=rtcp-mux here"';
    if (secureOnly && media.every(line => line.keys.length === 0 && !line.fingerprint))
      return '302 amphi "Incompatible transport protocol: no key that we can use, offer RTP/SAVP with a=crypto AES_CM_128_HMAC_SHA1_80"';
    if (plain.length > 0 && local.encryption?.policy === 'required')
      return '302 amphi "Incompatible transport protocol: media encryption is required, offer RTP/SAVP with a=crypto"';
    if (!secureOnly && plain.length === 0)
      return '302 amphi "Incompatible transport protocol: offer RTP/AVP or RTP/AVPF"';
    return '305 amphi "Incompatible media format: offer opus, G722, PCMA, PCMU or H264"';
  }
}
