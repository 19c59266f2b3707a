import { signal } from '@preact/signals';

/** The site that is being dragged; null: none. What is dragged cannot be read before it is dropped, so it stands here. */
export const draggedSite = signal<string | null>(null);
