/** The peer is wrong: answer or drop. `clause` names what it broke ("RFC 3261 §8.1.1"). */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(
    readonly code: string,
    message: string,
    readonly clause?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Safe to show to a person; the message says what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Disk, port or limit: something ran out. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
