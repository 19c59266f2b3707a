import { messageOf, ResourceError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { answerWithinMs, withSignal } from './answering.js';
import type { CallHandler, DialOptions } from './call-handler.js';
import type { CallTable } from './call-table.js';
import type { Call } from './call/call.js';
import type { SavedCall } from './call/saved-call.js';
import type { SipCall } from './call/sip-call.js';
import type { SipGatewayConfig } from './gateway.js';
import type { Registrar } from './registrar/registrar.js';
import { Dialog } from './sip/dialog/dialog.js';
import { InviteUsage } from './sip/dialog/invite-usage.js';
import { parseSipUri, type SipUri } from './sip/message/uri.js';
import { nextHopOf } from './sip/transport/next-hop.js';
import type { TransportLayer } from './sip/transport/transport-layer.js';
import type { OutgoingInviteOptions } from './sip/user-agent/outgoing-invite.js';
import type { UserAgent } from './sip/user-agent/user-agent.js';
import { isEncrypted, targetOf } from './target.js';
import { isTrunkHost, type Trunks } from './trunks/trunks.js';

/** Calls to rooms, and calls of before a restart that go on. */
export class OutgoingCalls {
  constructor(
    private readonly options: {
      config: SipGatewayConfig;
      log: Log;
      handler: CallHandler;
      transport: TransportLayer;
      userAgent: UserAgent;
      registrar: Registrar | undefined;
      calls: CallTable;
      trunks: Trunks;
      isClosing: () => boolean;
    },
  ) {}

  /**
   * Calls `target` (`sip:room@host`, `room@host;transport=tcp`); `handler.localMedia` is asked as for a call that comes
   * in, and `handler.established` told when they answer. Rejects when there is no media for the call. ACCOUNT@REALM
   * rings all devices of an account; the call ends with 480 when none is registered. `trunkAddress` leads over a trunk.
   */
  async dial(
    target: string,
    from: { displayName: string; user: string },
    {
      ringMs = 60_000,
      name = '',
      referral,
      localMedia = this.options.handler.localMedia.bind(this.options.handler),
    }: DialOptions = {},
  ): Promise<Call> {
    const written = /^[a-z]+:/i.test(target) ? target : `sip:${target}`;
    const uri = parseSipUri(written);
    const over = uri && this.options.trunks.find(uri);
    const trunkWays = over && (await over.trunk.ways(over.number, from.displayName));
    const ways = trunkWays ?? (uri && this.options.registrar?.waysToAddress(uri));
    const call = this.options.calls.create({
      direction: 'outgoing',
      target: uri ? targetOf(uri) : { user: '', host: '', parameters: {} },
      remote: {
        ...{ uri: written, displayName: name, userAgent: '', address: uri?.host ?? '' },
        encrypted: ways
          ? ways.every(({ flow }) => isEncrypted(flow?.protocol))
          : uri !== undefined && isEncrypted(nextHopOf(uri)?.protocol),
      },
      localAddress: ways?.[0]?.flow
        ? this.options.transport.localAddress(ways[0].flow)
        : await this.#localAddressToward(ways ? parseSipUri(ways[0]?.uri ?? '') : uri),
    });
    const offer = await this.#offerOf(call, localMedia);
    const options: OutgoingInviteOptions = {
      ...{ target: written, from, offer, handler: call, ringMs, referral },
      ringing: () => call.machine.ringing(),
      answered: usage => call.answered(usage),
      failed: (status, text) => {
        const cause = status === 408 ? 'no-answer' : status === 487 ? 'cancelled' : 'refused';
        call.machine.end({
          by: status === 487 ? 'local' : 'remote',
          cause,
          text: `${status} ${text}`,
          status,
        });
      },
    };
    const refuse = (status: number, text: string): Call => {
      call.machine.end({ by: 'remote', cause: 'refused', text: `${status} ${text}`, status });
      return call.machine;
    };
    if (over && trunkWays) {
      const { name, maxCalls } = over.trunk.config;
      if (!over.trunk.hasRoom) return refuse(486, `all ${maxCalls} lines of ${name} are in use`);
      if (trunkWays.length === 0) return refuse(503, `no address of ${name} is known`);
    } else if (uri && isTrunkHost(uri.host)) {
      return refuse(404, 'no trunk leads there');
    } else if (ways?.length === 0) {
      return refuse(480, 'not registered');
    }
    const invite =
      over && trunkWays
        ? over.trunk.call(options, trunkWays)
        : ways
          ? this.options.userAgent.callAll(options, ways)
          : this.options.userAgent.call(options);
    if (over) {
      over.trunk.add(call.machine);
      this.options.log.info(
        { call: call.machine.id, trunk: over.trunk.config.name },
        'SIP call over a trunk',
      );
    }
    this.options.calls.add(call, invite.callId);
    call.outgoing(invite);
    return call.machine;
  }

  async #offerOf(call: SipCall, localMedia: CallHandler['localMedia']): Promise<string> {
    try {
      const local = await localMedia(call.machine, AbortSignal.timeout(answerWithinMs));
      if (this.options.isClosing()) throw new ResourceError('sip-closing', 'The server is closing.');
      return call.offer(local);
    } catch (cause) {
      // What was bound until then is released.
      call.machine.end({ by: 'local', cause: 'no-media', text: messageOf(cause) });
      throw cause;
    }
  }

  /** What a peer that we are about to call can send media to. */
  async #localAddressToward(uri: SipUri | undefined): Promise<string> {
    const { announcedAddress, address } = this.options.config;
    const hop = uri && nextHopOf(uri);
    if (announcedAddress !== undefined || !hop) return announcedAddress ?? address;
    try {
      const flow = this.options.transport.flowTo(
        hop.protocol,
        await this.options.userAgent.resolve(hop),
        hop.host,
      );
      return flow ? this.options.transport.localAddress(flow) : address;
    } catch {
      return address; // the host is unknown: the call will say so
    }
  }

  /**
   * The room still believes in its call: asks `handler.localMedia` for our side, and offers it. Established like any
   * other when the room takes it, ended when it does not.
   */
  resume(saved: SavedCall): Call {
    const call = this.options.calls.create({ ...saved, saved });
    this.options.calls.add(call, saved.dialog.callId);
    this.#resume(call, saved).catch((error: unknown) => {
      this.options.log.warn({ call: saved.id, reason: messageOf(error) }, 'a call could not be resumed');
      call.machine.hangup('the call could not be resumed after a restart');
    });
    return call.machine;
  }

  async #resume(call: SipCall, saved: SavedCall): Promise<void> {
    const dialog = Dialog.restored(saved.dialog);
    const flow = dialog && (await this.options.userAgent.flowOf(dialog, saved.flow));
    if (!flow) throw new ResourceError('sip-no-way', 'there is no way to the peer any more');
    call.found(InviteUsage.resumed(this.options.userAgent, dialog, flow, call), saved);
    const signal = AbortSignal.timeout(answerWithinMs);
    const local = await withSignal(this.options.handler.localMedia(call.machine, signal), signal);
    await call.resume(local, saved);
  }
}
