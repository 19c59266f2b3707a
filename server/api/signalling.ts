/**
 * The signalling protocol between a browser and the server: JSON texts over one WebSocket, `/api/v1/signalling`.
 *
 * The browser sends requests `{ id, method, params }`; each gets one response with its id. The server sends
 * events `{ event, data }` on its own. State is sent whole: `conference` carries everything a page shows of the
 * conference each time that something changed, so that a page can never be half-right.
 *
 * This file is the one definition: types, validation and the documentation come from it.
 */
import Type, { type Static, type TSchema } from 'typebox';
import type { SignallingAccess } from '../identity/permissions.js';
import { CallProgress } from './outgoing-calls.js';
import { SiteSound, SoundRequest } from './sound.js';
import { Chosen, ConferenceViews, SiteChoice, SiteId, ViewRequest } from './views.js';

/** Raised when a page of the older version could not talk to a server of the newer. Sent in `join`. */
export const signallingVersion = 1;

/** Largest text accepted from a browser, in bytes. A `produce` with three simulcast layers takes about 3 000. */
export const maxMessageBytes = 64 * 1024;

const closed = { additionalProperties: false };
const Id = (description: string) => Type.String({ minLength: 1, maxLength: 64, description });

/** Which of a site's streams: the camera, the microphone, or shared content (a screen: H.239/BFCP's second stream). */
export const StreamSource = Type.Enum(['microphone', 'camera', 'content'], {
  description: 'Which stream of a site',
});
export type StreamSource = Static<typeof StreamSource>;

export const StreamState = Type.Object(
  {
    source: StreamSource,
    producerId: Id('The SFU producer; new each time that the stream is started or the SFU was restarted'),
    paused: Type.Boolean({ description: 'Muted or camera off, by its site' }),
  },
  closed,
);
export type StreamState = Static<typeof StreamState>;

/** In plain words; the numbers beside it are for those who ask. */
export const QualityLevel = Type.Enum(['good', 'fair', 'poor', 'lost', 'unknown']);
export type QualityLevel = Static<typeof QualityLevel>;

export const SiteQuality = Type.Object(
  {
    level: QualityLevel,
    fractionLost: Type.Number({ description: 'Of packets, 0–1, the worse direction, over the last seconds' }),
    jitterMs: Type.Number(),
    roundTripMs: Type.Union([Type.Number(), Type.Null()]),
    sendBitrate: Type.Number({ description: 'bit/s from the site to the server' }),
    receiveBitrate: Type.Number({ description: 'bit/s from the server to the site' }),
  },
  closed,
);
export type SiteQuality = Static<typeof SiteQuality>;

export const SiteState = Type.Object(
  {
    siteId: Id('Stable while the site is in the conference, also over reconnects'),
    name: Type.String(),
    kind: Type.Enum(['webrtc', 'sip'], { description: 'How it is connected: a browser or a hardware room' }),
    connection: Type.Enum(['connecting', 'connected', 'reconnecting'], {
      description: 'reconnecting: its network dropped; it is removed after a while if it does not come back',
    }),
    streams: Type.Array(StreamState),
    quality: SiteQuality,
    sound: SiteSound,
    chair: Type.Boolean({ description: "It has given the chair's PIN" }),
    joinedAt: Type.String({ description: 'RFC 3339' }),
  },
  closed,
);
export type SiteState = Static<typeof SiteState>;

export const RecordingState = Type.Object(
  {
    recordingId: Id('Of the recording'),
    startedAt: Type.String({ description: 'RFC 3339' }),
  },
  closed,
);

export const ConferenceState = Type.Object(
  {
    conferenceId: Id('Of the conference'),
    title: Type.String(),
    number: Type.String({ description: 'What a hardware room dials: sip:NUMBER@host' }),
    sites: Type.Array(SiteState, { description: 'In the order of joining' }),
    activeSpeaker: Type.Union([Type.String(), Type.Null()], {
      description: 'siteId of who speaks, or spoke last',
    }),
    recording: Type.Union([RecordingState, Type.Null()]),
    calls: Type.Array(CallProgress, { description: 'Rooms that are called into it' }),
    startedAt: Type.String({ description: 'RFC 3339: when the first site came' }),
    endsAt: Type.Union([Type.String(), Type.Null()], {
      description: 'RFC 3339; null: when the last site leaves',
    }),
    locked: Type.Boolean({ description: 'Nobody comes in any more' }),
    notice: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'Lines that everybody is shown now',
    }),
    views: ConferenceViews,
  },
  closed,
);
export type ConferenceState = Static<typeof ConferenceState>;

// What mediasoup's client and server exchange is opaque here: the SFU library validates it on its own.
const Opaque = <T>(description: string) =>
  Type.Unsafe<T>(Type.Object({}, { description, additionalProperties: true }));
type Json = Record<string, unknown>;

const Empty = Type.Object({}, closed);

/** Every request: who may send it, its parameters and its result. */
export const requests = {
  /** First on every connection. With `resume`, a site that lost its connection takes its place again. */
  join: {
    access: 'public',
    params: Type.Object(
      {
        version: Type.Integer({ description: 'signallingVersion of the page' }),
        conference: Type.Union([
          Type.Object({ link: Type.String({ minLength: 16, maxLength: 64 }) }, closed),
          Type.Object(
            { number: Type.String({ minLength: 1, maxLength: 32 }), pin: Type.String({ maxLength: 32 }) },
            closed,
          ),
        ]),
        name: Type.String({ minLength: 1, maxLength: 64, description: 'Shown to everybody' }),
        resume: Type.Optional(
          Type.Object(
            { siteId: Id('Ours before'), secret: Type.String({ minLength: 16, maxLength: 64 }) },
            closed,
          ),
        ),
      },
      closed,
    ),
    result: Type.Object(
      {
        siteId: Id('Ours'),
        resumeSecret: Type.String({ description: 'Present it with siteId to come back after a cut' }),
        resumed: Type.Boolean({
          description: 'true: transports and producers live on; restart ICE. false: begin anew',
        }),
        mediaEpoch: Type.Integer({
          description: 'Raised when the SFU was restarted: what belongs to an older one is gone',
        }),
        mayRecord: Type.Boolean(),
        hasChairPin: Type.Boolean({ description: 'takeChair is possible' }),
        rtpCapabilities: Opaque<Json>("The router's RTP capabilities, for mediasoup-client's Device.load"),
        iceServers: Type.Array(
          Opaque<{ urls: string | string[]; username?: string; credential?: string }>('RTCIceServer'),
        ),
        conference: ConferenceState,
      },
      closed,
    ),
  },
  createTransport: {
    access: 'joined',
    params: Type.Object({ direction: Type.Enum(['send', 'receive']) }, closed),
    result: Type.Object(
      {
        transportId: Id('Of the new transport'),
        iceParameters: Opaque<Json>('ICE parameters of the server'),
        iceCandidates: Type.Array(Opaque<Json>('ICE candidate of the server')),
        dtlsParameters: Opaque<Json>('DTLS parameters of the server'),
      },
      closed,
    ),
  },
  connectTransport: {
    access: 'joined',
    params: Type.Object(
      { transportId: Id('Ours'), dtlsParameters: Opaque<Json>('DTLS parameters of the browser') },
      closed,
    ),
    result: Empty,
  },
  restartIce: {
    access: 'joined',
    params: Type.Object({ transportId: Id('Ours') }, closed),
    result: Type.Object({ iceParameters: Opaque<Json>('New ICE parameters of the server') }, closed),
  },
  /** One stream for each source: a second `produce` of the same source replaces the first. */
  produce: {
    access: 'joined',
    params: Type.Object(
      {
        transportId: Id('Ours, of direction send'),
        kind: Type.Enum(['audio', 'video']),
        source: StreamSource,
        rtpParameters: Opaque<Json>('RTP parameters from mediasoup-client'),
        paused: Type.Boolean(),
      },
      closed,
    ),
    result: Type.Object({ producerId: Id('Of the new producer') }, closed),
  },
  setPaused: {
    access: 'joined',
    params: Type.Object({ producerId: Id('Ours'), paused: Type.Boolean() }, closed),
    result: Empty,
  },
  closeProducer: { access: 'joined', params: Type.Object({ producerId: Id('Ours') }, closed), result: Empty },
  /** The consumer begins paused: create the receiver, then `resumeConsumer`, which also asks for a keyframe. */
  consume: {
    access: 'joined',
    params: Type.Object(
      {
        transportId: Id('Ours, of direction receive'),
        producerId: Id("Another site's"),
        rtpCapabilities: Opaque<Json>('Of the browser, from mediasoup-client'),
      },
      closed,
    ),
    result: Type.Object(
      {
        consumerId: Id('Of the new consumer'),
        kind: Type.Enum(['audio', 'video']),
        rtpParameters: Opaque<Json>('RTP parameters for mediasoup-client'),
        spatialLayers: Type.Integer({ description: 'Simulcast layers of the sender; 1 without simulcast' }),
      },
      closed,
    ),
  },
  resumeConsumer: {
    access: 'joined',
    params: Type.Object({ consumerId: Id('Ours') }, closed),
    result: Empty,
  },
  pauseConsumer: { access: 'joined', params: Type.Object({ consumerId: Id('Ours') }, closed), result: Empty },
  closeConsumer: { access: 'joined', params: Type.Object({ consumerId: Id('Ours') }, closed), result: Empty },
  /** Which simulcast layer fits the tile: 0 is the smallest. */
  setPreferredLayer: {
    access: 'joined',
    params: Type.Object(
      { consumerId: Id('Ours'), spatialLayer: Type.Integer({ minimum: 0, maximum: 7 }) },
      closed,
    ),
    result: Empty,
  },
  startRecording: { access: 'conference:record', params: Empty, result: RecordingState },
  stopRecording: { access: 'conference:record', params: Empty, result: Empty },
  /** The operator's: what rooms and the recording see. Without `siteId` the conference's view; null: the site's goes. */
  setView: {
    access: 'conference:control',
    params: Type.Object(
      { siteId: Type.Optional(SiteId), view: Type.Union([ViewRequest, Type.Null()]) },
      closed,
    ),
    result: Empty,
  },
  /** All others see this site large; null: nobody is broadcast. */
  broadcast: { access: 'conference:control', params: SiteChoice, result: Empty },
  /** One site sees another; null: its view again. */
  watch: {
    access: 'conference:control',
    params: Type.Object({ viewer: SiteId, siteId: Type.Union([SiteId, Type.Null()]) }, closed),
    result: Empty,
  },
  /** For tiles of kind chair. */
  choose: { access: 'conference:control', params: Chosen, result: Empty },
  /** The operator's: mutes a site or makes it louder, in either direction. */
  setSound: {
    access: 'conference:control',
    params: Type.Object({ siteId: SiteId, sound: SoundRequest }, closed),
    result: Empty,
  },
  /** By the conference's PIN for it: allows what asks for `conference:control` and `conference:record`. */
  takeChair: {
    access: 'joined',
    params: Type.Object({ pin: Type.String({ minLength: 1, maxLength: 32 }) }, closed),
    result: Empty,
  },
  /** Nobody comes in any more but who is called. */
  setLocked: {
    access: 'conference:control',
    params: Type.Object({ locked: Type.Boolean() }, closed),
    result: Empty,
  },
  leave: { access: 'joined', params: Empty, result: Empty },
} as const satisfies Record<string, { access: SignallingAccess; params: TSchema; result: TSchema }>;

export type Method = keyof typeof requests;
export type Params<M extends Method> = Static<(typeof requests)[M]['params']>;
export type Result<M extends Method> = Static<(typeof requests)[M]['result']>;

export const Request = Type.Object(
  { id: Type.Integer({ minimum: 0 }), method: Type.String({ maxLength: 32 }), params: Type.Unknown() },
  closed,
);
export type Request = Static<typeof Request>;

/** Why a request failed. `message` is for a person and says what to do; `code` is for the page. */
export const ErrorCode = Type.Enum([
  'bad-request',
  'version',
  'not-joined',
  'no-such-conference',
  'wrong-pin',
  'conference-full',
  'conference-locked',
  'conference-over',
  'too-early',
  'not-allowed',
  'not-found',
  'too-many-requests',
  'cannot-consume',
  'unavailable',
  'internal',
]);
export type ErrorCode = Static<typeof ErrorCode>;

export const Response = Type.Union([
  Type.Object({ id: Type.Integer(), result: Type.Unknown() }, closed),
  Type.Object(
    { id: Type.Integer(), error: Type.Object({ code: ErrorCode, message: Type.String() }, closed) },
    closed,
  ),
]);
export type Response = Static<typeof Response>;

/** Every event of the server. */
export const events = {
  conference: ConferenceState,
  /** Who speaks now, sent apart from `conference` because it changes often. */
  activeSpeaker: Type.Object({ siteId: Type.Union([Type.String(), Type.Null()]) }, closed),
  /** Each two seconds: the quality of every site. */
  quality: Type.Object({ sites: Type.Record(Type.String(), SiteQuality) }, closed),
  /** The SFU was restarted: transports, producers and consumers are gone. Build them again; the place is kept. */
  mediaReset: Type.Object({ mediaEpoch: Type.Integer() }, closed),
  /** Another site presents now: what we shared is shown no more; its producer is closed already. */
  contentTaken: Empty,
  /** The stream that this consumer showed has ended. */
  consumerClosed: Type.Object({ consumerId: Id('Ours') }, closed),
  /** The server ends the session; `reconnect` tells whether coming back makes sense. */
  ended: Type.Object(
    {
      reason: Type.Enum(['conference-ended', 'removed', 'replaced', 'server-stopping', 'too-many-messages']),
      reconnect: Type.Boolean(),
    },
    closed,
  ),
} as const satisfies Record<string, TSchema>;

export type EventName = keyof typeof events;
export type EventData<E extends EventName> = Static<(typeof events)[E]>;
export type Event = { [E in EventName]: { event: E; data: EventData<E> } }[EventName];
