import type { ChildProcess } from 'node:child_process';
import { spatialLayerFor } from '../../sfu/layouts/simulcast-layer.js';
import { tilesOf } from '../../sfu/layouts/layout.js';
import type { Bench, BenchOptions } from '../main.js';
import { cpuLoad } from '../process-cpu.js';
import { caseResult, percentile, type CaseResult } from '../result.js';
import { withFolder } from '../scratch.js';
import { hd, makeClips, makeLayerClips, sd, type Clip, type InputSize } from './clips.js';
import { ourCpu, ourLatency } from './ours.js';
import { encoding, ffmpeg, gstreamer } from './peers.js';

const inputCounts = [1, 4, 9, 16, 24];
const peerPort = 51_234;
const warmUpSeconds = 4;

/** What does a 1080p30 composite of N inputs cost, with and without simulcast senders? M3, M8. */
export const mcu: Bench = options =>
  withFolder(async folder => {
    const results: CaseResult[] = [];
    for (const size of [hd, sd]) {
      for (const count of inputCounts) {
        if (options.wants(caseName(count, size)))
          results.push(...(await measure(folder, count, size, options)));
      }
    }
    return { results, notes };
  });

const notes = [
  'All: x264 superfast, zerolatency, one thread, 4 Mbit/s. Ours receives RTP and sends RTP; the peers read files in real time and send RTP, so they are spared receiving.',
  'With simulcast senders ours receives the spatial layer that the SFU forwards for the tile; the peers have no such choice, and their numbers are those of the same run.',
  'Latency is ours alone: last packet of a frame in to last packet of the composite that shows it, one input being a camera that flashes.',
];

function caseName(count: number, size: InputSize): string {
  return `${count} × ${size.name} → 1080p30`;
}

/** Everybody in turn in each run, so that a machine that drifts drifts for all. */
async function measure(
  folder: string,
  count: number,
  size: InputSize,
  { runs, seconds, say }: BenchOptions,
): Promise<CaseResult[]> {
  const clips = await makeClips(folder, count, size);
  const layer = size === hd ? smallerLayer(count) : null;
  const layerClips = layer === null ? null : await makeLayerClips(folder, count, layer);
  const ours: number[] = [];
  const simulcast: number[] = [];
  const latencies: number[] = [];
  const peers: { ffmpeg: number[]; gstreamer: number[] } = { ffmpeg: [], gstreamer: [] };
  for (let run = 1; run <= runs; run++) {
    ours.push(await ourCpu(clips, seconds));
    if (layerClips) simulcast.push(await ourCpu(layerClips, seconds));
    const started = {
      ffmpeg: () => ffmpeg(mp4s(clips), peerPort),
      gstreamer: () => gstreamer(raws(clips), peerPort),
    };
    for (const peer of ['ffmpeg', 'gstreamer'] as const)
      peers[peer].push(await peerCpu(started[peer](), seconds));
    if (size === hd && count <= 9) latencies.push(...(await ourLatency(clips, seconds)));
    const newest = { ours, simulcast, ...peers };
    const found = Object.entries(newest).flatMap(([name, values]) =>
      values.length > 0 ? [`${name} ${values.at(-1)!.toFixed(3)}`] : [],
    );
    say(`${caseName(count, size)}, run ${run}: ${found.join(', ')} CPU s/s`);
  }
  const unit = 'CPU seconds per second';
  const results = [caseResult(caseName(count, size), unit, ours, peers, latencyDetails(latencies))];
  if (simulcast.length > 0)
    results.push(caseResult(`${caseName(count, size)}, simulcast senders`, unit, simulcast, peers));
  return results;
}

/** The spatial layer that fits the tiles, where it is not the whole picture. */
function smallerLayer(count: number): number | null {
  const [tile] = tilesOf('auto', count, encoding);
  const layer = spatialLayerFor(tile!.height);
  return layer === 2 ? null : layer;
}

function latencyDetails(latencies: number[]): Record<string, number> | undefined {
  if (latencies.length === 0) return undefined;
  return {
    latencyP50Ms: Math.round(percentile(latencies, 0.5)),
    latencyP95Ms: Math.round(percentile(latencies, 0.95)),
  };
}

const mp4s = (clips: Clip[]) => clips.map(clip => clip.mp4);
const raws = (clips: Clip[]) => clips.map(clip => clip.h264);

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
