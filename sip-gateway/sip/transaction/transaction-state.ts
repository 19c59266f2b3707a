/** Which states may follow which. */
export type Transitions<State extends string> = Record<State, readonly State[]>;

/** The next state. A move that the table lacks is our own mistake, whatever the peer sent: it throws. */
export function move<State extends string>(table: Transitions<State>, from: State, to: State): State {
  if (!table[from].includes(to)) throw new Error(`no transition from ${from} to ${to}`);
  return to;
}
