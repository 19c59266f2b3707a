import { useSignal } from '@preact/signals';

/** Something that is done on the press of a button: once at a time, and what went wrong stays to be read. */
export function useTask(): {
  busy: boolean;
  error: unknown;
  run: (task: () => Promise<void>) => Promise<void>;
} {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const run = async (task: () => Promise<void>) => {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      await task();
    } catch (cause) {
      error.value = cause;
    } finally {
      busy.value = false;
    }
  };
  return { busy: busy.value, error: error.value, run };
}
