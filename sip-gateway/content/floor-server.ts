import {
  attributeTypes as types,
  errorCodes,
  find,
  numbersOf,
  primitives,
  requestStatus,
  type BfcpAttribute,
  type BfcpMessage,
} from './bfcp.js';
import { BfcpSession, errorContent, type BfcpSessionOptions, type Content } from './bfcp-session.js';
import type { ParsedBfcp } from './reassembly.js';
import type { FloorHolder, FloorOwner, RoomFloor } from './room-floor.js';

/** To a room, everybody else in the conference is this one participant. */
const othersUserId = 1;

export interface FloorServerOptions extends Omit<
  BfcpSessionOptions,
  'role' | 'received' | 'lost' | 'version'
> {
  floorId: number;
  owner: FloorOwner;
}

interface Request {
  id: number;
  status: number;
}

/**
 * Floor control server of one call (RFC 8855 §13): its conference has two participants, the room and all others.
 * Who presents is decided elsewhere and told by `setHolder`.
 */
export class FloorServer implements RoomFloor {
  /** The room is told by FloorStatus; it need not agree. */
  readonly open = true;
  readonly #session: BfcpSession;
  #request: Request | undefined;
  #holder: FloorHolder = null;
  #nextRequestId = 1;
  #othersRequestId = 0;
  /** It has asked for FloorStatus, and hears of each change (§13.5). */
  #subscribed = false;

  constructor(private readonly options: FloorServerOptions) {
    this.#session = new BfcpSession({
      ...options,
      role: 'server',
      version: options.reliable ? 1 : 2,
      received: message => this.#received(message),
      // It may have been restarted: what it held is free, and it will ask anew.
      lost: () => this.#drop(),
    });
  }

  receive(parsed: ParsedBfcp): void {
    this.#session.receive(parsed);
  }

  setHolder(holder: FloorHolder): void {
    if (holder === this.#holder) return;
    this.#holder = holder;
    if (holder === 'others') this.#othersRequestId = this.#takeRequestId();
    const request = this.#request;
    if (holder === 'room' && request?.status === requestStatus.pending) {
      request.status = requestStatus.granted;
      this.#tellRequest(request);
    } else if (holder !== 'room' && request?.status === requestStatus.granted) {
      request.status = requestStatus.revoked;
      this.#request = undefined;
      this.#tellRequest(request);
    }
    this.#tellFloor();
  }

  close(): void {
    this.#session.close();
  }

  // ---- what the room asks ----

  #received(message: BfcpMessage): Content | undefined {
    const { conferenceId, userId } = this.options;
    if (message.conferenceId !== conferenceId) return errorContent(errorCodes.unknownConference);
    if (message.userId !== userId) return errorContent(errorCodes.unknownUser);
    const unknown = message.attributes.filter(({ type, mandatory }) => mandatory && type > lastType);
    if (unknown.length > 0) {
      const details = unknown.map(({ type }) => type << 1);
      return errorContent(errorCodes.unknownMandatoryAttribute, details);
    }
    const answer = this.#answers[message.primitive];
    return answer ? answer(message.attributes) : errorContent(errorCodes.unknownPrimitive);
  }

  readonly #answers: Record<number, (attributes: BfcpAttribute[]) => Content | undefined> = {
    [primitives.Hello]: () => helloAck,
    [primitives.FloorRequest]: attributes => this.#floorRequest(attributes),
    [primitives.FloorRelease]: attributes => {
      const request = this.#requestOf(attributes);
      if (!request) return errorContent(errorCodes.unknownFloorRequest);
      const { granted, released, cancelled } = requestStatus;
      request.status = request.status === granted ? released : cancelled;
      this.#drop();
      return this.#statusOf(request);
    },
    [primitives.FloorRequestQuery]: attributes => {
      const request = this.#requestOf(attributes);
      return request ? this.#statusOf(request) : errorContent(errorCodes.unknownFloorRequest);
    },
    [primitives.UserQuery]: () => ({
      primitive: primitives.UserStatus,
      attributes: this.#request ? [this.#information(this.#request, this.options.userId)] : [],
    }),
    [primitives.FloorQuery]: attributes => {
      const floors = numbersOf(attributes, types.floorId);
      if (floors.some(floor => floor !== this.options.floorId)) return errorContent(errorCodes.invalidFloor);
      // Without a floor it ends the subscription (§12.1.1).
      this.#subscribed = floors.length > 0;
      return this.#subscribed ? this.#floorStatus() : { primitive: primitives.FloorStatus, attributes: [] };
    },
    [primitives.ChairAction]: () => errorContent(errorCodes.unauthorized),
    [primitives.Goodbye]: () => {
      this.#subscribed = false;
      this.#drop();
      return { primitive: primitives.GoodbyeAck, attributes: [] };
    },
    // Of a notification that has been repeated and answered already.
    [primitives.FloorRequestStatusAck]: () => undefined,
    [primitives.FloorStatusAck]: () => undefined,
    [primitives.Error]: () => undefined,
  };

  #floorRequest(attributes: BfcpAttribute[]): Content {
    const floors = numbersOf(attributes, types.floorId);
    if (floors.length !== 1 || floors[0] !== this.options.floorId)
      return errorContent(errorCodes.invalidFloor);
    // Who asks while it holds the floor has forgotten that it does: its new request takes the old one's place.
    const status = this.#holder === 'room' ? requestStatus.granted : requestStatus.pending;
    const request: Request = { id: this.#takeRequestId(), status };
    this.#request = request;
    const answer = this.#statusOf(request);
    // Decided after the answer has left, so that the room knows the number of what is then granted.
    queueMicrotask(() => this.#request === request && this.options.owner.wants(true));
    return answer;
  }

  #requestOf(attributes: BfcpAttribute[]): Request | undefined {
    const id = find(attributes, types.floorRequestId)?.number;
    return this.#request?.id === id ? this.#request : undefined;
  }

  #drop(): void {
    if (!this.#request) return;
    this.#request = undefined;
    this.options.owner.wants(false);
  }

  // ---- what the room is told ----

  #tellRequest(request: Request): void {
    const { primitive, attributes } = this.#statusOf(request);
    this.#session.send(primitive, attributes);
  }

  #tellFloor(): void {
    if (!this.#subscribed) return;
    const { primitive, attributes } = this.#floorStatus();
    this.#session.send(primitive, attributes);
  }

  #statusOf(request: Request): Content {
    const attributes = [this.#information(request, this.options.userId)];
    return { primitive: primitives.FloorRequestStatus, attributes };
  }

  #floorStatus(): Content {
    const { granted } = requestStatus;
    const others = { id: this.#othersRequestId, status: granted };
    const information =
      this.#holder === 'others'
        ? [this.#information(others, othersUserId)]
        : this.#request
          ? [this.#information(this.#request, this.options.userId)]
          : [];
    const floor = { type: types.floorId, mandatory: true, number: this.options.floorId };
    return { primitive: primitives.FloorStatus, attributes: [floor, ...information] };
  }

  /** §5.2.15 */
  #information({ id, status }: Request, beneficiary: number): BfcpAttribute {
    const group = (type: number, number: number, attributes: BfcpAttribute[]): BfcpAttribute => ({
      type,
      mandatory: true,
      number,
      attributes,
    });
    // The second byte is the place in a queue: there is none.
    const state = { type: types.requestStatus, mandatory: true, data: Buffer.from([status, 0]) };
    return group(types.floorRequestInformation, id, [
      group(types.overallRequestStatus, id, [state]),
      group(types.floorRequestStatus, this.options.floorId, [state]),
      group(types.beneficiaryInformation, beneficiary, []),
    ]);
  }

  #takeRequestId(): number {
    const id = this.#nextRequestId;
    this.#nextRequestId = (id % 0xffff) + 1;
    return id;
  }
}

const lastType = types.overallRequestStatus;

/** §13.7: what is understood here. */
const helloAck: Content = {
  primitive: primitives.HelloAck,
  attributes: [
    { type: types.supportedPrimitives, mandatory: true, data: Buffer.from(Object.values(primitives)) },
    {
      type: types.supportedAttributes,
      mandatory: true,
      data: Buffer.from(Object.values(types).map(type => type << 1)),
    },
  ],
};
