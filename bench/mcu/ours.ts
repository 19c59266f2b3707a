import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { silentLog } from '../../base/log.js';
import { Scope } from '../../base/scope.js';
import { Mixer } from '../../sfu/mixing/mixer.js';
import type { ConferencePlan } from '../../sfu/mixing/plan.js';
import { SyntheticCamera } from '../../testing/synthetic/synthetic-camera.js';
import { SyntheticViewer } from '../../testing/synthetic/synthetic-viewer.js';
import { sessionPair } from '../../testing/synthetic/test-conference.js';
import { cpuLoad, sleep } from '../process-cpu.js';
import { input, type Clip } from './clips.js';
import { encoding } from './peers.js';

const warmUpSeconds = 4;
const white = 235;
const dark = 40;
/** How often the latency's flash is shown. */
const flashEveryMs = 700;

/** CPU seconds per second of the media process: RTP in, composite, RTP out. Senders and receiver are not counted. */
export async function ourCpu(clips: Clip[], seconds: number): Promise<number> {
  const scope = new Scope();
  try {
    const mixer = scope.own(newMixer());
    const out = await sessionPair('out', 'out');
    const plan = emptyPlan();
    plan.sessions.push(out.ours);
    for (const [n, clip] of clips.entries()) await addClip(plan, scope, n, clip);
    plan.outputs.push(output(plan, out.ours.id));
    const sink = createSocket('udp4');
    sink.bind(out.theirs.local.port, '127.0.0.1');
    await once(sink, 'listening');
    scope.onClose(() => sink.close());
    let packets = 0;
    sink.on('message', () => packets++);
    await ready(mixer);
    mixer.setPlan(plan);
    const load = await cpuLoad(mixer.pid!, warmUpSeconds, seconds);
    if (packets < 30 * seconds) throw new Error(`the media process sent ${packets} packets only`);
    return load;
  } finally {
    await scope.close();
  }
}

/** From the last packet of a frame in to the last packet of the composite that shows it, ms. */
export async function ourLatency(clips: Clip[], seconds: number): Promise<number[]> {
  const scope = new Scope();
  try {
    const mixer = scope.own(newMixer());
    const [camera, out] = [await sessionPair('camera', 'in'), await sessionPair('out', 'out')];
    const plan = emptyPlan();
    plan.sessions.push(camera.ours, out.ours);
    plan.sources.push({ siteId: 'camera', name: 'camera', video: camera.ours.id });
    for (const [n, clip] of clips.slice(1).entries()) await addClip(plan, scope, n, clip);
    plan.outputs.push(output(plan, out.ours.id));
    await ready(mixer);

    const { width, height } = input;
    const sender = scope.own(
      new SyntheticCamera(camera.theirs, { codec: 'H264', width, height, colour: [dark, 128, 128] }),
    );
    const viewer = scope.own(new SyntheticViewer(out.theirs, encoding.width, encoding.height));
    await viewer.start();
    await sender.start();
    mixer.setPlan(plan);
    await viewer.until('the composite', () => viewer.pictures.length > 60, 20_000);

    const latencies: number[] = [];
    for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
      for (const luma of [white, dark]) {
        sender.surface.fill(luma, 128, 128);
        const sentBefore = sender.sent;
        while (sender.sent === sentBefore) await sleep(0);
        const sentAtMs = performance.now();
        await viewer.until('the change', () => Math.abs(viewer.colourAt(60, 60)[0] - luma) < 60, 5_000);
        latencies.push(viewer.pictures.at(-1)!.atMs - sentAtMs);
        await sleep(flashEveryMs / 2);
      }
    }
    return latencies;
  } finally {
    await scope.close();
  }
}

function newMixer(): Mixer {
  return new Mixer({ decodeThreads: 0, preset: 'superfast', font: null, log: silentLog });
}

async function ready(mixer: Mixer): Promise<void> {
  while (mixer.pid === undefined) await sleep(20);
}

function emptyPlan(): ConferencePlan {
  return { conferenceId: 'bench', sessions: [], sources: [], relays: [], transcodes: [], outputs: [] };
}

function output(plan: ConferencePlan, session: string): ConferencePlan['outputs'][number] {
  const siteIds = plan.sources.map(source => source.siteId);
  const { width, height, frameRate, bitrate } = encoding;
  return {
    id: 'composite',
    video: {
      session,
      view: { layout: 'auto', siteIds, labels: false },
      encoder: {
        codec: 'H264',
        profile: 'high',
        width,
        height,
        frameRate,
        bitrate,
        keyframeIntervalS: 10,
        packetizationMode: 1,
      },
    },
  };
}

/** ffmpeg sends the clip as RTP in real time, its packets untouched. */
async function addClip(plan: ConferencePlan, scope: Scope, n: number, { mp4 }: Clip): Promise<void> {
  const { ours } = await sessionPair(`clip-${n}`, 'in');
  plan.sessions.push({ ...ours, symmetric: true });
  plan.sources.push({ siteId: `clip-${n}`, name: `clip ${n}`, video: ours.id });
  const { port } = ours.local;
  const sender = spawn('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-re', '-stream_loop', '-1', '-i', mp4, '-c', 'copy'],
    ...['-bsf:v', 'h264_mp4toannexb,dump_extra=freq=keyframe', '-payload_type', '96'],
    ...['-f', 'rtp', `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`],
  ]);
  scope.onClose(() => sender.kill('SIGKILL'));
}
