import { isIP } from 'node:net';
import type { SipRequest, SipResponse } from '../message/message.js';
import { parseSipUri } from '../message/uri.js';
import { nextHopOf } from '../transport/next-hop.js';
import type { Flow } from '../transport/transport.js';
import type { Core } from '../user-agent/core.js';
import type { Dialog } from './dialog.js';

/** The final response to a request of ours; 408 when none came, 503 when it could not be sent (RFC 3261 §8.1.3.1). */
export interface Outcome {
  status: number;
  response?: SipResponse;
}

/** Sends our requests within a dialog: chooses the flow, resolves with the outcome, acknowledges 2xx. */
export class DialogClient {
  #flow: Flow;
  #releaseFlow: () => void;
  #lastAck: SipRequest | undefined;

  constructor(
    private readonly core: Core,
    readonly dialog: Dialog,
    flow: Flow,
  ) {
    this.#flow = flow;
    this.#releaseFlow = flow.hold();
  }

  get flow(): Flow {
    return this.#flow;
  }

  /** The peer's last request came this way. */
  moveTo(flow: Flow): void {
    if (flow === this.#flow) return;
    this.#releaseFlow();
    this.#flow = flow;
    this.#releaseFlow = flow.hold();
  }

  /** The dialog is over: its connection may be closed when it is idle. */
  release(): void {
    this.#releaseFlow();
  }

  async request(request: SipRequest): Promise<Outcome> {
    const flow = await this.#requestFlow();
    if (!flow) return { status: 503 };
    request.headers.set('user-agent', this.core.product);
    return new Promise(resolve => {
      this.core.transactions.request(request, flow, {
        response: response => {
          if (response.status >= 200) resolve({ status: response.status, response });
        },
        failed: status => resolve({ status }),
      });
    });
  }

  /** Requests that may move us carry our Contact: INVITE, UPDATE. */
  async requestWithContact(request: SipRequest): Promise<Outcome> {
    const flow = await this.#requestFlow();
    if (!flow) return { status: 503 };
    request.headers.set('user-agent', this.core.product).set('contact', this.core.transport.contact(flow));
    return new Promise(resolve => {
      const user = {
        response: (response: SipResponse) => {
          if (response.status < 200) return;
          if (request.method === 'INVITE' && response.status < 300) this.acknowledge(response);
          resolve({ status: response.status, response });
        },
        failed: (status: 408 | 503) => resolve({ status }),
      };
      if (request.method === 'INVITE') this.core.transactions.invite(request, flow, user);
      else this.core.transactions.request(request, flow, user);
    });
  }

  /** §13.2.2.4: each 2xx is acknowledged, when it comes again too, with the same ACK. */
  acknowledge(response: SipResponse): void {
    const { sequence } = response.cseq;
    if (this.#lastAck?.cseq.sequence !== sequence) {
      this.dialog.refreshTarget(response);
      this.#lastAck = this.dialog.createRequest('ACK', sequence);
    }
    const ack = this.#lastAck;
    void this.#requestFlow().then(flow => {
      if (flow) this.core.transactions.sendAck(ack, flow);
    });
  }

  /**
   * The way of the next request. An open connection serves both directions (a room behind NAT cannot be
   * connected to). Over UDP it is the route set or the Contact, unless that is an address other than the one
   * that the peer's requests come from: then the Contact is of the other side of a NAT.
   */
  async #requestFlow(): Promise<Flow | undefined> {
    const flow = this.#flow;
    if (flow.reliable && !flow.closed) return flow;
    const uri = parseSipUri(this.dialog.nextHopUri);
    const hop = uri && nextHopOf(uri);
    if (!hop) return flow.closed ? undefined : flow;
    const direct = this.dialog.routeSet.length === 0;
    if (!flow.reliable && direct && isIP(hop.host) !== 0 && hop.host !== flow.remote.address) return flow;
    try {
      return this.core.transport.flowTo(hop.protocol, await this.core.resolve(hop), hop.host);
    } catch {
      this.core.counters.count('resolve-failures');
      return undefined;
    }
  }
}
