import type { TSchema } from 'typebox';
import { AddressEntry } from './address-book-operations.js';
import { AuditRecord } from './audit-operations.js';
import { SipBan } from './ban-operations.js';
import { CallSummary, CallTrace, Diagnosis } from './call-history-operations.js';
import { CallLogEntry, StayFigures } from './call-log-operations.js';
import { Session, User } from './identity-operations.js';
import { JournalEntry } from './life.js';
import { CallFailure, DialRequest, OutgoingCall } from './outgoing-calls.js';
import { Conference, Invitation, NewConference, Problem, Recording, RecordingNumberWish } from './rest.js';
import { Conflict, OccurrenceState, Party, Schedule, ScheduleRequest } from './schedule.js';
import { SiteQuality, SiteState, StreamState } from './signalling.js';
import { SipAccount } from './sip-account-operations.js';
import { SiteSound, SoundRequest } from './sound.js';
import { SignalSample, SiteStatistics, StreamStatistics } from './statistics.js';
import { LoopBackFindings, LoopBackResult } from './loop-back-operations.js';
import { ConferenceReadiness, RoomReadiness } from './readiness-operations.js';
import { ConferenceReport, Usage } from './usage-operations.js';
import { SipTrunk } from './trunk-operations.js';
import {
  Chosen,
  ConferenceViews,
  GraphNode,
  Layout,
  LayoutPicture,
  SiteChoice,
  TileWish,
  ViewRequest,
  ViewWish,
} from './views.js';
import { WebHook } from './web-hook-operations.js';

/** What has a name in the OpenAPI document and in clients that are made from it; everything else is described in place. */
export const namedSchemas: Record<string, TSchema> = {
  ...{ AddressEntry, AuditRecord, SipBan, CallSummary, CallTrace, Diagnosis, Session, User, JournalEntry },
  ...{ CallLogEntry, StayFigures, ConferenceReport, Usage },
  ...{ ConferenceReadiness, RoomReadiness },
  ...{ LoopBackFindings, LoopBackResult },
  ...{ CallFailure, DialRequest, OutgoingCall },
  ...{ Conference, Invitation, NewConference, Problem, Recording, RecordingNumberWish },
  ...{ Conflict, OccurrenceState, Party, Schedule, ScheduleRequest },
  ...{ SiteQuality, SiteState, StreamState, SipAccount, SiteSound, SoundRequest },
  ...{ SignalSample, SiteStatistics, StreamStatistics, SipTrunk },
  ...{ Chosen, ConferenceViews, GraphNode, Layout, LayoutPicture, SiteChoice },
  ...{ TileWish, ViewRequest, ViewWish, WebHook },
};

const nameOf = new Map<unknown, string>(Object.entries(namedSchemas).map(([name, schema]) => [schema, name]));

/** A copy in which every named schema is a reference; `found` gets their names. */
export function withReferences(value: unknown, found: Set<string>): unknown {
  const name = nameOf.get(value);
  if (name === undefined) return opened(value, found);
  found.add(name);
  return { $ref: `#/components/schemas/${name}` };
}

/** The named schemas that `found` holds, and those that they refer to. */
export function definitionsOf(found: Set<string>): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  // A set goes on with what is added while it is read.
  for (const name of found) definitions[name] = opened(namedSchemas[name], found);
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

function opened(value: unknown, found: Set<string>): unknown {
  if (Array.isArray(value)) return value.map(entry => withReferences(entry, found));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withReferences(entry, found)]));
}
