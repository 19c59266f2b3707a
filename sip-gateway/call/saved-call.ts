import type { SdpState } from '../sdp/types.js';
import type { DialogState } from '../sip/dialog/dialog.js';
import type { Protocol, SocketAddress } from '../sip/transport/transport.js';
import type { Caller, CallTarget } from './call.js';

/** What of a call outlives a restart of ours, so that the room stays connected. Plain JSON. */
export interface SavedCall {
  id: string;
  direction: 'incoming' | 'outgoing';
  target: CallTarget;
  remote: Caller;
  localAddress: string;
  /** Where the peer's requests come from. */
  flow: { protocol: Protocol; remote: SocketAddress };
  dialog: DialogState;
  sdp: SdpState;
  /** o= and CNAME stay, or the peer sees another sender. */
  sessionId: string;
  cname: string;
  /** Our keys are made from it: some peers take no others within a call. Keep it as secret as what is said in it. */
  secret?: string;
}
