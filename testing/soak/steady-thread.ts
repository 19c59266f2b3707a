import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { RtpPacket } from '../../sfu/rtp/packet.js';
import { pictureLoop } from '../synthetic/media-loop.js';
import { SyntheticRooms } from '../synthetic/synthetic-rooms.js';
import { SyntheticViewer, type Colour } from '../synthetic/synthetic-viewer.js';

/** What the room that stays is started with. */
export interface SteadyStart {
  /** SIP URI of the conference. */
  target: string;
  colour: Colour;
}

/** What it has seen since it was last asked. */
export interface Seen {
  /** ms between frames; an interval ends with a frame's last packet. */
  intervals: number[];
  /** Since the beginning: pictures that show nobody although somebody is there, and packets that were lost. */
  empty: number;
  lost: number;
  ended: boolean;
}

export const screen = { width: 640, height: 360, frameRate: 30 };

/**
 * The room that stays and looks, in a thread of its own: whoever measures must not wait for those who come and go.
 * Posts `Seen` for each message that it is sent; the message `close` ends it.
 */
if (parentPort) await run(workerData as SteadyStart, parentPort);

async function run({ target, colour }: SteadyStart, port: NonNullable<typeof parentPort>): Promise<void> {
  preferThisThread();
  const viewer = new SyntheticViewer(null, screen.width, screen.height);
  let intervals: number[] = [];
  let empty = 0;
  let lastMs = 0;
  viewer.onPicture = () => {
    // Nothing but this would fill the memory of a long run.
    viewer.pictures.length = 0;
    if (isEmpty(viewer)) empty++;
  };
  const onVideoPacket = (packet: RtpPacket) => {
    if (packet.marker) {
      const nowMs = performance.now();
      if (lastMs > 0) intervals.push(nowMs - lastMs);
      lastMs = nowMs;
    }
    viewer.take(packet);
  };
  const rooms = new SyntheticRooms();
  await rooms.listen();
  const picture = pictureLoop({ colour, width: screen.width, height: screen.height });
  const room = await rooms.call(target, { name: '会场 0', picture, toneHz: 300, screen, onVideoPacket });
  await viewer.until('the first picture', () => true);
  port.on('message', (message: string) => {
    if (message === 'close') {
      port.close();
      return void room.close().then(() => rooms.close());
    }
    port.postMessage({ intervals, empty, lost: viewer.lost, ended: room.ended } satisfies Seen);
    intervals = [];
  });
  port.postMessage('ready');
}

/** As the media process does; where it is not allowed, all are equal. */
function preferThisThread(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_HIGH);
  } catch {
    // The numbers get worse, not wrong.
  }
}

/** No strong colour anywhere: black, or the backdrop alone. */
function isEmpty(viewer: SyntheticViewer): boolean {
  for (let x = 1; x < 16; x++) {
    for (let y = 1; y < 9; y++) {
      const [, cb, cr] = viewer.colourAt((screen.width * x) / 16, (screen.height * y) / 9);
      if (Math.abs(cb - 128) > 25 || Math.abs(cr - 128) > 25) return false;
    }
  }
  return true;
}
