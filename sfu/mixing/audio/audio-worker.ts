import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../base/errors.js';
import { systemClock } from '../clock.js';
import { startHeart, type ThreadData } from '../media-thread.js';
import type { AudioStatistics } from './audio-conference.js';
import { AudioMixer } from './audio-mixer.js';
import { PacketGathering } from './packet-gathering.js';
import type { AudioCommand, AudioEvent, AudioThreadStart } from './messages.js';

/** The audio thread's beginning: joins the mixer to the main thread's messages. */
const { start, heart } = workerData as ThreadData<AudioThreadStart>;
const statisticsMs = 1000;

function emit(event: AudioEvent): void {
  parentPort!.postMessage(event);
}

const mixer = new AudioMixer(
  { ...start, clock: systemClock(start.wallOffsetMs) },
  {
    onDigit: (conferenceId, session, digit) => emit({ type: 'dtmf', conferenceId, session, digit }),
    onSessionFailed: (conferenceId, session, reason) =>
      emit({ type: 'sessionFailed', conferenceId, session, reason }),
  },
);
const gathering = new PacketGathering(mixer.clock);

parentPort!.on('message', (command: AudioCommand) => {
  switch (command.type) {
    case 'plan': {
      const { conferenceId } = command.plan;
      return void mixer
        .setPlan(command.plan)
        .catch((error: unknown) => emit({ type: 'planFailed', conferenceId, reason: messageOf(error) }));
    }
    case 'remove':
      return void mixer.remove(command.conferenceId);
    case 'close':
      gathering.close();
      return void mixer.close().finally(() => {
        emit({ type: 'closed' });
        process.exit(0);
      });
  }
});

setInterval(() => {
  const { worstLatenessMs } = mixer.clock;
  mixer.clock.worstLatenessMs = 0;
  const conferences = Object.fromEntries(mixer.statistics());
  emit({ type: 'statistics', conferences, worstLatenessMs });
  gathering.adapt(packetsOf(conferences));
}, statisticsMs);
startHeart(heart);

function packetsOf(conferences: Record<string, AudioStatistics>): number {
  let packets = 0;
  for (const { sessions } of Object.values(conferences)) {
    for (const { packetsReceived } of Object.values(sessions)) packets += packetsReceived;
  }
  return packets;
}

mixer.start();
