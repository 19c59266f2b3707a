/**
 * What happens, as it is told to programs and pages: over the WebSocket `/api/v1/events`, and to web-hooks. This file is
 * the one definition: types and documentation come from it.
 *
 * The WebSocket says `hello`, with the number of the last event; with `?state=1` then `state`, everything in reach as of
 * that number; then each event in the order of its number. After a cut, `?after=N` goes on behind event N. When that is
 * too long ago `gap` comes instead, and with `state=1` the state anew. `heartbeat` comes each 10 s: who hears nothing
 * for 25 s connects again. Nobody is told of conferences that they may not read. Numbers grow, also over a restart of
 * the server; between two events that one is told, numbers of events of others may be missing.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { closed } from './operation.js';
import { ConferenceState, RecordingState, SiteQuality, SiteState } from './signalling.js';
import { ConferenceViews } from './views.js';

export const ConferenceSummary = Type.Object(
  {
    conferenceId: Type.String(),
    title: Type.String(),
    number: Type.String(),
    createdAt: Type.String({ description: 'RFC 3339' }),
  },
  closed,
);
export type ConferenceSummary = Static<typeof ConferenceSummary>;

export const RunningConference = Type.Object(
  {
    ...ConferenceState.properties,
  },
  closed,
);
export type RunningConference = Static<typeof RunningConference>;

interface EventDescription {
  summary: string;
  data: TSchema;
  /** So often that a web-hook gets it only when it asks for it by name. */
  frequent?: true;
}

export const eventTypes = {
  'conference.created': { summary: 'There is a new conference', data: ConferenceSummary },
  'conference.deleted': { summary: 'A conference was ended for ever', data: Type.Object({}, closed) },
  'conference.started': {
    summary: 'The first site is about to join',
    data: Type.Object(
      { ...ConferenceSummary.properties, startedAt: Type.String(), views: ConferenceViews },
      closed,
    ),
  },
  'conference.ended': { summary: 'The last site has left', data: Type.Object({}, closed) },
  'conference.changed': {
    summary: 'It was locked or opened, prolonged, or everybody is shown a notice',
    data: Type.Pick(ConferenceState, ['locked', 'endsAt', 'notice'], closed),
  },
  'calls.changed': {
    summary: 'Rooms that are called into it: who rings, who has answered, who does not, and why',
    data: Type.Pick(ConferenceState, ['calls'], closed),
  },
  'conference.speaking': {
    summary: 'Somebody else speaks; at most twice a second',
    data: Type.Object({ siteId: Type.String() }, closed),
    frequent: true,
  },
  'site.joined': { summary: 'A site has joined', data: Type.Object({ site: SiteState }, closed) },
  'site.changed': {
    summary: 'Its connection, streams or sound have changed, for example a microphone was muted',
    data: Type.Object({ site: SiteState }, closed),
  },
  'site.signal': {
    summary: 'Its network has become better or worse',
    data: Type.Object({ siteId: Type.String(), quality: SiteQuality }, closed),
    frequent: true,
  },
  'site.left': {
    summary: 'A site has left',
    data: Type.Object({ siteId: Type.String(), name: Type.String(), reason: Type.String() }, closed),
  },
  'recording.started': { summary: 'A recording has begun', data: RecordingState },
  'recording.stopped': {
    summary: 'A recording has ended and plays',
    data: Type.Object({ recordingId: Type.String() }, closed),
  },
  'views.changed': {
    summary: 'Somebody is shown otherwise: layout, tiles, broadcast, watch',
    data: Type.Object({ views: ConferenceViews }, closed),
    frequent: true,
  },
} as const satisfies Record<string, EventDescription>;

export type EventType = keyof typeof eventTypes;
export const eventNames = Object.keys(eventTypes) as EventType[];
export type EventData<T extends EventType> = Static<(typeof eventTypes)[T]['data']>;

/** `at`: RFC 3339. */
export type FeedEvent<T extends EventType = EventType> = {
  [N in T]: { sequence: number; at: string; type: N; conferenceId: string; data: EventData<N> };
}[T];

/** Everything in reach, as of event `sequence`. */
export interface FeedState {
  type: 'state';
  sequence: number;
  /** Newest first, at most 500. */
  conferences: ConferenceSummary[];
  running: RunningConference[];
}

export type FeedMessage =
  | { type: 'hello'; sequence: number; at: string }
  | { type: 'heartbeat'; sequence: number }
  /** Events are missing that are not known any more: ask for the state. */
  | { type: 'gap'; oldest: number }
  | FeedState
  | FeedEvent;

/** Why the server closes the WebSocket (RFC 6455 §7.4.2: 4000 and above are for applications). */
export const closeCodes = {
  /** Sign in again. */
  sessionEnded: 4401,
  /** It did not read what it was told; come back with `after`. */
  slowReader: 4408,
  serverStopping: 1001,
} as const;

export function eventSchema(type: EventType): TSchema {
  return Type.Object(
    {
      sequence: Type.Integer({ description: 'Grows by at least one from event to event' }),
      at: Type.String({ description: 'RFC 3339' }),
      type: Type.Literal(type),
      conferenceId: Type.String(),
      data: eventTypes[type].data,
    },
    closed,
  );
}
