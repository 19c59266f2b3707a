import { silentLog } from '../../base/log.js';
import { tilesOf } from '../../sfu/layouts/layout.js';
import type { RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import { Mixer } from '../../sfu/mixing/mixer.js';
import type { ConferencePlan, VideoEncoding } from '../../sfu/mixing/plan.js';
import { freeUdpPorts } from '../peers/ports.js';
import { SyntheticCamera, type CameraOptions } from './synthetic-camera.js';
import { SyntheticViewer, type Colour } from './synthetic-viewer.js';

export const h264: RtpCodec = {
  name: 'H264',
  payloadType: 96,
  clockRate: 90_000,
  parameters: { 'packetization-mode': '1', 'profile-level-id': '42e01f' },
};
export const vp8: RtpCodec = { name: 'VP8', payloadType: 97, clockRate: 90_000, parameters: {} };

export const encoding: VideoEncoding = {
  codec: 'H264',
  profile: 'baseline',
  width: 640,
  height: 360,
  frameRate: 30,
  bitrate: 1_000_000,
  keyframeIntervalS: 0,
  packetizationMode: 1,
};

const address = (port: number) => ({ address: '127.0.0.1', port, rtcpPort: port });
const feedback = { nack: true, pli: true, fir: false };

/** The two ends of one video session over the loopback: ours (the media process') and the peer's. */
export async function sessionPair(
  id: string,
  direction: 'in' | 'out' | 'both',
  codec = h264,
): Promise<{ ours: RtpSession; theirs: RtpSession }> {
  const [local, remote] = (await freeUdpPorts(2)) as [number, number];
  const [ourSsrc, theirSsrc] = [local * 7 + 1, remote * 7 + 2];
  const common = { id, kind: 'video', symmetric: false, feedback } as const;
  const sends = (ssrc: number) => ({ codec, ssrc, cname: `${ssrc}@test` });
  const [inward, outward] = [direction !== 'out', direction !== 'in'];
  return {
    ours: {
      ...common,
      local: address(local),
      remote: address(remote),
      ...(inward && { receive: { codec } }),
      ...(outward && { send: sends(ourSsrc) }),
    },
    theirs: {
      ...common,
      local: address(remote),
      remote: address(local),
      ...(outward && { receive: { codec } }),
      ...(inward && { send: sends(theirSsrc) }),
    },
  };
}

/** A conference of cameras and viewers at a real media process, for tests. */
export class TestConference {
  readonly mixer = new Mixer({ decodeThreads: 0, preset: 'ultrafast', font: null, log: silentLog });
  readonly cameras = new Map<string, SyntheticCamera>();
  readonly viewers = new Map<string, SyntheticViewer>();
  plan: ConferencePlan;

  constructor(readonly conferenceId = 'test') {
    this.plan = { conferenceId, sessions: [], sources: [], relays: [], transcodes: [], outputs: [] };
  }

  async addCamera(
    siteId: string,
    options: Partial<CameraOptions> & { colour: Colour },
  ): Promise<SyntheticCamera> {
    const { codec = 'H264', width = 640, height = 360 } = options;
    const { ours, theirs } = await sessionPair(`in:${siteId}`, 'in', codec === 'VP8' ? vp8 : h264);
    const camera = new SyntheticCamera(theirs, { ...options, codec, width, height });
    this.cameras.set(siteId, camera);
    this.plan.sessions.push(ours);
    this.plan.sources.push({ siteId, name: `Site ${siteId}`, video: ours.id });
    await camera.start();
    return camera;
  }

  async addViewer(
    id: string,
    siteIds: string[],
    change: Partial<VideoEncoding> = {},
  ): Promise<SyntheticViewer> {
    const encoder = { ...encoding, ...change };
    const { ours, theirs } = await sessionPair(`out:${id}`, 'out');
    const viewer = new SyntheticViewer(theirs, encoder.width, encoder.height);
    this.viewers.set(id, viewer);
    this.plan.sessions.push(ours);
    this.plan.outputs.push({
      id,
      video: { session: ours.id, view: { layout: 'auto', siteIds, labels: false }, encoder },
    });
    await viewer.start();
    return viewer;
  }

  view(outputId: string, siteIds: string[], labels = false): void {
    this.plan.outputs.find(output => output.id === outputId)!.video!.view = {
      layout: 'auto',
      siteIds,
      labels,
    };
  }

  apply(): void {
    this.mixer.setPlan(structuredClone(this.plan));
  }

  async close(): Promise<void> {
    await this.mixer.close();
    for (const peer of [...this.cameras.values(), ...this.viewers.values()]) await peer.close();
  }
}

/** The viewer sees, in the middle of each tile of `colours.length` sites, that colour. */
export function sees(viewer: SyntheticViewer, colours: readonly Colour[]): boolean {
  const { width, height } = viewer.surface;
  return tilesOf('auto', colours.length, { width, height }).every((tile, n) =>
    isLike(viewer.colourAt(tile.x + tile.width / 2, tile.y + tile.height / 2), colours[n]!),
  );
}

export function isLike(seen: Colour, wanted: Colour): boolean {
  return seen.every((value, n) => Math.abs(value - wanted[n]!) < 12);
}

export const red: Colour = [81, 90, 240];
export const green: Colour = [145, 54, 34];
export const blue: Colour = [41, 240, 110];
export const yellow: Colour = [210, 16, 146];
/** A tile without picture. */
export const empty: Colour = [40, 132, 126];
export const four = [red, green, blue, yellow];

/** Four sites of two codecs and three sizes, one viewer that sees them all. */
export async function fourSites(): Promise<{ conference: TestConference; viewer: SyntheticViewer }> {
  const conference = new TestConference();
  await conference.addCamera('a', { colour: red });
  await conference.addCamera('b', { colour: green, codec: 'VP8' });
  await conference.addCamera('c', { colour: blue, width: 1280, height: 720 });
  await conference.addCamera('d', { colour: yellow, width: 320, height: 180, codec: 'VP8' });
  const viewer = await conference.addViewer('v', ['a', 'b', 'c', 'd']);
  conference.apply();
  return { conference, viewer };
}

export const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
