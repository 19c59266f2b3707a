/** RFC 8855 §5.1; the numbers are those of its tables. */
export const primitives = {
  FloorRequest: 1,
  FloorRelease: 2,
  FloorRequestQuery: 3,
  FloorRequestStatus: 4,
  UserQuery: 5,
  UserStatus: 6,
  FloorQuery: 7,
  FloorStatus: 8,
  ChairAction: 9,
  ChairActionAck: 10,
  Hello: 11,
  HelloAck: 12,
  Error: 13,
  FloorRequestStatusAck: 14,
  FloorStatusAck: 15,
  Goodbye: 16,
  GoodbyeAck: 17,
} as const;

/** §5.2 */
export const attributeTypes = {
  beneficiaryId: 1,
  floorId: 2,
  floorRequestId: 3,
  priority: 4,
  requestStatus: 5,
  errorCode: 6,
  errorInfo: 7,
  participantProvidedInfo: 8,
  statusInfo: 9,
  supportedAttributes: 10,
  supportedPrimitives: 11,
  userDisplayName: 12,
  userUri: 13,
  beneficiaryInformation: 14,
  floorRequestInformation: 15,
  requestedByInformation: 16,
  floorRequestStatus: 17,
  overallRequestStatus: 18,
} as const;

/** §5.2.5 */
export const requestStatus = {
  pending: 1,
  accepted: 2,
  granted: 3,
  denied: 4,
  cancelled: 5,
  released: 6,
  revoked: 7,
} as const;

/** §5.2.6 */
export const errorCodes = {
  unknownConference: 1,
  unknownUser: 2,
  unknownPrimitive: 3,
  unknownMandatoryAttribute: 4,
  unauthorized: 5,
  invalidFloor: 6,
  unknownFloorRequest: 7,
  unreadable: 10,
  unsupportedVersion: 12,
  incorrectLength: 13,
} as const;

/** Of the messages, §5.1: 1 over TCP, 2 over UDP. */
export type BfcpVersion = 1 | 2;

export interface BfcpMessage {
  version: BfcpVersion;
  /** R: this answers the other side's transaction. Only over UDP. */
  responder: boolean;
  primitive: number;
  /** 32 bits */
  conferenceId: number;
  /** 16 bits; 0 for what a server sends of its own over TCP. */
  transactionId: number;
  /** 16 bits */
  userId: number;
  attributes: BfcpAttribute[];
}

/** What the type says is there: a number (16 bits), bytes, a group with its number first. */
export interface BfcpAttribute {
  type: number;
  /** M: who does not know the type must refuse the message. */
  mandatory: boolean;
  number?: number;
  data?: Buffer;
  attributes?: BfcpAttribute[];
}

export const headerBytes = 12;

export function find(attributes: BfcpAttribute[], ...path: number[]): BfcpAttribute | undefined {
  const [type, ...rest] = path;
  const found = attributes.find(attribute => attribute.type === type);
  return rest.length === 0 || !found ? found : find(found.attributes ?? [], ...rest);
}

export function numbersOf(attributes: BfcpAttribute[], type: number): number[] {
  return attributes.flatMap(attribute => (attribute.type === type ? (attribute.number ?? []) : []));
}
