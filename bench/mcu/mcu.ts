import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Bench } from '../main.js';
import { cpuLoad } from '../process-cpu.js';
import { caseResult, percentile, type CaseResult } from '../result.js';
import { makeClips, type Clip } from './clips.js';
import { ourCpu, ourLatency } from './ours.js';
import { ffmpeg, gstreamer } from './peers.js';

const inputCounts = [1, 4, 9];
const peerPort = 51_234;
const warmUpSeconds = 4;

/** What does a 1080p30 composite of N × 720p30 cost? M3, M8. */
export const mcu: Bench = async ({ runs, seconds, say }) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-bench-'));
  try {
    const clips = await makeClips(folder, Math.max(...inputCounts));
    const results: CaseResult[] = [];
    for (const count of inputCounts)
      results.push(await measure(clips.slice(0, count), { runs, seconds, say }));
    return { results, notes };
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
};

const notes = [
  'All: x264 superfast, zerolatency, one thread, 4 Mbit/s. Ours receives RTP and sends RTP; the peers read files in real time and send RTP, so they are spared receiving.',
  'Latency is ours alone: last packet of a frame in to last packet of the composite that shows it, one input being a camera that flashes.',
];

/** Everybody in turn in each run, so that a machine that drifts drifts for all. */
async function measure(clips: Clip[], { runs, seconds, say }: Parameters<Bench>[0]): Promise<CaseResult> {
  const [ours, ffmpegs, gstreamers, latencies]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let run = 1; run <= runs; run++) {
    ours.push(await ourCpu(clips, seconds));
    ffmpegs.push(
      await peerCpu(
        ffmpeg(
          clips.map(clip => clip.mp4),
          peerPort,
        ),
        seconds,
      ),
    );
    gstreamers.push(
      await peerCpu(
        gstreamer(
          clips.map(clip => clip.h264),
          peerPort,
        ),
        seconds,
      ),
    );
    latencies.push(...(await ourLatency(clips, seconds)));
    say(
      `${clips.length} inputs, run ${run}: ours ${ours.at(-1)!.toFixed(3)}, ffmpeg ${ffmpegs.at(-1)!.toFixed(3)}, gstreamer ${gstreamers.at(-1)!.toFixed(3)} CPU s/s`,
    );
  }
  return caseResult(
    `${clips.length} × 720p30 → 1080p30`,
    'CPU seconds per second',
    ours,
    { ffmpeg: ffmpegs, gstreamer: gstreamers },
    {
      latencyP50Ms: Math.round(percentile(latencies, 0.5)),
      latencyP95Ms: Math.round(percentile(latencies, 0.95)),
    },
  );
}

async function peerCpu(peer: ChildProcess, seconds: number): Promise<number> {
  let complaint = '';
  peer.stderr?.on('data', text => (complaint = String(text)));
  try {
    const load = await cpuLoad(peer.pid!, warmUpSeconds, seconds);
    if (peer.exitCode !== null) throw new Error(`the peer ended: ${complaint}`);
    return load;
  } finally {
    peer.kill('SIGKILL');
  }
}
