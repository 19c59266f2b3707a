import { signal } from '@preact/signals';

const prefix = '/console';

/** The conference that is looked at, from the page's address; null: all. */
export const chosenId = signal<string | null>(idOf(location.pathname));

addEventListener('popstate', () => (chosenId.value = idOf(location.pathname)));

export function addressOf(conferenceId: string | null): string {
  return conferenceId === null ? prefix : `${prefix}/${encodeURIComponent(conferenceId)}`;
}

export function choose(conferenceId: string | null): void {
  if (conferenceId === chosenId.peek()) return;
  history.pushState(null, '', addressOf(conferenceId));
  chosenId.value = conferenceId;
}

function idOf(path: string): string | null {
  const id = path.slice(prefix.length + 1);
  return path.startsWith(`${prefix}/`) && id !== '' ? decodeURIComponent(id) : null;
}
