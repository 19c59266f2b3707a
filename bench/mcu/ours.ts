import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { silentLog } from '../../base/log.js';
import { Scope } from '../../base/scope.js';
import { Mixer } from '../../sfu/mixing/mixer.js';
import type { ConferencePlan } from '../../sfu/mixing/plan.js';
import { SyntheticCamera } from '../../testing/synthetic/synthetic-camera.js';
import { SyntheticViewer } from '../../testing/synthetic/synthetic-viewer.js';
import { sessionPair } from '../../testing/synthetic/test-conference.js';
import { cpuLoad, sleep } from '../process-cpu.js';
import { hd, type Clip } from './clips.js';
import { encoding } from './peers.js';

const warmUpSeconds = 4;
const white = 235;
const dark = 40;
/** How often the latency's flash is shown. */
const flashEveryMs = 700;

export interface Audience {
  encoding?: { width: number; height: number; bitrate: number };
  /** Sites that the composite is sent to, and how many different pictures they see. */
  sites?: number;
  views?: number;
}

/** CPU seconds per second of the media process: RTP in, composite, RTP out. Senders and receivers are not counted. */
export async function ourCpu(
  clips: Clip[],
  seconds: number,
  { encoding: size = encoding, sites = 1, views = 1 }: Audience = {},
): Promise<number> {
  const scope = new Scope();
  try {
    const mixer = scope.own(newMixer());
    const plan = emptyPlan();
    for (const [n, clip] of clips.entries()) await addClip(plan, scope, n, clip);
    const sinks: Sink[] = [];
    for (let n = 0; n < sites; n++) {
      const { ours, theirs } = await sessionPair(`out-${n}`, 'out');
      plan.sessions.push(ours);
      plan.outputs.push(output(plan, ours.id, { ...encoding, ...size }, n % views));
      sinks.push(scope.own(await Sink.open(theirs.local.port)));
    }
    await ready(mixer);
    mixer.setPlan(plan);
    const load = await cpuLoad(mixer.pid!, warmUpSeconds, seconds);
    const least = Math.min(...sinks.map(sink => sink.pictures));
    if (least < 28 * seconds) throw new Error(`a site got ${least} pictures only`);
    return load;
  } finally {
    await scope.close();
  }
}

/** Takes what is sent and counts the pictures by their marker bits (RFC 6184 §5.1). */
class Sink {
  pictures = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('message', packet => {
      if (packet.length > 12 && packet[1]! === 0x80 + 96) this.pictures++;
    });
  }

  static async open(port: number): Promise<Sink> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new Sink(socket);
  }

  close(): void {
    this.socket.close();
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
    plan.outputs.push(output(plan, out.ours.id, encoding));
    await ready(mixer);

    const { width, height } = hd;
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

/** `turn` makes it another picture: the same sites in another order. */
function output(
  plan: ConferencePlan,
  session: string,
  { width, height, frameRate, bitrate }: Omit<typeof encoding, 'preset'>,
  turn = 0,
): ConferencePlan['outputs'][number] {
  const siteIds = plan.sources.map(source => source.siteId);
  // One picture without a label would be sent on as it came: that is no composite.
  const labels = siteIds.length === 1;
  return {
    id: session,
    video: {
      session,
      view: { layout: 'auto', siteIds: [...siteIds.slice(turn), ...siteIds.slice(0, turn)], labels },
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
