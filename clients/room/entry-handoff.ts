/** Number and PIN typed on the start page, for the room page: not in the address, where history keeps it. */
export interface Entry {
  number: string;
  pin: string;
}

const key = 'amphi.entry';

export function handOver(entry: Entry): void {
  sessionStorage.setItem(key, JSON.stringify(entry));
}

/** What was handed over, once. */
export function takeOver(): Entry | undefined {
  try {
    const text = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return text === null ? undefined : (JSON.parse(text) as Entry);
  } catch {
    return undefined;
  }
}
