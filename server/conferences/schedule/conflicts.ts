import type { Occurrence } from './occurrences.js';

/** A time that is taken: for whom, and how much of the machine. */
export interface Taken extends Occurrence {
  conferenceId: string;
  /** Rooms and people, by address. */
  who: readonly string[];
  hdUnits: number;
}

export interface Conflict extends Occurrence {
  kind: 'room-or-person' | 'capacity';
  /** Whose time is taken; of capacity: what it lacks. */
  what: string;
  /** Null where the reader may not know it. */
  conferenceId: string | null;
}

export interface Wanted {
  occurrences: readonly Occurrence[];
  who: readonly string[];
  hdUnits: number;
}

const stepMs = 15 * 60_000;
const searchedMs = 7 * 24 * 3_600_000;
const maxAlternatives = 3;

/** What stands against it: who is elsewhere at the time, and where the machine would be too small. */
export function conflictsOf(wanted: Wanted, taken: readonly Taken[], units: number): Conflict[] {
  return wanted.occurrences.flatMap(occurrence => {
    const meanwhile = taken.filter(other => overlap(occurrence, other));
    const people = meanwhile.flatMap(({ who, conferenceId, beginsAt, endsAt }) =>
      who
        .filter(one => wanted.who.includes(one))
        .map(what => ({ kind: 'room-or-person' as const, what, conferenceId, beginsAt, endsAt })),
    );
    const lacking = peakOf(occurrence, meanwhile) + wanted.hdUnits - units;
    if (wanted.hdUnits === 0 || lacking <= 0) return people;
    const what = `${lacking} of ${units} ports of 720p30`;
    return [...people, { kind: 'capacity' as const, what, conferenceId: null, ...occurrence }];
  });
}

/** Most that is reserved at one moment of the time; it changes only where something begins. */
function peakOf(time: Occurrence, taken: readonly Taken[]): number {
  const moments = [time.beginsAt, ...taken.map(({ beginsAt }) => beginsAt).filter(at => at > time.beginsAt)];
  const at = (moment: string) =>
    taken
      .filter(({ beginsAt, endsAt }) => beginsAt <= moment && moment < endsAt)
      .reduce((sum, { hdUnits }) => sum + hdUnits, 0);
  return Math.max(...moments.map(at));
}

/** The next times at which nothing stands against it, all occurrences moved alike. RFC 3339, of the first one. */
export function alternativesTo(wanted: Wanted, taken: readonly Taken[], units: number): string[] {
  const found: string[] = [];
  for (let byMs = stepMs; byMs <= searchedMs && found.length < maxAlternatives; byMs += stepMs) {
    const occurrences = wanted.occurrences.map(({ beginsAt, endsAt }) => ({
      beginsAt: later(beginsAt, byMs),
      endsAt: later(endsAt, byMs),
    }));
    if (conflictsOf({ ...wanted, occurrences }, taken, units).length === 0)
      found.push(occurrences[0]!.beginsAt);
  }
  return found;
}

export function overlap(a: Occurrence, b: Occurrence): boolean {
  return a.beginsAt < b.endsAt && b.beginsAt < a.endsAt;
}

export function later(time: string, byMs: number): string {
  return new Date(Date.parse(time) + byMs).toISOString().replace('.000Z', 'Z');
}
