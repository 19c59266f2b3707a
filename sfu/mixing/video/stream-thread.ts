import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../../../base/errors.js';
import { createLog } from '../../../base/log.js';
import { systemClock } from '../clock.js';
import { LipSync } from '../lip-sync.js';
import { startHeart, type ThreadData } from '../media-thread.js';
import type {
  AccessUnit,
  KeyframeWish,
  StreamCommand,
  StreamEvent,
  StreamSessionPlan,
  StreamStatistics,
  StreamToStream,
  ThreadStart,
} from './messages.js';
import { StreamSession, type StreamSessionOwner } from './stream-session.js';
import { passedBy } from './pass-through.js';
import { VideoFanOut } from './video-fan-out.js';

/**
 * A thread that owns video sockets: what comes is decoded into tiles or relayed, what the compose threads make is
 * sent. Its sessions know nothing of each other but for relays.
 */
const { start, heart } = workerData as ThreadData<ThreadStart>;
const clock = systemClock(start.wallOffsetMs);
const log = createLog({ level: 'info', name: 'streams' });
const sessions = new Map<string, StreamSession>();
const composers = new Map<number, MessagePort>();
/** The other stream threads. */
const others = new Map<number, MessagePort>();
/** By encoder. */
const fanOuts = new Map<string, VideoFanOut>();

const tickMs = 10;
const statisticsMs = 1_000;

const owner: StreamSessionOwner = {
  clock,
  lipSync: new LipSync(start.lipSync),
  session: id => sessions.get(id),
  fanOut: encoder => {
    let fanOut = fanOuts.get(encoder.id);
    if (!fanOut) fanOuts.set(encoder.id, (fanOut = new VideoFanOut(encoder)));
    return fanOut;
  },
  passOut: from => {
    const id = passedBy(from);
    let fanOut = fanOuts.get(id);
    // Its units say their time themselves: the frame rate is not looked at.
    if (!fanOut)
      fanOuts.set(id, (fanOut = new VideoFanOut({ codec: 'H264', packetizationMode: 1, frameRate: 1 })));
    return fanOut;
  },
  passOn: (unit, threads) => {
    for (const thread of threads) {
      const port = others.get(thread);
      if (port) port.postMessage({ unit } satisfies StreamToStream);
      else onPassed(unit);
    }
  },
  passing: (conferenceId, session, from) => emit({ type: 'passing', conferenceId, session, from }),
  wishRemoteKeyframe: (session, thread) => {
    const port = others.get(thread);
    if (port) port.postMessage({ keyframeFrom: session } satisfies StreamToStream);
    else sessions.get(session)?.requestRemoteKeyframe();
  },
  wishKeyframe: (encoder, composer, begins) =>
    composers.get(composer)?.postMessage({ encoder, begins } satisfies KeyframeWish),
  keyframeNeeded: (conferenceId, session) => emit({ type: 'keyframeNeeded', conferenceId, session }),
  failed: (conferenceId, session, reason) => emit({ type: 'sessionFailed', conferenceId, session, reason }),
};

function emit(event: StreamEvent): void {
  parentPort!.postMessage(event);
}

function onPlan(conferenceId: string, plans: StreamSessionPlan[] | null): void {
  const wanted = new Map((plans ?? []).map(plan => [plan.session.id, plan]));
  for (const [id, session] of sessions) {
    if (session.conferenceId !== conferenceId || wanted.has(id)) continue;
    sessions.delete(id);
    session
      .close()
      .catch((error: unknown) => log.error({ session: id, reason: messageOf(error) }, 'closing'));
  }
  for (const [id, plan] of wanted) {
    // One session that cannot be set up must not keep the others from it.
    try {
      const session = sessions.get(id);
      if (session) session.update(plan);
      else sessions.set(id, new StreamSession(conferenceId, plan, owner));
    } catch (error) {
      log.error(
        { conference: conferenceId, session: id, reason: messageOf(error) },
        'a session cannot be set up',
      );
    }
  }
}

function onAccessUnit(unit: AccessUnit): void {
  fanOuts.get(unit.encoder)?.send(unit);
}

function onPassed(unit: AccessUnit): void {
  // Whoever cannot take this one leaves before it is sent.
  for (const session of sessions.values()) session.onPassed(unit);
  fanOuts.get(unit.encoder)?.send(unit);
}

function onOther(message: StreamToStream): void {
  if ('unit' in message) onPassed(message.unit);
  else sessions.get(message.keyframeFrom)?.requestRemoteKeyframe();
}

parentPort!.on('message', (command: StreamCommand) => {
  switch (command.type) {
    case 'plan':
      onPlan(command.conferenceId, command.sessions);
      for (const [encoder, fanOut] of fanOuts) if (fanOut.idle) fanOuts.delete(encoder);
      return tickWhileNeeded();
    case 'composer':
      composers.set(command.index, command.port);
      command.port.on('message', onAccessUnit);
      return;
    case 'stream':
      others.set(command.index, command.port);
      command.port.on('message', onOther);
      return;
    case 'requestKeyframe':
      return sessions.get(command.session)?.onKeyframeRequest();
  }
});

/** Ticks while there is something to tick for: a spare process shall cost nothing. */
let ticker: NodeJS.Timeout | undefined;

function tickWhileNeeded(): void {
  if (sessions.size === 0) {
    clearInterval(ticker);
    ticker = undefined;
  }
  ticker ??= sessions.size > 0 ? setInterval(tick, tickMs) : undefined;
}

function tick(): void {
  const nowMs = clock.nowMs();
  for (const session of sessions.values()) session.tick(nowMs);
}

let lastMs = clock.nowMs();
setInterval(() => {
  const seconds = (clock.nowMs() - lastMs) / 1000;
  lastMs = clock.nowMs();
  const conferences: Record<string, StreamStatistics> = {};
  for (const session of sessions.values()) {
    const into = (conferences[session.conferenceId] ??= { sessions: {}, pictures: {}, costs: {} });
    session.takeStatistics(seconds, into);
  }
  emit({ type: 'statistics', conferences });
}, statisticsMs);
startHeart(heart);
