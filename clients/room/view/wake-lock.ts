import { useEffect } from 'preact/hooks';

/** Keeps the screen of a tablet or phone on as long as the component is shown, where the browser can. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let done = false;
    const take = async () => {
      if (document.visibilityState !== 'visible' || done) return;
      // Low battery refuses it: then the screen goes off as it always does.
      const taken = await navigator.wakeLock?.request('screen').catch(() => undefined);
      if (done) void taken?.release();
      else lock = taken;
    };
    // The browser takes it back when the page is hidden.
    const again = () => void take();
    void take();
    document.addEventListener('visibilitychange', again);
    return () => {
      done = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, []);
}
