import { signal } from '@preact/signals';
import { formatDuration } from '../../ui/format.js';

/** One clock for all that count on the page. */
const nowMs = signal(Date.now());
setInterval(() => {
  if (document.visibilityState === 'visible') nowMs.value = Date.now();
}, 1_000);

/** How long something has been going on, counting. */
export function RunningTime({ since }: { since: string }) {
  return <span class="figures">{formatDuration(nowMs.value - Date.parse(since))}</span>;
}
