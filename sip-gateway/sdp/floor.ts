import type { MediaDescription } from 'sdp-transform';
import type { RemoteLine } from './description.js';
import type { LocalMedia, NegotiatedFloor, SdpLine } from './types.js';
import type { FloorLine } from './write.js';

/** The BFCP attributes of an m= line (RFC 8856 §5). */
export interface RemoteFloor {
  control: 'c-only' | 's-only' | 'c-s';
  conferenceId?: number;
  userId?: number;
  /** Floors with the labels (RFC 4574) of the streams that they govern. */
  floors: { floorId: number; labels: string[] }[];
  setup?: 'active' | 'passive' | 'actpass';
}

/** Our one floor governs the content stream, which has this label. */
export const contentLabel = '3';
export const contentFloorId = 1;

const bfcp = /^(UDP|TCP)\/BFCP$/i;
/** RFC 8856 §4: 9, the discard port, stands where we connect. */
const discardPort = 9;

/** Undefined: the line is not for floor control. Values are checked, not trusted. */
export function remoteFloor(protocol: string, media: MediaDescription): RemoteFloor | undefined {
  if (!bfcp.test(protocol)) return undefined;
  const of = media as unknown as Record<string, unknown>;
  const control = of['bfcpFloorCtrl'];
  const setup = String(media.setup ?? '');
  const conferenceId = integer(of['bfcpConfId'], 0xffffffff);
  const userId = integer(of['bfcpUserId'], 0xffff);
  return {
    // RFC 8856 §5.1: who says nothing is a client.
    control: control === 's-only' || control === 'c-s' ? control : 'c-only',
    ...(conferenceId !== undefined && { conferenceId }),
    ...(userId !== undefined && { userId }),
    floors: floorsOf(of['bfcpFloorId'], of['invalid']),
    ...((setup === 'active' || setup === 'passive' || setup === 'actpass') && { setup }),
  };
}

function floorsOf(floor: unknown, others: unknown): RemoteFloor['floors'] {
  const { id, mStream } = (floor ?? {}) as { id?: unknown; mStream?: unknown };
  // Some name the floor and no stream.
  const bare = (Array.isArray(others) ? (others as { value?: unknown }[]) : []).flatMap(
    ({ value }) => /^floorid:(\d+)\s*$/.exec(String(value))?.[1] ?? [],
  );
  return [id, ...bare].flatMap(text => {
    const floorId = integer(text, 0xffff);
    const labels = text === id ? String(mStream).trim().split(/\s+/) : [];
    return floorId === undefined ? [] : [{ floorId, labels }];
  });
}

function integer(value: unknown, max: number): number | undefined {
  const text = String(value);
  return /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

/** Labels of the streams that the peer governs by floors: they are content, whatever else they say. */
export function contentLabels(lines: RemoteLine[]): Set<string> {
  return new Set(lines.flatMap(({ floor }) => floor?.floors.flatMap(({ labels }) => labels) ?? []));
}

/** What the peer's line comes to, whether it offers or answers; undefined when it cannot be used. */
export function agreeFloor(
  line: RemoteLine,
  local: LocalMedia,
  offered?: SdpLine,
): NegotiatedFloor | undefined {
  const ours = local.content?.floor;
  if (!ours || !line.floor || line.port === 0) return undefined;
  const transport = /^TCP/i.test(line.protocol) ? 'TCP' : 'UDP';
  const { control, conferenceId, userId, floors } = line.floor;
  // Where both can be either, we are the server: who presents is decided here for all rooms.
  const role = control === 's-only' ? 'client' : 'server';
  const common = {
    transport,
    setup: setupOf(line.floor, offered),
    local: { address: local.bindAddress, port: ours.port },
    remote: { address: line.address, port: line.port },
  } as const;
  if (role === 'server') {
    const { conferenceId, userId } = ours;
    return { role, ...common, conferenceId, userId, floorId: contentFloorId };
  }
  const floorId = floors[0]?.floorId;
  if (conferenceId === undefined || userId === undefined || floorId === undefined) return undefined;
  return { role, ...common, conferenceId, userId, floorId };
}

/** RFC 4145 §4: absent is active for who offers and passive for who answers. */
function setupOf({ setup }: RemoteFloor, offered: SdpLine | undefined): 'active' | 'passive' {
  if (setup !== undefined) return setup === 'passive' ? 'active' : 'passive';
  return offered ? 'active' : 'passive';
}

/** Our line: of an answer or, without `agreed`, of an offer. */
export function writtenFloor(
  protocol: string,
  local: LocalMedia,
  agreed?: NegotiatedFloor,
  version: 'new' | 'existing' = 'new',
): FloorLine {
  const { port, conferenceId, userId } = local.content!.floor!;
  const isTcp = /^TCP/i.test(protocol);
  const isServer = agreed?.role !== 'client';
  return {
    floor: true,
    port: isTcp && agreed?.setup === 'active' ? discardPort : port,
    protocol,
    attributes: [
      `floorctrl:${agreed ? (isServer ? 's-only' : 'c-only') : 'c-s'}`,
      ...(isServer
        ? [`confid:${conferenceId}`, `userid:${userId}`, `floorid:${contentFloorId} mstrm:${contentLabel}`]
        : []),
      ...(isTcp ? [`setup:${agreed?.setup ?? 'actpass'}`, `connection:${version}`] : []),
      `bfcpver:${isTcp ? 1 : 2}`,
    ],
  };
}
