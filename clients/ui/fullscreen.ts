import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** The controls leave the full screen when nobody has touched anything for this long. */
const idleAfterMs = 3_000;

export function useFullscreen(root: RefObject<HTMLDivElement | null>): {
  on: boolean;
  possible: boolean;
  toggle: () => void;
} {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const follow = () => setOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, []);
  const toggle = () => {
    // Refused where the browser wants a touch first: then nothing happens, and a second try works.
    if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
    else root.current?.requestFullscreen().catch(() => undefined);
  };
  return { on, possible: document.fullscreenEnabled, toggle };
}

/** Whether nothing was touched for a while, as long as `watched`. */
export function useIdle(watched: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    if (!watched) return setIdle(false);
    let timer: ReturnType<typeof setTimeout>;
    const wake = () => {
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), idleAfterMs);
    };
    const events = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;
    for (const event of events) document.addEventListener(event, wake);
    wake();
    return () => {
      clearTimeout(timer);
      for (const event of events) document.removeEventListener(event, wake);
    };
  }, [watched]);
  return idle;
}
