/**
 * The REST resources under `/api/v1`. This file is the one definition: types, validation and the documentation
 * come from it. Errors are RFC 9457 problem documents. A program authenticates with an API key, as
 * `Authorization: Bearer KEY` (the token that the first start shows is one), a browser with the session cookie that
 * `POST /api/v1/session` gives. A POST may carry an `Idempotency-Key`.
 */
import Type, { type Static } from 'typebox';
import { addressBookOperations } from './address-book-operations.js';
import { auditOperations } from './audit-operations.js';
import { banOperations } from './ban-operations.js';
import { callLogOperations } from './call-log-operations.js';
import { callHistoryOperations } from './call-history-operations.js';
import { identityOperations } from './identity-operations.js';
import { life, lifeOperations } from './life.js';
import { closed, type Operation } from './operation.js';
import { loopBackOperations } from './loop-back-operations.js';
import { readinessOperations } from './readiness-operations.js';
import { cameraOperations } from './camera-operations.js';
import { moveOperations } from './move-operations.js';
import { outgoingCallOperations } from './outgoing-calls.js';
import { sipAccountOperations } from './sip-account-operations.js';
import { mailOperations } from './mail.js';
import { scheduleOperations } from './schedule.js';
import { templateOperations } from './templates.js';
import { SiteState } from './signalling.js';
import { SiteStatistics, StatisticsQuery } from './statistics.js';
import { SiteSound, SoundRequest } from './sound.js';
import { webHookOperations } from './web-hook-operations.js';
import {
  Chosen,
  ConferenceViews,
  GraphNode,
  LayoutPicture,
  SiteChoice,
  SiteId,
  ViewRequest,
  ViewWish,
} from './views.js';
import { usageOperations } from './usage-operations.js';
import { trunkOperations } from './trunk-operations.js';

export const Problem = Type.Object({
  type: Type.String({ description: 'about:blank, or a URI for the kind of problem' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'For programs' }),
  detail: Type.Optional(Type.String({ description: 'For people: what to do' })),
  rows: Type.Optional(
    Type.Array(
      Type.Object({
        row: Type.Integer({ description: 'As a spreadsheet counts; 1 is the header' }),
        column: Type.String({ description: 'By the name in the header' }),
        text: Type.String({ description: 'What the row is called there' }),
      }),
      { description: 'Of a file that was refused: what is wrong with it, by row; the first 100' },
    ),
  ),
});
export type Problem = Static<typeof Problem>;

const ChairPin = Type.String({
  pattern: '^[0-9]{4,12}$',
  description: '4–12 digits: who knows it may chair',
});

export const Conference = Type.Object(
  {
    conferenceId: Type.String(),
    title: Type.String(),
    number: Type.String({ description: 'A hardware room dials sip:NUMBER@host' }),
    pin: Type.Union([Type.String(), Type.Null()], {
      description: 'A room dials NUMBER*PIN; the page asks for it',
    }),
    hasChairPin: Type.Boolean({ description: 'Who knows it may chair, in a browser or by keys of a room' }),
    link: Type.String({ description: 'Path of the page to join by: /join/…; unguessable' }),
    createdAt: Type.String({ description: 'RFC 3339' }),
    siteCount: Type.Integer({ description: 'Sites in it now' }),
    recording: Type.Boolean(),
    ...life,
  },
  closed,
);
export type Conference = Static<typeof Conference>;

export const NewConference = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 120 }),
    pin: Type.Optional(Type.String({ pattern: '^[0-9]{4,12}$', description: '4–12 digits; absent: no PIN' })),
    chairPin: Type.Optional(ChairPin),
    number: Type.Optional(
      Type.String({ pattern: '^[0-9]{3,12}$', description: 'Absent: the server chooses a free one' }),
    ),
  },
  closed,
);
export type NewConference = Static<typeof NewConference>;

/** What someone who holds the link may know before joining. */
export const Invitation = Type.Object(
  {
    title: Type.String(),
    number: Type.String(),
    sipAddress: Type.String({ description: 'What a room dials' }),
  },
  closed,
);
export type Invitation = Static<typeof Invitation>;

export const Recording = Type.Object(
  {
    recordingId: Type.String(),
    conferenceId: Type.String(),
    title: Type.String(),
    startedAt: Type.String({ description: 'RFC 3339' }),
    durationMs: Type.Integer(),
    bytes: Type.Integer(),
    state: Type.Enum(['recording', 'complete', 'interrupted'], {
      description: 'interrupted: the server or recorder died; everything up to then is there and plays',
    }),
    poster: Type.Union([Type.String(), Type.Null()], { description: 'Path of a JPEG, 640×360' }),
    playlist: Type.String({ description: 'Path of the HLS playlist (RFC 8216)' }),
    download: Type.String({ description: 'Path of the whole as one MP4' }),
    number: Type.Union([Type.String(), Type.Null()], { description: 'What rooms dial to see it' }),
    pin: Type.Union([Type.String(), Type.Null()], { description: 'Rooms dial NUMBER*PIN' }),
  },
  closed,
);
export type Recording = Static<typeof Recording>;

export const RecordingNumberWish = Type.Object(
  {
    number: Type.Optional(
      Type.String({
        pattern: '^[0-9]{3,12}$',
        description: 'Absent: the one that it has, else a free one that nobody can guess',
      }),
    ),
    pin: Type.Optional(Type.String({ pattern: '^[0-9]{4,12}$', description: '4–12 digits; absent: no PIN' })),
  },
  closed,
);

const Draining = Type.Object({ draining: Type.Boolean() }, closed);
const DrainingState = Type.Object(
  { draining: Type.Boolean(), conferences: Type.Integer({ description: 'That still run' }) },
  closed,
);

const ConferenceId = Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed);
const InConference = Type.Object({ conferenceId: Type.String({ maxLength: 64 }), siteId: SiteId }, closed);
const RecordingId = Type.Object({ recordingId: Type.String({ maxLength: 64 }) }, closed);

export const operations = {
  ...identityOperations,
  ...auditOperations,
  ...webHookOperations,
  ...callHistoryOperations,
  ...callLogOperations,
  ...usageOperations,
  ...outgoingCallOperations,
  ...cameraOperations,
  ...moveOperations,
  ...readinessOperations,
  ...loopBackOperations,
  ...lifeOperations,
  ...banOperations,
  ...trunkOperations,
  ...sipAccountOperations,
  ...addressBookOperations,
  ...scheduleOperations,
  ...templateOperations,
  ...mailOperations,
  listConferences: {
    method: 'GET',
    path: '/conferences',
    access: 'conference:read',
    summary: 'All conferences, newest first',
    result: Type.Array(Conference),
  },
  createConference: {
    method: 'POST',
    path: '/conferences',
    access: 'conference:create',
    summary: 'A new conference, open until it is deleted',
    body: NewConference,
    result: Conference,
  },
  getConference: {
    method: 'GET',
    path: '/conferences/:conferenceId',
    access: 'conference:read',
    summary: 'One conference',
    params: ConferenceId,
    result: Conference,
  },
  deleteConference: {
    method: 'DELETE',
    path: '/conferences/:conferenceId',
    access: 'conference:delete',
    summary: 'Ends the conference: everybody is disconnected; its recordings stay',
    params: ConferenceId,
  },
  setChairPin: {
    method: 'PUT',
    path: '/conferences/:conferenceId/chair-pin',
    access: 'conference:control',
    summary: "Sets the chair's PIN; null takes it away. It is never told again",
    params: ConferenceId,
    body: Type.Object({ chairPin: Type.Union([ChairPin, Type.Null()]) }, closed),
  },
  startRecording: {
    method: 'POST',
    path: '/conferences/:conferenceId/recording',
    access: 'conference:record',
    summary: 'Record the composite in 1080p',
    params: ConferenceId,
    result: Type.Object({ recordingId: Type.String(), startedAt: Type.String() }, closed),
  },
  stopRecording: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/recording',
    access: 'conference:record',
    summary: 'Stop recording; answers when everything is durable and plays',
    params: ConferenceId,
  },
  listSites: {
    method: 'GET',
    path: '/conferences/:conferenceId/sites',
    access: 'conference:read',
    summary: 'Who is in it now, in the order of joining',
    params: ConferenceId,
    result: Type.Array(SiteState),
  },
  removeSite: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/sites/:siteId',
    access: 'conference:control',
    summary: 'Hangs up: the site is taken out of the conference',
    params: InConference,
  },
  getStatistics: {
    method: 'GET',
    path: '/conferences/:conferenceId/statistics',
    access: 'conference:read',
    summary: "Each site's network over the last minutes, and its streams",
    params: ConferenceId,
    query: StatisticsQuery,
    result: Type.Array(SiteStatistics),
  },
  listLayouts: {
    method: 'GET',
    path: '/layouts',
    access: 'public',
    summary: 'Every layout, with its tiles',
    result: Type.Array(LayoutPicture),
  },
  getViews: {
    method: 'GET',
    path: '/conferences/:conferenceId/views',
    access: 'conference:read',
    summary: 'All that was chosen of views',
    params: ConferenceId,
    result: ConferenceViews,
  },
  getView: {
    method: 'GET',
    path: '/conferences/:conferenceId/view',
    access: 'conference:read',
    summary: 'What rooms and the recording see',
    params: ConferenceId,
    result: ViewWish,
  },
  setView: {
    method: 'PUT',
    path: '/conferences/:conferenceId/view',
    access: 'conference:control',
    summary: 'Changes what rooms and the recording see, at once and for later; what is left out is automatic',
    params: ConferenceId,
    body: ViewRequest,
    result: ViewWish,
  },
  getSiteView: {
    method: 'GET',
    path: '/conferences/:conferenceId/sites/:siteId/view',
    access: 'conference:read',
    summary: "What the site sees: its own view, or the conference's",
    params: InConference,
    result: ViewWish,
  },
  setSiteView: {
    method: 'PUT',
    path: '/conferences/:conferenceId/sites/:siteId/view',
    access: 'conference:control',
    summary: 'Gives the site a view of its own, while it is in the conference',
    params: InConference,
    body: ViewRequest,
    result: ViewWish,
  },
  deleteSiteView: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/sites/:siteId/view',
    access: 'conference:control',
    summary: "The site sees the conference's view again",
    params: InConference,
  },
  broadcast: {
    method: 'PUT',
    path: '/conferences/:conferenceId/broadcast',
    access: 'conference:control',
    summary: 'All others see this site large; null: nobody is broadcast',
    params: ConferenceId,
    body: SiteChoice,
  },
  getSiteSound: {
    method: 'GET',
    path: '/conferences/:conferenceId/sites/:siteId/sound',
    access: 'conference:read',
    summary: 'Whether the site is muted, and how loud it is made',
    params: InConference,
    result: SiteSound,
  },
  setSiteSound: {
    method: 'PUT',
    path: '/conferences/:conferenceId/sites/:siteId/sound',
    access: 'conference:control',
    summary: 'Mutes the site or makes it louder: its mouth, its ear, or both; what is left out stays',
    params: InConference,
    body: SoundRequest,
    result: SiteSound,
  },
  watch: {
    method: 'PUT',
    path: '/conferences/:conferenceId/sites/:siteId/watch',
    access: 'conference:control',
    summary: 'This site sees the one in the body; null: its view again',
    params: InConference,
    body: SiteChoice,
  },
  choose: {
    method: 'PUT',
    path: '/conferences/:conferenceId/chosen',
    access: 'conference:control',
    summary: "The chair's choice: who is in the tiles of kind chair, in their order",
    params: ConferenceId,
    body: Chosen,
  },
  getGraph: {
    method: 'GET',
    path: '/conferences/:conferenceId/graph',
    access: 'conference:read',
    summary: 'How the MCU makes the pictures now: each part of the work, who needs it and what it costs',
    params: ConferenceId,
    result: Type.Array(GraphNode),
  },
  getThumbnail: {
    method: 'GET',
    path: '/conferences/:conferenceId/thumbnail',
    access: 'conference:read',
    summary: 'What is seen now, as a JPEG 320 pixels wide, at most 2 s old',
    mayBeEmpty: 'No picture is composed: only browsers are there, or nobody',
    params: ConferenceId,
    result: Type.Unsafe<Buffer>({ type: 'string', contentMediaType: 'image/jpeg' }),
    produces: 'image/jpeg',
  },
  setDraining: {
    method: 'PUT',
    path: '/draining',
    access: 'system:manage',
    summary:
      'Before a stop: conferences that run go on, no other opens; /readyz says 503. Ends with a restart',
    body: Draining,
    result: DrainingState,
  },
  getDiagnostics: {
    method: 'GET',
    path: '/diagnostics',
    access: 'system:read',
    summary: 'All that is needed to find a fault from afar, without secrets and names',
    result: Type.Record(Type.String(), Type.Unknown()),
  },
  getInvitation: {
    method: 'GET',
    path: '/invitations/:link',
    access: 'link',
    summary: 'What the link leads to',
    params: Type.Object({ link: Type.String({ maxLength: 64 }) }, closed),
    result: Invitation,
  },
  listRecordings: {
    method: 'GET',
    path: '/recordings',
    access: 'recording:read',
    summary: 'All recordings, newest first',
    result: Type.Array(Recording),
  },
  getRecording: {
    method: 'GET',
    path: '/recordings/:recordingId',
    access: 'recording:read',
    summary: 'One recording',
    params: RecordingId,
    result: Recording,
  },
  deleteRecording: {
    method: 'DELETE',
    path: '/recordings/:recordingId',
    access: 'recording:delete',
    summary: 'Deletes the recording for ever',
    params: RecordingId,
  },
  setRecordingNumber: {
    method: 'PUT',
    path: '/recordings/:recordingId/number',
    access: 'recording:share',
    summary: 'Gives a finished recording a number: a room that dials it sees and hears it',
    params: RecordingId,
    body: RecordingNumberWish,
    result: Recording,
  },
  deleteRecordingNumber: {
    method: 'DELETE',
    path: '/recordings/:recordingId/number',
    access: 'recording:share',
    summary: 'No room dials it any more',
    params: RecordingId,
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
