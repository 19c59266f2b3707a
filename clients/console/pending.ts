import { signal } from '@preact/signals';
import { errorText } from '../ui/error-text.js';
import { tell } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';

/** What was asked of the server and is not answered yet: its buttons show that at once. */
const pending = signal<ReadonlySet<string>>(new Set());

export function isPending(key: string): boolean {
  return pending.value.has(key);
}

/**
 * Does it, unless it is being done. What goes wrong is told, by a toast unless `failed` does it: toasts are behind an
 * open dialog.
 *
 * @returns whether it was done
 */
export async function act(
  key: string,
  action: () => Promise<unknown>,
  failed: (error: unknown) => void = error => tell('problem', errorText(error)),
): Promise<boolean> {
  if (pending.peek().has(key)) return false;
  pending.value = new Set([...pending.peek(), key]);
  try {
    await action();
    return true;
  } catch (error) {
    if (!signedOutBy(error)) failed(error);
    return false;
  } finally {
    const rest = new Set(pending.peek());
    rest.delete(key);
    pending.value = rest;
  }
}
