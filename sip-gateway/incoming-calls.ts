import type { Log } from '../base/log.js';
import { answerWithinMs, withSignal } from './answering.js';
import type { CallHandler } from './call-handler.js';
import type { CallTable } from './call-table.js';
import type { Caller } from './call/call.js';
import { refusalHeaders } from './call/refusal.js';
import type { SipCall } from './call/sip-call.js';
import type { SipGatewayConfig } from './gateway.js';
import type { Counters } from './sip/counters.js';
import { parseReplaces } from './sip/message/referral.js';
import { parseSipUri } from './sip/message/uri.js';
import type { BanList } from './sip/transport/ban-list.js';
import type { TransportLayer } from './sip/transport/transport-layer.js';
import type { IncomingInvite } from './sip/user-agent/incoming-invite.js';
import { isEncrypted, targetOf } from './target.js';
import type { Trunks } from './trunks/trunks.js';

/** Characters of what peers call themselves. */
const maxNameLength = 100;

interface Refused {
  status: number;
  reason: string;
}

const notReplaceable = { accept: false, status: 403, reason: 'this call cannot be replaced' } as const;

/** Rooms that call: the handler says where to, and gives our side of the media. */
export class IncomingCalls {
  constructor(
    private readonly options: {
      config: SipGatewayConfig;
      log: Log;
      handler: CallHandler;
      counters: Counters;
      transport: TransportLayer;
      bans: BanList;
      calls: CallTable;
      trunks: Trunks;
      isClosing: () => boolean;
    },
  ) {}

  async invited(invite: IncomingInvite): Promise<void> {
    const { config, handler, log } = this.options;
    const { request, flow } = invite;
    const uri = parseSipUri(request.uri)!;
    const remote: Caller = {
      uri: request.from.uri,
      displayName: request.from.displayName.slice(0, maxNameLength),
      userAgent: (request.headers.get('user-agent') ?? '').slice(0, maxNameLength),
      address: flow.remote.address,
      encrypted: isEncrypted(flow.protocol),
      ...(invite.account !== undefined && { account: invite.account }),
    };
    const dialled =
      invite.account === undefined ? this.options.trunks.accept(remote.address, request) : undefined;
    const target = { ...targetOf(uri), ...(dialled && { user: dialled.number }) };
    if (this.options.isClosing()) return this.#refuse(invite, 503, 'shutting down');
    if (this.options.calls.size >= config.maxCalls) {
      log.warn({ remote: remote.address, maxCalls: config.maxCalls }, 'SIP call refused: full');
      return this.#refuse(invite, 486, `all ${config.maxCalls} lines are in use`);
    }
    if (dialled && !dialled.trunk.hasRoom) {
      const { name, maxCalls } = dialled.trunk.config;
      log.warn({ trunk: name, maxCalls }, 'SIP call refused: the trunk is full');
      return this.#refuse(invite, 486, `all ${maxCalls} lines of the trunk are in use`);
    }
    const localAddress = this.options.transport.localAddress(flow);
    const call = this.options.calls.create({ direction: 'incoming', target, remote, localAddress });
    const replaced = this.#replacedBy(invite);
    if (replaced && 'status' in replaced) return this.#refuse(invite, replaced.status, replaced.reason);
    this.options.calls.add(call, request.callId);
    if (dialled) {
      dialled.trunk.add(call.machine);
      this.options.counters.count('trunk.calls-in');
      log.info({ call: call.machine.id, trunk: dialled.trunk.config.name }, 'SIP call comes over a trunk');
    }
    call.incoming(invite);
    let signal = answerWithin(invite.cancelled);
    try {
      const route = replaced
        ? (handler.replace?.(replaced.machine, call.machine) ?? notReplaceable)
        : await withSignal(handler.route(target, remote, signal), signal);
      if (!route.accept) {
        // Behind a trunk are many people; one who dials wrongly must not silence all.
        if (!dialled && (route.status === 404 || route.status === 403))
          this.options.bans.fault(remote.address, 'number');
        return this.#drop(call, invite, route.status, route.reason);
      }
      if (invite.answered) return;
      if (route.ring) {
        invite.ring();
        const answer = await route.ring(call.machine, invite.cancelled);
        if (invite.answered) return;
        if (!answer.accept) return this.#drop(call, invite, answer.status, answer.reason);
        signal = answerWithin(invite.cancelled);
      }
      const local = await withSignal(handler.localMedia(call.machine, signal), signal);
      if (invite.answered) return;
      const refusal = call.accept(invite, local);
      if (refusal) this.#drop(call, invite, refusal.status, 'no common media', refusal.warning);
    } catch (error) {
      if (invite.answered) return;
      log.error({ err: error, call: call.machine.id }, 'a SIP call could not be answered');
      this.#drop(call, invite, signal.aborted ? 480 : 503, 'cannot be answered now');
    }
  }

  /** RFC 3891 §3. Undefined: an ordinary call. */
  #replacedBy({ request: { headers } }: IncomingInvite): SipCall | Refused | undefined {
    const [value, ...more] = headers.all('replaces');
    if (value === undefined) return undefined;
    const dialog = more.length === 0 ? parseReplaces(value) : undefined;
    if (!dialog) return { status: 400, reason: 'Replaces cannot be read' };
    const call = this.options.calls.find(dialog);
    if (!call) return { status: 481, reason: 'no such call to replace' };
    if (dialog.earlyOnly) return { status: 486, reason: 'the call to replace is answered' };
    return call;
  }

  #drop(call: SipCall, invite: IncomingInvite, status: number, reason: string, warning?: string): void {
    this.#refuse(invite, status, reason, warning);
    call.machine.end({ by: 'local', cause: 'refused', text: `${status} ${reason}` });
  }

  #refuse(invite: IncomingInvite, status: number, reason: string, warning?: string): void {
    this.options.counters.count(`refused.${status}`);
    invite.refuse(status, refusalHeaders(status, reason, warning));
  }
}

function answerWithin(cancelled: AbortSignal): AbortSignal {
  return AbortSignal.any([cancelled, AbortSignal.timeout(answerWithinMs)]);
}
