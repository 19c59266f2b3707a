import { comfortNoiseKey, defaultAudioCodecs, hasComfortNoise, ourAudioCodec } from './codecs.js';
import { asContent } from './agree.js';
import { offeredCamera } from './camera.js';
import { contentLabel, writtenFloor } from './floor.js';
import type { AudioCodecName, LocalMedia, SdpLine } from './types.js';
import { defaultProfiles, ofVideoKey, ourVideoParameters, videoCodec, videoKeys } from './video-codecs.js';
import { offeredSecurity } from './write-security.js';
import {
  writtenCodec,
  writtenComfortNoise,
  writtenTelephoneEvent,
  type ActiveLine,
  type WrittenCodec,
  type WrittenLine,
} from './write.js';

/** RFC 3551's static numbers, and dynamic ones that many devices use themselves. */
const usualNumbers: Record<string, number> = {
  PCMU: 0,
  PCMA: 8,
  G722: 9,
  opus: 96,
  'mpeg4-generic': 104,
  'MP4A-LATM': 105,
  [comfortNoiseKey]: 13,
  'telephone-event/8000': 101,
  'telephone-event/48000': 102,
  'H264/baseline/1': 97,
  'H264/baseline/0': 98,
  'H264/high/1': 99,
  'H264/high/0': 100,
  VP8: 110,
  VP9: 111,
  'H263-1998': 112,
  H263: 34,
  H261: 31,
};

/** The m= lines of an offer of ours: those of the call so far in their places, then what is new. */
export function createLines(
  local: LocalMedia,
  previous: SdpLine[],
): { written: WrittenLine[]; lines: SdpLine[] } {
  const slots: SdpLine[] = previous.map(line => ({
    ...line,
    use: isOurs(line.use, local) ? line.use : 'refused',
  }));
  for (const kind of ['audio', 'video', 'content', 'camera'] as const) {
    // BFCP stands before H.224, where rooms that offer both have it.
    if (kind === 'camera') offerFloor(slots, local);
    if (!local[kind] || slots.some(line => line.use === kind)) continue;
    // RFC 3264 §8.1: a switched-off line of the same kind may be used again, else a new one goes to the end.
    const free = slots.find(
      line => line.use === 'refused' && line.media === mediaOf(kind) && /RTP/.test(line.protocol),
    );
    if (free) {
      Object.assign(free, {
        use: kind,
        protocol: newProtocol(local),
        payloadTypes: { ...free.payloadTypes },
      });
      for (const key of ['security', 'suite', 'rtcpMux', 'remoteIce'] as const) delete free[key];
    }
    // AVP with rtcp-fb beside it: rooms that know no AVPF answer AVPF with port 0.
    else {
      const protocol = newProtocol(local);
      slots.push({ use: kind, media: mediaOf(kind), protocol, formats: '', payloadTypes: {} });
    }
  }
  const written = slots.map(line =>
    line.use === 'refused'
      ? { refused: true as const, media: line.media, protocol: line.protocol, formats: line.formats }
      : line.use === 'floor'
        ? writtenFloor(line.protocol, local, line.floor, line.floor ? 'existing' : 'new')
        : line.use === 'camera'
          ? offeredCamera(line, local)
          : line.use === 'content'
            ? { ...offeredLine(line, asContent(local)), content: 'slides', label: contentLabel }
            : offeredLine(line, local),
  );
  const lines = slots.map((line, index): SdpLine => {
    const offered = written[index]!;
    return 'refused' in offered || 'floor' in offered
      ? line
      : { ...line, formats: offered.codecs.map(codec => codec.payloadType).join(' ') };
  });
  return { written, lines };
}

function offerFloor(slots: SdpLine[], local: LocalMedia): void {
  if (!local.content?.floor || slots.some(line => line.use === 'floor')) return;
  const floor = { use: 'floor', media: 'application', protocol: 'UDP/BFCP', formats: '*' } as const;
  slots.push({ ...floor, payloadTypes: {} });
}

/** Fills in `line.payloadTypes` for what it offers. */
function offeredLine(line: SdpLine, local: LocalMedia): ActiveLine {
  const kind = line.use === 'audio' ? 'audio' : 'video';
  const stream = local[kind]!;
  const keys = kind === 'audio' ? audioKeys(local) : videoKeys(local.video!.profiles ?? defaultProfiles);
  // A line that has carried media offers again what it has numbers for: a new number might stand for a codec
  // that the peer once named and we do not know (RFC 3264 §8.3.2).
  const known = keys.filter(key => key in line.payloadTypes && !key.startsWith('telephone-event'));
  const offered = known.length === 0 ? keys : keys.filter(key => key in line.payloadTypes);
  const numbers = Object.fromEntries(
    offered.map(key => [key, known.length > 0 ? line.payloadTypes[key]! : usualNumbers[key]!]),
  );
  line.payloadTypes = known.length > 0 ? line.payloadTypes : numbers;
  return {
    media: kind,
    stream,
    protocol: line.protocol,
    rtcpMux: line.rtcpMux === true,
    direction: stream.direction ?? 'sendrecv',
    codecs: offered.map(key =>
      kind === 'audio' ? offeredAudio(key, numbers[key]!) : offeredVideo(key, numbers[key]!, local.video!),
    ),
    ...(kind === 'audio' ? { ptimeMs: 20 } : { maxBitrate: local.video!.maxBitrate }),
    ...offeredSecurity(line, stream, local),
  };
}

function isOurs(use: SdpLine['use'], local: LocalMedia): boolean {
  if (use === 'refused') return false;
  return use === 'floor' ? local.content?.floor !== undefined : local[use] !== undefined;
}

function mediaOf(kind: 'audio' | 'video' | 'content' | 'camera'): string {
  return kind === 'content' ? 'video' : kind === 'camera' ? 'application' : kind;
}

/** Where encryption is optional, the keys stand beside AVP: rooms that know none of it answer SAVP with port 0. */
function newProtocol(local: LocalMedia): string {
  return local.encryption?.policy === 'required' ? 'RTP/SAVP' : 'RTP/AVP';
}

function audioKeys(local: LocalMedia): string[] {
  const names = local.audio!.codecs ?? defaultAudioCodecs;
  const events = names.includes('opus') ? ['8000', '48000'] : ['8000'];
  const noise = names.some(hasComfortNoise) ? [comfortNoiseKey] : [];
  return [...names, ...noise, ...events.map(clockRate => `telephone-event/${clockRate}`)];
}

function offeredAudio(key: string, payloadType: number): WrittenCodec {
  const [name, clockRate] = key.split('/');
  if (name === 'telephone-event') return writtenTelephoneEvent(payloadType, Number(clockRate));
  if (key === comfortNoiseKey) return writtenComfortNoise(payloadType);
  return writtenCodec(ourAudioCodec(key as AudioCodecName, payloadType));
}

function offeredVideo(
  key: string,
  payloadType: number,
  video: NonNullable<LocalMedia['video']>,
): WrittenCodec {
  const codec = ofVideoKey(key);
  return writtenCodec(videoCodec(codec.codec, payloadType, ourVideoParameters(video, codec)), {
    nack: true,
    pli: true,
    fir: true,
    tmmbr: true,
  });
}
