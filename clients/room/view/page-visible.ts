import { signal } from '@preact/signals';

/** A page that nobody looks at receives no pictures; sound goes on. Looking elsewhere for a moment does not count. */
const hiddenAfterMs = 10_000;

export const pageVisible = signal(true);

let timer: ReturnType<typeof setTimeout> | undefined;
document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (document.visibilityState === 'visible') pageVisible.value = true;
  else timer = setTimeout(() => (pageVisible.value = false), hiddenAfterMs);
});
