import { TextRenderer } from '../../codecs/text.js';
import type { MediaProcessOptions } from '../media-process-options.js';
import type { ConferencePlan, GraphNode } from '../plan.js';
import { CanvasPlans } from './canvas-plans.js';
import { newConference, videoSessions, type ConferenceVideo } from './conference-video.js';
import { graphNodes } from './graph-nodes.js';
import { canvasGraph, type CanvasNode } from './graph.js';
import { Labels } from './labels.js';
import type { ComposeEvent, StreamEvent, ThreadStart } from './messages.js';
import { passWishes, refusedForMs } from './passing.js';
import { sessionPlan, withoutPassing } from './session-plans.js';
import { VideoThreadPool, type Placed } from './video-thread-pool.js';

export interface VideoThreadsOwner {
  keyframeNeeded(conferenceId: string, session: string): void;
  sessionFailed(conferenceId: string, session: string, reason: string): void;
  /** Null: no picture is composed. */
  thumbnail(conferenceId: string, jpeg: Uint8Array | null): void;
}

/**
 * The picture side of all conferences: derives from each plan what every thread has to do, and tells it. Nothing
 * of one conference depends on another's plan.
 */
export class VideoThreads {
  readonly #threads: VideoThreadPool;
  readonly #conferences = new Map<string, ConferenceVideo>();
  readonly #labels: Labels;
  readonly #canvasPlans: CanvasPlans;
  /** Conferences whose names are being drawn. */
  readonly #unlabelled = new Set<string>();
  #ids = 0;

  constructor(
    options: MediaProcessOptions,
    start: ThreadStart,
    private readonly owner: VideoThreadsOwner,
  ) {
    this.#labels = new Labels(new TextRenderer(options.font));
    this.#canvasPlans = new CanvasPlans(this.#labels);
    this.#threads = new VideoThreadPool(
      options,
      start,
      event => this.#onStreamEvent(event),
      event => this.#onComposeEvent(event),
    );
  }

  /** All threads' event loops turn. */
  get alive(): boolean {
    return this.#threads.alive;
  }

  setPlan(plan: ConferencePlan): void {
    this.#carryOut(plan);
    if (!this.#labels.pending) return;
    if (this.#unlabelled.size === 0) setImmediate(() => this.#drawLabels());
    this.#unlabelled.add(plan.conferenceId);
  }

  #carryOut(plan: ConferencePlan): void {
    const conference = this.#conferences.get(plan.conferenceId) ?? newConference(plan);
    conference.plan = plan;
    this.#conferences.set(plan.conferenceId, conference);
    const nowMs = performance.now();
    const wished = passWishes(plan);
    const passed = [...conference.passing.now.keys()];
    conference.passes = conference.passing.allowed(wished, nowMs);
    conference.leaving = new Set(passed.filter(to => !conference.passing.now.has(to)));
    if (conference.passes.length < wished.length)
      setTimeout(() => this.#again(plan), refusedForMs + 1).unref();
    const composed = withoutPassing(plan, conference.passing);
    conference.canvases = canvasGraph(
      composed,
      conference.canvases,
      () => `${plan.conferenceId}/${++this.#ids}`,
    );
    this.#place(plan, conference);
    const canvasPlans = this.#canvasPlans.update(plan, conference);
    conference.painted = new Map(canvasPlans.map(canvas => [canvas.id, canvas]));
    // Of nodes that are gone, what they cost is forgotten.
    conference.costs = Object.fromEntries(
      graphNodes(conference).map(({ id, costMsPerS }) => [id, costMsPerS ?? 0]),
    );
    const sessionPlans = videoSessions(plan).map(session => sessionPlan(plan, conference, session));

    this.#threads.streams.forEach((thread, index) => {
      const sessions = sessionPlans.filter(({ session }) => conference.streamOf.get(session.id) === index);
      thread.post({ type: 'plan', conferenceId: plan.conferenceId, sessions });
    });
    this.#threads.composers.forEach((thread, index) => {
      const canvases = canvasPlans.filter(({ id }) => conference.composerOf.get(id) === index);
      thread.post({ type: 'plan', conferenceId: plan.conferenceId, canvases });
    });
  }

  /** The same plan, unless there is a newer one. */
  #again(plan: ConferencePlan): void {
    if (this.#conferences.get(plan.conferenceId)?.plan === plan) this.#carryOut(plan);
  }

  removePlan(conferenceId: string): void {
    const conference = this.#conferences.get(conferenceId);
    if (!conference) return;
    this.#conferences.delete(conferenceId);
    this.#canvasPlans.giveBack(conference.tiles, new Map());
    for (const thread of this.#threads.streams) thread.post({ type: 'plan', conferenceId, sessions: null });
    for (const thread of this.#threads.composers) thread.post({ type: 'plan', conferenceId, canvases: null });
  }

  requestKeyframe(session: string): void {
    for (const thread of this.#threads.streams) thread.post({ type: 'requestKeyframe', session });
  }

  /** Of the picture that shows most; the owner is told. */
  requestThumbnail(conferenceId: string): void {
    const conference = this.#conferences.get(conferenceId);
    const [best] = [...(conference?.canvases ?? [])].sort((a, b) => shownOn(b) - shownOn(a));
    const thread = this.#threads.composers[conference?.composerOf.get(best?.id ?? '') ?? -1];
    if (best && thread) thread.post({ type: 'thumbnail', conferenceId, canvas: best.id });
    else this.owner.thumbnail(conferenceId, null);
  }

  /** One text each turn of the event loop; then the plans are carried out again with what has been drawn. */
  #drawLabels(): void {
    if (this.#labels.pending) {
      this.#labels.drawNext();
      setImmediate(() => this.#drawLabels());
      return;
    }
    const waiting = [...this.#unlabelled].flatMap(id => this.#conferences.get(id) ?? []);
    for (const { plan } of waiting) this.#carryOut(plan);
    // What is missing even so does not fit into the cache: it waits for the next plan.
    this.#unlabelled.clear();
  }

  /** As the threads last reported. */
  statistics(conferenceId: string): Pick<ConferenceVideo, 'statistics' | 'outputs'> | undefined {
    return this.#conferences.get(conferenceId);
  }

  /** The conference's picture side as nodes, with who needs each and what it costs. */
  graph(conferenceId: string): GraphNode[] {
    const conference = this.#conferences.get(conferenceId);
    return conference ? graphNodes(conference) : [];
  }

  /** New sessions and canvases go to the thread with the least to do; a relay's two ends to the same one. */
  #place(plan: ConferencePlan, conference: ConferenceVideo): void {
    const { streamOf, composerOf } = conference;
    const sessions = new Set(videoSessions(plan).map(session => session.id));
    for (const id of streamOf.keys()) if (!sessions.has(id)) streamOf.delete(id);
    for (const id of sessions) {
      if (!streamOf.has(id)) streamOf.set(id, this.#threads.leastStreams(this.#placedSessions()));
    }
    for (const { from, to } of plan.relays) {
      const index = streamOf.get(from);
      if (index !== undefined && sessions.has(to)) streamOf.set(to, index);
    }
    const canvases = new Set(conference.canvases.map(canvas => canvas.id));
    for (const id of composerOf.keys()) if (!canvases.has(id)) composerOf.delete(id);
    for (const canvas of conference.canvases) {
      if (composerOf.has(canvas.id)) continue;
      const thread = this.#threads.leastComposer(this.#placedCanvases(), pixelRate(canvas));
      composerOf.set(canvas.id, thread);
    }
  }

  *#placedSessions(): Iterable<Placed> {
    for (const { streamOf } of this.#conferences.values()) {
      for (const thread of streamOf.values()) yield { thread, load: 1 };
    }
  }

  *#placedCanvases(): Iterable<Placed> {
    for (const { canvases, composerOf } of this.#conferences.values()) {
      for (const canvas of canvases) {
        const thread = composerOf.get(canvas.id);
        if (thread !== undefined) yield { thread, load: pixelRate(canvas) };
      }
    }
  }

  #onComposeEvent(event: ComposeEvent): void {
    if (event.type === 'thumbnail') return this.owner.thumbnail(event.conferenceId, event.jpeg);
    for (const [id, { outputs, costs }] of Object.entries(event.conferences)) {
      const conference = this.#conferences.get(id);
      if (!conference) continue;
      conference.outputs = { ...conference.outputs, ...outputs };
      Object.assign(conference.costs, costs);
    }
  }

  #onStreamEvent(event: StreamEvent): void {
    switch (event.type) {
      case 'keyframeNeeded':
        return this.owner.keyframeNeeded(event.conferenceId, event.session);
      case 'sessionFailed':
        return this.owner.sessionFailed(event.conferenceId, event.session, event.reason);
      case 'passing': {
        const conference = this.#conferences.get(event.conferenceId);
        if (!conference) return;
        conference.passing.note(event.session, event.from, performance.now());
        return this.#carryOut(conference.plan);
      }
      case 'statistics':
        for (const [id, { sessions, pictures, costs }] of Object.entries(event.conferences)) {
          const conference = this.#conferences.get(id);
          if (!conference) continue;
          Object.assign(conference.statistics.sessions, sessions);
          Object.assign(conference.statistics.pictures, pictures);
          Object.assign(conference.costs, costs);
        }
    }
  }
}

/** How much a picture tells: its sites count, and where they are as many, its pixels. */
function shownOn({ view, width, height }: CanvasNode): number {
  return view.siteIds.filter(siteId => siteId !== null).length * 1e8 + width * height;
}

function pixelRate({ width, height, frameRate }: CanvasNode): number {
  return width * height * frameRate;
}
