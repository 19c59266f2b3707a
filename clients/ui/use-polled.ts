import { useEffect, useState } from 'preact/hooks';

interface Polled<T> {
  value: T | undefined;
  /** Of the last attempt. The value before is kept. */
  error: unknown;
  refresh: () => Promise<void>;
}

/** Asks again and again, as long as the page is looked at. `load` must be stable. */
export function usePolled<T>(load: () => Promise<T>, intervalMs: number): Polled<T> {
  const [state, setState] = useState<{ value: T | undefined; error: unknown }>({
    value: undefined,
    error: null,
  });
  const refresh = async () => {
    try {
      const value = await load();
      setState({ value, error: null });
    } catch (error) {
      setState(before => ({ value: before.value, error }));
    }
  };
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void refresh();
    };
    void refresh();
    const timer = setInterval(look, intervalMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [load, intervalMs]);
  return { ...state, refresh };
}
