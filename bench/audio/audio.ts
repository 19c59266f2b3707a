import { codecs } from '../../testing/synthetic/synthetic-room.js';
import type { RtpCodec } from '../../sfu/rtp/session.js';
import type { Bench } from '../main.js';
import { cpuLoad, sleep } from '../process-cpu.js';
import { caseResult, type CaseResult } from '../result.js';
import { gstreamer } from './gstreamer.js';
import { ourCpu } from './ours.js';
import { Rooms } from './rooms.js';

interface Case {
  name: string;
  sites: number;
  codecs: RtpCodec[];
}

const { opus, G722, PCMA } = codecs;
const cases: Case[] = [
  { name: '10 sites', sites: 10, codecs: [opus] },
  { name: '50 sites', sites: 50, codecs: [opus] },
  { name: '100 sites', sites: 100, codecs: [opus] },
  { name: '50 sites of Opus, G.722, G.711', sites: 50, codecs: [opus, G722, PCMA] },
];
const warmUpSeconds = 4;

/** What does the sound of a conference cost in which three talk and everybody hears all others? M5. */
export const audio: Bench = async ({ runs, seconds, say, wants }) => {
  const results: CaseResult[] = [];
  for (const { name, sites, codecs } of cases.filter(({ name }) => wants(name))) {
    const ours: number[] = [];
    const peer: number[] = [];
    for (let run = 1; run <= runs; run++) {
      ours.push(await heard(sites, codecs, seconds, rooms => ourCpu(rooms, seconds)));
      peer.push(await heard(sites, codecs, seconds, rooms => gstreamerCpu(rooms, seconds)));
      say(
        `${name}, run ${run}: ours ${ours.at(-1)!.toFixed(3)}, GStreamer ${peer.at(-1)!.toFixed(3)} CPU s/s`,
      );
    }
    results.push(caseResult(name, 'CPU seconds per second', ours, { gstreamer: peer }));
  }
  return { results, notes };
};

const notes = [
  'Three rooms talk, the others send the noise of a quiet room (-70 dBov), all on RTP of their own over loopback, 50 packets a second each way, Opus unless said otherwise.',
  'Ours is the whole media process. GStreamer decodes all, makes four mixes with audiomixer, encodes each once for each codec (as ours: Opus 48 kbit/s, complexity 5) and sends to all by multiudpsink; it neither reports by RTCP nor follows who talks.',
  'Judged: each room gets 50 packets a second, a silent room hears all three tones, a talker the other two.',
];

/** @throws Error when what the rooms heard is wrong: then the cost is that of something else */
async function heard(
  sites: number,
  codecs: RtpCodec[],
  seconds: number,
  measure: (rooms: Rooms) => Promise<number>,
): Promise<number> {
  const rooms = await Rooms.open(sites, codecs);
  try {
    rooms.talk();
    const judged = sleep(warmUpSeconds * 1000).then(() => rooms.forget());
    const load = await measure(rooms);
    await judged;
    const complaint = rooms.complaint(seconds);
    if (complaint !== null) throw new Error(complaint);
    return load;
  } finally {
    rooms.close();
  }
}

async function gstreamerCpu(rooms: Rooms, seconds: number): Promise<number> {
  const peer = gstreamer(rooms.sessions);
  let said = '';
  peer.stderr?.on('data', text => (said += String(text)));
  try {
    const load = await cpuLoad(peer.pid!, warmUpSeconds, seconds);
    if (peer.exitCode !== null) throw new Error(`GStreamer ended: ${said}`);
    return load;
  } finally {
    peer.kill('SIGKILL');
  }
}
