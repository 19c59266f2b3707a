/** Who presents: the room of this call, somebody else in the conference, nobody. */
export type FloorHolder = 'room' | 'others' | null;

/** What the call's owner is told. */
export interface FloorOwner {
  /** The room wants to present (newly), or does not any more. It may when the holder is set to `room`. */
  wants(wanted: boolean): void;
  /** `open` has changed. */
  opened(): void;
}

/** The content floor of one call, whichever side controls it. */
export interface RoomFloor {
  /** Others' content may be sent to the room now. */
  readonly open: boolean;
  /** Idempotent. */
  setHolder(holder: FloorHolder): void;
  close(): void;
}
