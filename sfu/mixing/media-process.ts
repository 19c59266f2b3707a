import os from 'node:os';
import { messageOf } from '../../base/errors.js';
import { createLog } from '../../base/log.js';
import { AudioThread } from './audio/audio-thread.js';
import { measureWallOffsetMs } from './clock.js';
import { LipSync } from './lip-sync.js';
import type { MediaProcessOptions } from './media-process-options.js';
import type { ConferencePlan, ConferenceStatistics, MixerCommand, MixerEvent } from './plan.js';
import { VideoThreads } from './video/video-threads.js';

/**
 * The media process: takes plans from its parent (see `Mixer`), gives sound and picture to their threads, and
 * tells the parent what happens. It keeps nothing that the last plans do not say, and ends with its parent.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as MediaProcessOptions;
const log = createLog({ level: 'info', name: 'mixer' });
const plans = new Map<string, ConferencePlan>();

const aliveMs = 500;
const statisticsMs = 1_000;

preferMedia();
const lipSync = LipSync.allocate();
const start = { wallOffsetMs: measureWallOffsetMs(), lipSync, preset: options.preset };
const audio = new AudioThread(start);
audio.events.on('dtmf', (conferenceId, session, digit) =>
  emit({ type: 'dtmf', conferenceId, session, digit }),
);
audio.events.on('sessionFailed', (conferenceId, session, reason) =>
  emit({ type: 'sessionFailed', conferenceId, session, reason }),
);
audio.events.on('planFailed', (conference, reason) =>
  log.error({ conference, reason }, 'a plan of sound failed'),
);
const video = new VideoThreads(options, start, {
  keyframeNeeded: (conferenceId, session) => emit({ type: 'keyframeNeeded', conferenceId, session }),
  sessionFailed: (conferenceId, session, reason) =>
    emit({ type: 'sessionFailed', conferenceId, session, reason }),
  thumbnail: (conferenceId, jpeg) =>
    emit({ type: 'thumbnail', conferenceId, jpeg: jpeg && Buffer.from(jpeg).toString('base64') }),
});

/** Sound and picture cannot wait as all else can. Threads inherit it; where it is not allowed, all are equal. */
function preferMedia(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_HIGH);
  } catch (error) {
    log.debug({ reason: messageOf(error) }, 'no priority over other processes');
  }
}

function emit(event: MixerEvent): void {
  // A parent that is going takes nothing any more; `disconnect` follows.
  if (process.connected) process.send!(event, undefined, undefined, () => undefined);
}

function onCommand(command: MixerCommand): void {
  switch (command.type) {
    case 'plan':
      plans.set(command.plan.conferenceId, command.plan);
      audio.setPlan(command.plan);
      return video.setPlan(command.plan);
    case 'remove':
      plans.delete(command.conferenceId);
      audio.remove(command.conferenceId);
      return video.removePlan(command.conferenceId);
    case 'requestKeyframe':
      return video.requestKeyframe(command.session);
    case 'thumbnail':
      return video.requestThumbnail(command.conferenceId);
  }
}

function statisticsOf(plan: ConferencePlan): ConferenceStatistics {
  const known = video.statistics(plan.conferenceId);
  const sound = audio.statistics(plan.conferenceId);
  const graph = video.graph(plan.conferenceId);
  const statistics: ConferenceStatistics = { sessions: {}, sources: {}, outputs: {}, graph };
  for (const { id } of plan.sessions) {
    const session = known?.statistics.sessions[id] ?? sound?.sessions[id];
    if (session) statistics.sessions[id] = session;
  }
  for (const source of plan.sources) {
    const picture = known?.statistics.pictures[source.video ?? ''];
    statistics.sources[source.siteId] = {
      width: picture?.width ?? 0,
      height: picture?.height ?? 0,
      framesPerSecond: picture?.framesPerSecond ?? 0,
      audioLevel: sound?.sources[source.siteId]?.audioLevel ?? 127,
    };
  }
  for (const { id } of plan.outputs) {
    const output = known?.outputs[id];
    if (output) statistics.outputs[id] = output;
  }
  return statistics;
}

process.on('message', (command: MixerCommand) => {
  // A plan that cannot be carried out must not end the other conferences.
  try {
    onCommand(command);
  } catch (error) {
    log.error({ command: command.type, reason: messageOf(error) }, 'a command failed');
  }
});
// The threads are in the middle of native calls: an orderly exit would throw into them and abort.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// The parent may have died while this process was loading: then `disconnect` has passed already.
if (!process.connected) process.exit(0);

setInterval(() => {
  // A thread that hangs is as bad as a process that does: silence tells the parent.
  if (video.alive && audio.alive) emit({ type: 'alive' });
}, aliveMs);
setInterval(() => {
  for (const plan of plans.values()) {
    emit({ type: 'statistics', conferenceId: plan.conferenceId, statistics: statisticsOf(plan) });
  }
}, statisticsMs);
emit({ type: 'ready' });
