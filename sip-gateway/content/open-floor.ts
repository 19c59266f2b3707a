import type { NegotiatedFloor } from '../sdp/types.js';
import type { Clock } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';
import { FloorClient } from './floor-client.js';
import { TcpFloorLink, UdpFloorLink, type FloorLink } from './floor-link.js';
import { FloorServer } from './floor-server.js';
import type { ParsedBfcp } from './reassembly.js';
import type { FloorHolder, FloorOwner, RoomFloor } from './room-floor.js';

/** Floor control as a call has agreed on it: the connection and our side of the protocol. */
export function openFloor(
  agreed: NegotiatedFloor,
  services: { clock: Clock; counters: Counters },
  owner: FloorOwner,
): RoomFloor {
  const { role, transport, setup, local, remote, conferenceId, userId, floorId } = agreed;
  const options = {
    ...services,
    conferenceId,
    userId,
    floorId,
    owner,
    reliable: transport === 'TCP',
    send: (message: Parameters<FloorLink['send']>[0]) => link.send(message),
  };
  const side = role === 'server' ? new FloorServer(options) : new FloorClient(options);
  const linkOptions = {
    local,
    remote,
    conferenceId,
    counters: services.counters,
    received: (parsed: ParsedBfcp) => side.receive(parsed),
    connected: () => {
      if (side instanceof FloorClient) side.start();
    },
  };
  const link: FloorLink =
    transport === 'UDP' ? new UdpFloorLink(linkOptions) : new TcpFloorLink(linkOptions, setup);
  return {
    get open() {
      return side.open;
    },
    setHolder: (holder: FloorHolder) => side.setHolder(holder),
    close: () => {
      side.close();
      link.close();
    },
  };
}
