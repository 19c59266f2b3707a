import type { RtpSession } from '../../rtp/session.js';
import type { ConferencePlan, OutputStatistics } from '../plan.js';
import type { CanvasNode } from './graph.js';
import type { CanvasPlan, Costs, SharedTile, StreamStatistics } from './messages.js';
import { Passing, type PassWish } from './passing.js';

/** What is known of a conference's picture side, to compare the next plan with. */
export interface ConferenceVideo {
  plan: ConferencePlan;
  canvases: CanvasNode[];
  /** What is or may be sent on as it comes. */
  passes: PassWish[];
  passing: Passing;
  /** Sessions that go over from what was passed on to a canvas. */
  leaving: ReadonlySet<string>;
  /** By session, size and fit. */
  tiles: Map<string, SharedTile>;
  /** What each canvas paints, by its id. */
  painted: Map<string, CanvasPlan>;
  /** Thread of each session and canvas: they stay where they are. */
  streamOf: Map<string, number>;
  composerOf: Map<string, number>;
  statistics: StreamStatistics;
  outputs: Record<string, OutputStatistics>;
  costs: Costs;
}

export function newConference(plan: ConferencePlan): ConferenceVideo {
  return {
    plan,
    canvases: [],
    passes: [],
    passing: new Passing(),
    leaving: new Set(),
    tiles: new Map(),
    painted: new Map(),
    streamOf: new Map(),
    composerOf: new Map(),
    statistics: { sessions: {}, pictures: {}, costs: {} },
    outputs: {},
    costs: {},
  };
}

export function videoSessions(plan: ConferencePlan): RtpSession[] {
  return plan.sessions.filter(session => session.kind === 'video');
}
