import { chooseAudio, defaultAudioCodecs } from './codecs.js';
import type { RemoteLine } from './description.js';
import type { LocalMedia, SdpLine, SdpRefusal } from './types.js';
import { chooseVideo, defaultProfiles } from './video-codecs.js';

/** Which of the offered lines carry the call's audio and main video; all others are refused. */
export interface ChosenLines {
  audio?: number;
  video?: number;
}

export const plainRtp = /^RTP\/AVPF?$/i;
const secureRtp = /(^|\/)RTP\/SAVPF?$/i;

/** A line keeps its use within a call; else the first that has something in common with us. */
export function chooseLines(lines: RemoteLine[], local: LocalMedia, previous: SdpLine[] = []): ChosenLines {
  const chosen: ChosenLines = {};
  for (const kind of ['audio', 'video'] as const) {
    if (!local[kind]) continue;
    const usable = lines.flatMap((line, index) => (isUsable(line, kind, local) ? [index] : []));
    const index = usable.find(candidate => previous[candidate]?.use === kind) ?? usable[0];
    if (index !== undefined) chosen[kind] = index;
  }
  return chosen;
}

function isUsable(line: RemoteLine, kind: 'audio' | 'video', local: LocalMedia): boolean {
  if (line.media !== kind || line.port === 0 || !plainRtp.test(line.protocol)) return false;
  if (kind === 'audio') return chooseAudio(line, local.audio?.codecs ?? defaultAudioCodecs) !== undefined;
  // RFC 4796: slides and the like are content, a stream of their own; they never stand in for the camera.
  if (line.content !== undefined && !/\b(main|speaker)\b/.test(line.content)) return false;
  return chooseVideo(line, local.video?.profiles ?? defaultProfiles) !== undefined;
}

export const unreadable: SdpRefusal = {
  ok: false,
  status: 400,
  warning: '399 amphi "The body is not a session description (RFC 8866)"',
};

/** Why nothing was chosen, with the warn-codes of RFC 3261 §20.43. */
export function nothingInCommon(lines: RemoteLine[]): SdpRefusal {
  const media = lines.filter(line => line.port !== 0 && (line.media === 'audio' || line.media === 'video'));
  const secureOnly = media.length > 0 && media.every(line => secureRtp.test(line.protocol));
  const plain = media.filter(line => plainRtp.test(line.protocol));
  const warning =
    media.length === 0
      ? '304 amphi "Media type not available: neither audio nor video is offered"'
      : secureOnly
        ? '302 amphi "Incompatible transport protocol: media encryption (RTP/SAVP) is not supported, offer RTP/AVP"'
        : plain.length === 0
          ? '302 amphi "Incompatible transport protocol: offer RTP/AVP or RTP/AVPF"'
          : '305 amphi "Incompatible media format: offer opus, G722, PCMA, PCMU or H264"';
  return { ok: false, status: 488, warning };
}
