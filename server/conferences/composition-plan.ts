import { tilesOf } from '../../sfu/layouts/layout.js';
import type { ConferencePlan, OutputPlan, SourcePlan, VideoEncoding } from '../../sfu/mixing/plan.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import type { NegotiatedMedia } from '../../sip-gateway/sdp/types.js';
import { gainOf, type SiteSound, type SoundDirection } from '../api/sound.js';
import type { StreamSource } from '../api/signalling.js';
import { automaticView } from '../api/views.js';
import { resolveView, type ViewInput } from './views/resolve-view.js';

/** What of a conference the MCU's plan is made of; a value, so that planning can be understood and tested alone. */
export interface PlanInput {
  conferenceId: string;
  browsers: {
    siteId: string;
    name: string;
    weak?: boolean;
    sound?: SiteSound;
    streams: { source: StreamSource; paused: boolean; session: RtpSession | undefined }[];
  }[];
  rooms: {
    siteId: string;
    name: string;
    weak?: boolean;
    sound?: SiteSound;
    media: NegotiatedMedia | undefined;
    publishedAudio: RtpSession | undefined;
    publishedVideo: RtpSession | undefined;
    publishedContent?: RtpSession | undefined;
    /** What it sends as content is seen. */
    presents?: boolean;
    /** Others' content goes to it as a stream of its own, not inside its picture. */
    takesContent?: boolean;
    /** By its own keys. */
    muted?: boolean;
    notice?: string[] | undefined;
  }[];
  composite: Composite | undefined;
}

export interface Composite {
  video: RtpSession;
  audio: RtpSession;
  /** bit/s */
  bitrate: number;
}

/** How everybody is to be shown. */
export interface Look extends Pick<ViewInput, 'views' | 'sites' | 'speech' | 'nowMs'> {
  speaker: string | null;
}

/** A room without a return channel for keyframe requests is never without a picture for longer than this. */
const roomKeyframeIntervalS = 10;
export const recordedPicture = { width: 1920, height: 1080, frameRate: 30 };
/** A room's picture for browsers where it is no H.264: the rooms that have none send CIF, or 720p at best. */
const published: VideoEncoding = {
  codec: 'H264',
  profile: 'baseline',
  width: 1280,
  height: 720,
  frameRate: 30,
  bitrate: 1_500_000,
  keyframeIntervalS: 0,
  packetizationMode: 1,
};
/** Segments of the recording begin with a keyframe. */
const recordingKeyframeIntervalS = 1;

/**
 * Every room gets its view of the others and hears N-1; the recording sees and hears everybody. Shared content is a
 * source of its own.
 */
export function buildPlan(input: PlanInput, look: Look = automaticLook(input)): ConferencePlan {
  const sources = [...input.browsers.flatMap(browserSources), ...input.rooms.flatMap(roomSources)];
  const contents = sources.flatMap(({ siteId, content }) =>
    content ? [{ sourceId: siteId, siteId: siteId.replace(/\/content$/, '') }] : [],
  );
  const view = (viewer: string | null, inside = contents) =>
    resolveView({ ...look, viewer, contents: inside });
  const outputs: OutputPlan[] = [];

  for (const room of input.rooms) {
    const { audio, video, content } = room.media ?? {};
    if (!audio?.send && !video?.session.send) continue;
    const shown = contents.find(({ siteId }) => siteId !== room.siteId);
    if (shown && room.takesContent && content?.session.send) {
      outputs.push({
        id: `content:${room.siteId}`,
        video: {
          session: content.session.id,
          view: { layout: '1', siteIds: [shown.sourceId], labels: false },
          encoder: roomEncoder(content),
        },
      });
    }
    outputs.push({
      id: `room:${room.siteId}`,
      ...(video?.session.send && {
        video: {
          session: video.session.id,
          view: {
            ...view(room.siteId, room.takesContent ? [] : contents),
            ...(room.notice && { notice: room.notice }),
          },
          encoder: roomEncoder(video),
        },
      }),
      ...(audio?.send && {
        audio: { session: audio.id, without: room.siteId, ...gained(room.sound?.ear) },
      }),
    });
  }
  // Browsers cannot decode what some rooms send: their picture is published as one that all can.
  for (const { id: siteId, stream, to } of input.rooms.flatMap(publishedStreams)) {
    if (stream.session.receive?.codec.name === 'H264') continue;
    outputs.push({
      id: `publish:${siteId}`,
      video: {
        session: to.id,
        view: { layout: 'auto', siteIds: [siteId], labels: false },
        encoder: published,
      },
    });
  }
  if (input.composite) {
    outputs.push({
      id: 'composite',
      video: {
        session: input.composite.video.id,
        view: view(null),
        encoder: {
          codec: 'H264',
          profile: 'high',
          ...recordedPicture,
          bitrate: input.composite.bitrate,
          keyframeIntervalS: recordingKeyframeIntervalS,
          packetizationMode: 1,
        },
      },
      audio: { session: input.composite.audio.id },
    });
  }

  return {
    conferenceId: input.conferenceId,
    sessions: sessionsOf(input),
    sources,
    relays: input.rooms
      .flatMap(publishedStreams)
      .flatMap(({ id, stream, to }) =>
        stream.session.receive?.codec.name === 'H264'
          ? [{ id: `relay:${id}`, from: stream.session.id, to: to.id }]
          : [],
      ),
    transcodes: input.rooms.flatMap(room =>
      room.publishedAudio && room.media?.audio?.receive && !room.muted
        ? [{ id: `transcode:${room.siteId}`, siteId: room.siteId, to: room.publishedAudio.id }]
        : [],
    ),
    outputs,
    ...(look.speaker !== null && { speaker: look.speaker }),
  };
}

/** Everybody in equal tiles. */
function automaticLook({ browsers, rooms }: PlanInput): Look {
  return {
    views: { conference: automaticView, sites: {}, broadcast: null, watching: {}, chosen: [] },
    sites: [...browsers, ...rooms].map(({ siteId }) => siteId),
    speech: [],
    nowMs: 0,
    speaker: null,
  };
}

/** How high the largest tile is in which a session's picture is shown, in pixels; 0: it is not shown. */
export function tileHeights(plan: ConferencePlan): (sessionId: string) => number {
  const heights = new Map<string, number>();
  const sessionOf = new Map(plan.sources.map(({ siteId, video }) => [siteId, video]));
  for (const { video } of plan.outputs) {
    if (!video) continue;
    const { layout, siteIds } = video.view;
    tilesOf(layout, siteIds.length, video.encoder).forEach(({ height }, n) => {
      const session = sessionOf.get(siteIds[n] ?? '');
      if (session !== undefined) heights.set(session, Math.max(height, heights.get(session) ?? 0));
    });
  }
  return sessionId => heights.get(sessionId) ?? 0;
}

function browserSources(site: PlanInput['browsers'][number]): SourcePlan[] {
  const session = (source: StreamSource) =>
    site.streams.find(stream => stream.source === source && !stream.paused)?.session?.id;
  const audio = session('microphone');
  const video = session('camera');
  const content = session('content');
  const main: SourcePlan = {
    siteId: site.siteId,
    name: site.name,
    ...(site.weak && { weak: true }),
    ...gained(site.sound?.mouth),
    ...(audio ? { audio } : { muted: true }),
    ...(video && { video }),
  };
  if (!content) return [main];
  const siteId = `${site.siteId}/content`;
  return [main, { siteId, name: `${site.name} · content`, video: content, content: true }];
}

type Room = PlanInput['rooms'][number];
type RoomStream = NonNullable<NegotiatedMedia['video']>;

export function roomEncoder({ session, encoder }: RoomStream): VideoEncoding {
  return {
    keyframeIntervalS: roomKeyframeIntervalS,
    ...encoder,
    // Who cannot ask again for lost packets is healed without: see `VideoEncoding`.
    ...(!session.feedback.nack && encoder.codec === 'H264' && { intraRefresh: true }),
  };
}

/** What a room sends and the SFU gets, with the id of its source. */
function publishedStreams(room: Room): { id: string; stream: RoomStream; to: RtpSession }[] {
  const { video, content } = room.media ?? {};
  return [
    { id: room.siteId, stream: video, to: room.publishedVideo },
    { id: `${room.siteId}/content`, stream: content, to: room.publishedContent },
  ].flatMap(({ id, stream, to }) => (stream?.session.receive && to ? [{ id, stream, to }] : []));
}

function roomSources(room: Room): SourcePlan[] {
  const content = room.presents ? room.media?.content?.session : undefined;
  const main = roomSource(room);
  if (!content?.receive) return [main];
  const siteId = `${room.siteId}/content`;
  return [main, { siteId, name: `${room.name} · content`, video: content.id, content: true }];
}

function roomSource(room: Room): SourcePlan {
  const { audio, video } = room.media ?? {};
  return {
    siteId: room.siteId,
    name: room.name,
    ...(room.weak && { weak: true }),
    ...gained(room.sound?.mouth),
    ...((room.sound?.mouth.muted || room.muted) && { muted: true }),
    ...(audio?.receive && !room.muted && { audio: audio.id }),
    ...(video?.session.receive && { video: video.session.id }),
  };
}

/** Said only where it is another than usual. */
function gained(direction: SoundDirection | undefined): { gain?: number } {
  const gain = direction ? gainOf(direction) : 1;
  return gain === 1 ? {} : { gain };
}

function sessionsOf(input: PlanInput): RtpSession[] {
  return [
    ...input.browsers.flatMap(site => site.streams.map(stream => stream.session)),
    ...input.rooms.flatMap(room => [
      room.media?.audio,
      room.media?.video?.session,
      room.media?.content?.session,
      room.publishedAudio,
      room.publishedVideo,
      room.publishedContent,
    ]),
    input.composite?.video,
    input.composite?.audio,
  ].filter(session => session !== undefined);
}
