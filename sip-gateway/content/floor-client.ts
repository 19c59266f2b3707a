import {
  attributeTypes as types,
  find,
  primitives,
  requestStatus,
  type BfcpAttribute,
  type BfcpMessage,
} from './bfcp.js';
import { BfcpSession, type BfcpSessionOptions, type Content } from './bfcp-session.js';
import type { ParsedBfcp } from './reassembly.js';
import type { FloorHolder, FloorOwner, RoomFloor } from './room-floor.js';

export interface FloorClientOptions extends Omit<
  BfcpSessionOptions,
  'role' | 'received' | 'lost' | 'version'
> {
  floorId: number;
  owner: FloorOwner;
}

/**
 * Floor participant towards a peer that controls the floor itself (RFC 8855 §10): asks for it before others'
 * content is sent there, and learns from FloorStatus that the peer presents.
 */
export class FloorClient implements RoomFloor {
  readonly #session: BfcpSession;
  #started = false;
  #holder: FloorHolder = null;
  /** Ours, from the answer to our FloorRequest. */
  #requestId: number | undefined;
  #granted = false;
  #peerPresents = false;

  constructor(private readonly options: FloorClientOptions) {
    this.#session = new BfcpSession({
      ...options,
      role: 'client',
      version: options.reliable ? 1 : 2,
      received: message => this.#received(message),
      lost: () => this.#lost(),
    });
  }

  get open(): boolean {
    return this.#granted;
  }

  /** To be called when messages can be sent, and again after each new connection. */
  start(): void {
    this.#started = true;
    this.#session.send(primitives.Hello);
    this.#session.send(primitives.FloorQuery, [this.#floor], message => this.#received(message));
    if (this.#holder === 'others') this.#ask();
  }

  receive(parsed: ParsedBfcp): void {
    this.#session.receive(parsed);
  }

  setHolder(holder: FloorHolder): void {
    if (holder === this.#holder) return;
    const before = this.#holder;
    this.#holder = holder;
    if (!this.#started) return;
    if (holder === 'others') this.#ask();
    else if (before === 'others') this.#release();
  }

  close(): void {
    this.#session.close();
  }

  get #floor(): BfcpAttribute {
    return { type: types.floorId, mandatory: true, number: this.options.floorId };
  }

  #received({ primitive, attributes }: BfcpMessage): Content | undefined {
    switch (primitive) {
      case primitives.FloorRequestStatus:
        this.#requestStatus(attributes);
        return this.#acknowledge(primitives.FloorRequestStatusAck);
      case primitives.FloorStatus:
        this.#floorStatus(attributes);
        return this.#acknowledge(primitives.FloorStatusAck);
      case primitives.Goodbye:
        this.#lost();
        return this.#acknowledge(primitives.GoodbyeAck);
      default:
        return undefined;
    }
  }

  /** Over TCP nothing is (§8.3). */
  #acknowledge(primitive: number): Content | undefined {
    return this.options.reliable ? undefined : { primitive, attributes: [] };
  }

  #requestStatus(attributes: BfcpAttribute[]): void {
    const information = find(attributes, types.floorRequestInformation);
    const status = statusOf(information);
    if (!information || status === undefined || this.#holder !== 'others') return;
    this.#requestId = information.number;
    if (status >= requestStatus.denied) this.#requestId = undefined;
    this.#setGranted(status === requestStatus.granted);
  }

  #floorStatus(attributes: BfcpAttribute[]): void {
    const holder = attributes
      .filter(({ type }) => type === types.floorRequestInformation)
      .find(information => statusOf(information) === requestStatus.granted);
    const beneficiary = holder && find(holder.attributes ?? [], types.beneficiaryInformation)?.number;
    const isPeer =
      holder !== undefined && beneficiary !== this.options.userId && holder.number !== this.#requestId;
    if (isPeer === this.#peerPresents) return;
    this.#peerPresents = isPeer;
    this.options.owner.wants(isPeer);
  }

  #ask(): void {
    this.#session.send(primitives.FloorRequest, [this.#floor], message => this.#received(message));
  }

  #release(): void {
    if (this.#requestId !== undefined) {
      const number = this.#requestId;
      this.#session.send(primitives.FloorRelease, [{ type: types.floorRequestId, mandatory: true, number }]);
    }
    this.#requestId = undefined;
    this.#setGranted(false);
  }

  #setGranted(granted: boolean): void {
    if (granted === this.#granted) return;
    this.#granted = granted;
    this.options.owner.opened();
  }

  #lost(): void {
    this.#requestId = undefined;
    this.#setGranted(false);
    if (!this.#peerPresents) return;
    this.#peerPresents = false;
    this.options.owner.wants(false);
  }
}

function statusOf(information: BfcpAttribute | undefined): number | undefined {
  const nested = information?.attributes ?? [];
  const state =
    find(nested, types.overallRequestStatus, types.requestStatus) ??
    find(nested, types.floorRequestStatus, types.requestStatus);
  return state?.data?.[0];
}
