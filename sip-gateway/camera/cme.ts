import { clientIds } from './h224.js';

/** Messages of H.224's client management entity (§9), the data of client 0. */
export type CmeMessage =
  | { type: 'clientList'; clients: { id: number; hasExtraCapabilities: boolean }[] }
  /** `data` is what the client's own standard says; absent ids are those of clients that no standard names. */
  | { type: 'extraCapabilities'; clientId: number; data: Buffer }
  | { type: 'askClientList' | 'askExtraCapabilities' };

const clientList = 0x01;
const extraCapabilities = 0x02;
const message = 0x00;
const command = 0xff;

const hasExtraCapabilities = 0x80;
/** Bytes behind the ids of an extended client, and of one that is no standard's. */
const extendedClient = 0x7e;
const extendedClientBytes = 1;
const otherClient = 0x7f;
const otherClientBytes = 5;

/** Undefined: lengths do not fit, or it is of no kind that H.224 knows. Never throws. */
export function parseCme(data: Buffer): CmeMessage | undefined {
  if (data.length < 2) return undefined;
  const isCommand = data[1] === command;
  if (!isCommand && data[1] !== message) return undefined;
  if (data[0] === clientList) return isCommand ? { type: 'askClientList' } : listOf(data);
  if (data[0] !== extraCapabilities) return undefined;
  if (isCommand) return { type: 'askExtraCapabilities' };
  if (data.length < 3) return undefined;
  return { type: 'extraCapabilities', clientId: data[2]! & 0x7f, data: data.subarray(3) };
}

function listOf(data: Buffer): CmeMessage | undefined {
  const clients: { id: number; hasExtraCapabilities: boolean }[] = [];
  let at = 3;
  for (let left = data[2] ?? 0; left > 0; left--) {
    if (at >= data.length) return undefined;
    const id = data[at]! & 0x7f;
    clients.push({ id, hasExtraCapabilities: (data[at]! & hasExtraCapabilities) !== 0 });
    at += 1 + (id === extendedClient ? extendedClientBytes : id === otherClient ? otherClientBytes : 0);
  }
  return data.length < 3 || at > data.length ? undefined : { type: 'clientList', clients };
}

const cameraControlWithExtras = hasExtraCapabilities | clientIds.farEndCameraControl;

/** We have one client, camera control, which says more about itself. */
export const ourClientList: readonly number[] = [clientList, message, 1, cameraControlWithExtras];

/**
 * H.281 §4.2: presets that can be stored (none), then a source with what it shows and how it moves. Remote controls
 * hide the arrows for a far end that has no main camera (1) with motion video (4) that pans and tilts.
 */
export const ourExtraCapabilities: readonly number[] = [
  ...[extraCapabilities, message, cameraControlWithExtras],
  ...[0x00, (1 << 4) | 0x04, 0x80 | 0x40],
];
