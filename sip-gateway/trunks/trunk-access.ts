import type { SipRequest } from '../sip/message/message.js';
import type { Flow } from '../sip/transport/transport.js';
import type { AccessControl } from '../sip/user-agent/user-agent.js';
import type { Trunks } from './trunks.js';

/** Calls of a trunk need no account, where the trunk may call that number. Everybody else is asked as before. */
export function withTrunks(access: AccessControl, trunks: Trunks): AccessControl {
  const isTrunkCall = (request: SipRequest, flow: Flow): boolean =>
    request.method === 'INVITE' && trunks.accept(flow.remote.address, request) !== undefined;
  return {
    challenge: (request, flow) => (isTrunkCall(request, flow) ? undefined : access.challenge(request, flow)),
    judge: (request, flow) =>
      isTrunkCall(request, flow) ? { account: undefined } : access.judge(request, flow),
    register: transaction => access.register(transaction),
  };
}
