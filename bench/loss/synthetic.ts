import { Scope } from '../../base/scope.js';
import type { Surface } from '../../sfu/codecs/surface.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { fluencyOf, type Fluency } from '../../testing/judge/freezes.js';
import { BadNetwork } from '../../testing/peers/bad-network.js';
import type { NetworkConditions } from '../../testing/peers/network-link.js';
import { stampDelta, writeStamp } from '../../testing/synthetic/frame-stamp.js';
import { RepairingViewer } from '../../testing/synthetic/repairing-viewer.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { SyntheticCamera } from '../../testing/synthetic/synthetic-camera.js';
import { encoding, sessionPair, TestConference } from '../../testing/synthetic/test-conference.js';
import { sleep } from '../process-cpu.js';
import { median, percentile } from '../result.js';

export interface Run extends Fluency {
  /** From the camera's picture to the viewer's, ms. */
  delayMs: number;
  delayP95Ms: number;
  /** Share of pictures shown whose stamp cannot be read, or is older than one before. */
  damaged: number;
}

const size = { width: 640, height: 360, frameRate: 30 };
const bitrate = 1_000_000;
const warmUpMs = 7_000;
/** No network here delays more. */
const oldestMs = 5_000;

/** Both ends repair by NACK; the receiver does not, and we send copies; nobody does anything (as others do). */
export type Repair = 'nack' | 'copies' | 'none';

/** Camera → MCU → viewer, with the bad network before the MCU (`from` the room) or behind it (`towards` the room). */
export async function runSynthetic(
  direction: 'from' | 'towards',
  network: NetworkConditions,
  options: { seconds: number; repair: Repair; seed: number },
): Promise<Run> {
  const scope = new Scope();
  try {
    const conference = scope.own(new TestConference('loss'));
    const { repair } = options;
    const feedback = { nack: repair === 'nack', pli: true, fir: false, tmmbr: true };
    const camera = await sessionPair('camera', 'in');
    const viewer = await sessionPair('viewer', 'out');
    const bad = direction === 'from' ? camera : viewer;
    await putBetween(scope, bad, network, options.seed);
    for (const session of [bad.ours, bad.theirs]) session.feedback = feedback;
    // Who is said to ask again gets no copies.
    if (repair === 'none' && direction === 'towards') bad.ours.feedback = { ...feedback, nack: true };

    const sentMs: number[] = [];
    const noise = noiseBands();
    const sender = scope.own(
      new SyntheticCamera(camera.theirs, {
        ...size,
        codec: 'H264',
        colour: [128, 128, 128],
        bitrate,
        paint: (surface, n) => {
          paintNoise(surface, noise[n % noise.length]!);
          writeStamp(surface, n);
          sentMs[n] = performance.now();
        },
      }),
    );
    const receiver = scope.own(new RepairingViewer(viewer.theirs, size.width, size.height));
    conference.plan.sessions.push(camera.ours, viewer.ours);
    conference.plan.sources.push({ siteId: 'camera', name: 'camera', video: camera.ours.id });
    conference.plan.outputs.push({
      id: 'viewer',
      video: {
        session: viewer.ours.id,
        view: { layout: 'auto', siteIds: ['camera'], labels: false },
        encoder: { ...encoding, ...size, bitrate, ...(repair !== 'nack' && { intraRefresh: true }) },
      },
    });
    await receiver.start();
    await sender.start();
    conference.apply();
    const deadline = performance.now() + 20_000;
    while (receiver.pictures.length < 10 && performance.now() < deadline) await sleep(20);
    await sleep(warmUpMs);
    const fromMs = performance.now();
    await sleep(options.seconds * 1000);
    return judge(receiver, sentMs, fromMs, performance.now());
  } finally {
    await scope.close();
  }
}

function judge({ pictures }: RepairingViewer, sentMs: number[], fromMs: number, toMs: number): Run {
  const newPictures: number[] = [];
  const delays: number[] = [];
  let newest = -1;
  let damaged = 0;
  let shown = 0;
  for (const { atMs, stamp } of pictures) {
    const counts = atMs >= fromMs && atMs <= toMs;
    if (counts) shown++;
    if (stamp === null) {
      if (counts) damaged++;
      continue;
    }
    // Damage may pass for another number: no picture is from the future, or older than some seconds.
    const behind = -stampDelta(stamp, (sentMs.length - 1) % 4096);
    const number = sentMs.length - 1 - behind;
    const delayMs = atMs - (sentMs[number] ?? Infinity);
    if (behind < 0 || delayMs < 0 || delayMs > oldestMs) {
      if (counts) damaged++;
      continue;
    }
    // The composite shows the same picture twice where the two clocks drift.
    if (number <= newest) continue;
    newest = number;
    if (!counts) continue;
    newPictures.push(atMs);
    delays.push(delayMs);
  }
  return {
    ...fluencyOf(newPictures, fromMs, toMs),
    delayMs: Math.round(median(delays)),
    delayP95Ms: Math.round(percentile(delays, 0.95)),
    damaged: shown === 0 ? 1 : damaged / shown,
  };
}

/** The two ends of a session meet in the relay instead of each other. */
async function putBetween(
  scope: Scope,
  { ours, theirs }: { ours: RtpSession; theirs: RtpSession },
  network: NetworkConditions,
  seed: number,
): Promise<void> {
  const links = BadNetwork.links({ toFar: network, toNear: network }, seed);
  const relay = scope.own(await BadNetwork.open(theirs.local.port, ours.local.port, links));
  theirs.remote = { address: '127.0.0.1', port: relay.nearPort, rtcpPort: relay.nearPort };
  ours.remote = { address: '127.0.0.1', port: relay.farPort, rtcpPort: relay.farPort };
}

/** What costs bits: without it a picture would be one packet, and 1 Mbit/s never reached. */
function noiseBands(): Buffer[] {
  const random = new SeededRandom(7);
  return Array.from({ length: 12 }, () => {
    const band = Buffer.alloc(size.width * 120);
    for (let i = 0; i < band.length; i++) band[i] = 90 + random.below(80);
    return band;
  });
}

function paintNoise(surface: Surface, band: Buffer): void {
  band.copy(surface.planes[0], 0);
  band.copy(surface.planes[0], size.width * (size.height - 120));
}
