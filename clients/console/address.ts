import { computed, signal } from '@preact/signals';

const prefix = '/console';

/**
 * What the console has besides the conferences that run. A tab's name stands where a conference's id does in the page's
 * address; an id has 12 random characters.
 */
export const tabs = ['calendar', 'address-book', 'records'] as const;
export type Tab = (typeof tabs)[number];

const place = signal<string | null>(placeOf(location.pathname));

/** What is looked at beside the conferences; null: conferences. */
export const chosenTab = computed(() => tabs.find(tab => tab === place.value) ?? null);

/** The conference that is looked at, from the page's address; null: all. */
export const chosenId = computed(() => (chosenTab.value === null ? place.value : null));

addEventListener('popstate', () => (place.value = placeOf(location.pathname)));

export function addressOf(conferenceIdOrTab: string | null): string {
  return conferenceIdOrTab === null ? prefix : `${prefix}/${encodeURIComponent(conferenceIdOrTab)}`;
}

export function choose(conferenceIdOrTab: string | null): void {
  if (conferenceIdOrTab === place.peek()) return;
  history.pushState(null, '', addressOf(conferenceIdOrTab));
  place.value = conferenceIdOrTab;
}

function placeOf(path: string): string | null {
  const id = path.slice(prefix.length + 1);
  return path.startsWith(`${prefix}/`) && id !== '' ? decodeURIComponent(id) : null;
}
