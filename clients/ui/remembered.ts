const prefix = 'amphi.';

/** A choice of the person at this browser. Where storage is forbidden it lasts as long as the page. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

/** `null` forgets it. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // Private windows may forbid it: then nothing is remembered.
  }
}
