import { silentLog } from '../../base/log.js';
import { Scope } from '../../base/scope.js';
import { Mixer } from '../../sfu/mixing/mixer.js';
import { cpuLoad, sleep } from '../process-cpu.js';
import type { Rooms } from './rooms.js';

const warmUpSeconds = 4;

/** CPU seconds per second of the media process that mixes these rooms, which must be talking. */
export async function ourCpu(rooms: Rooms, seconds: number): Promise<number> {
  const scope = new Scope();
  try {
    const mixer = scope.own(new Mixer({ decodeThreads: 0, preset: 'superfast', font: null, log: silentLog }));
    while (mixer.pid === undefined) await sleep(20);
    const { sessions } = rooms;
    mixer.setPlan({
      conferenceId: 'bench',
      sessions,
      sources: sessions.map(({ id }) => ({ siteId: id, name: id, audio: id })),
      relays: [],
      transcodes: [],
      outputs: sessions.map(({ id }) => ({ id, audio: { session: id, without: id } })),
    });
    return await cpuLoad(mixer.pid, warmUpSeconds, seconds);
  } finally {
    await scope.close();
  }
}
