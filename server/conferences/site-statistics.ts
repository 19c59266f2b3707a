import type { SourceStatistics } from '../../sfu/mixing/plan.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import type { SiteStatistics, StreamStatistics } from '../api/statistics.js';
import type { StreamSource } from '../api/signalling.js';
import type { Site } from './site.js';
import { SipSite } from './sip-site.js';

type PictureOf = (siteId: string) => SourceStatistics | undefined;

/** What is known of a site's streams and network; `pictureOf`: as the MCU sees them, where it does. */
export function siteStatistics(site: Site, pictureOf: PictureOf, afterMs: number): SiteStatistics {
  const { siteId, name, kind, history } = site;
  return {
    siteId,
    name,
    kind,
    streams: site instanceof SipSite ? roomStreams(site, pictureOf) : browserStreams(site, pictureOf),
    signal: history.filter(({ atMs }) => atMs > afterMs),
  };
}

function browserStreams(site: Site, pictureOf: PictureOf): StreamStatistics[] {
  return [...site.streams]
    .filter(([, producer]) => !producer.paused)
    .map(([source, producer]) => ({
      source,
      direction: 'sends',
      codec: producer.rtpParameters.codecs[0]?.mimeType.split('/')[1] ?? '',
      ...seen(site, source, pictureOf),
    }));
}

function roomStreams(site: SipSite, pictureOf: PictureOf): StreamStatistics[] {
  const { audio, video, content } = site.call.media ?? {};
  const sends = (source: StreamSource, session: RtpSession | undefined): StreamStatistics[] =>
    session?.receive
      ? [
          {
            source,
            direction: 'sends',
            codec: session.receive.codec.name,
            ...seen(site, source, pictureOf),
          },
        ]
      : [];
  const receives = (source: StreamSource, stream: typeof video): StreamStatistics[] =>
    stream?.session.send
      ? [
          {
            source,
            direction: 'receives',
            codec: stream.encoder.codec,
            width: stream.encoder.width,
            height: stream.encoder.height,
            framesPerSecond: stream.encoder.frameRate,
          },
        ]
      : [];
  return [
    ...sends('microphone', audio),
    ...(audio?.send
      ? [
          {
            source: 'microphone' as const,
            direction: 'receives' as const,
            codec: audio.send.codec.name,
            ...unseen,
          },
        ]
      : []),
    ...sends('camera', video?.session),
    ...receives('camera', video),
    ...sends('content', content?.session),
    ...receives('content', content),
  ];
}

const unseen = { width: null, height: null, framesPerSecond: null };

function seen(site: Site, source: StreamSource, pictureOf: PictureOf) {
  if (source === 'microphone') return unseen;
  const picture = pictureOf(source === 'content' ? `${site.siteId}/content` : site.siteId);
  if (!picture || picture.width === 0) return unseen;
  const { width, height, framesPerSecond } = picture;
  return { width, height, framesPerSecond: Math.round(framesPerSecond) };
}
