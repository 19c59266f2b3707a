import type { JSX } from 'preact';

/** Drawn on a 24 × 24 grid with a line of 1.75, so that all look like one hand's. */
const drawings = {
  microphone: (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M9 21h6" />
    </>
  ),
  microphoneOff: (
    <>
      <path d="M9 9.5V11a3 3 0 0 0 4.6 2.5M15 11V6a3 3 0 0 0-5.7-1.3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 10.3 5.3M18.5 11.5c0 .9-.2 1.8-.5 2.6M12 18v3M9 21h6M4 3.5l16.5 17" />
    </>
  ),
  camera: (
    <>
      <rect x="2.5" y="6" width="13" height="12" rx="2.5" />
      <path d="m15.5 10.5 6-3.3v9.6l-6-3.3" />
    </>
  ),
  cameraOff: (
    <>
      <path d="M10 6h3a2.5 2.5 0 0 1 2.5 2.5v2l6-3.3v9.6l-3.4-1.9M15.5 15.6A2.5 2.5 0 0 1 13 18H5a2.5 2.5 0 0 1-2.5-2.5v-7A2.5 2.5 0 0 1 5 6M4 3.5l16.5 17" />
    </>
  ),
  share: (
    <>
      <rect x="2.5" y="4" width="19" height="13" rx="2" />
      <path d="M8.5 21h7M12 14V7.5M9 10l3-3 3 3" />
    </>
  ),
  shareOff: (
    <>
      <rect x="2.5" y="4" width="19" height="13" rx="2" />
      <path d="M8.5 21h7M9.5 8l5 5M14.5 8l-5 5" />
    </>
  ),
  grid: (
    <>
      <rect x="3" y="4.5" width="8" height="6.5" rx="1.2" />
      <rect x="13" y="4.5" width="8" height="6.5" rx="1.2" />
      <rect x="3" y="13" width="8" height="6.5" rx="1.2" />
      <rect x="13" y="13" width="8" height="6.5" rx="1.2" />
    </>
  ),
  speakerView: (
    <>
      <rect x="3" y="4.5" width="12" height="15" rx="1.6" />
      <rect x="17.5" y="4.5" width="3.5" height="4" rx="1" />
      <rect x="17.5" y="10" width="3.5" height="4" rx="1" />
      <rect x="17.5" y="15.5" width="3.5" height="4" rx="1" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.5 20c.4-3.7 3-6 6.5-6s6.1 2.3 6.5 6M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18.2 14.6c1.9.9 3.1 2.7 3.3 5.4" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c.5-4.3 3.5-6.5 7.5-6.5s7 2.2 7.5 6.5" />
    </>
  ),
  room: (
    <>
      <rect x="4" y="3.5" width="16" height="10" rx="1.6" />
      <path d="M12 13.5v3M3 20.5l2-4h14l2 4" />
    </>
  ),
  record: <circle cx="12" cy="12" r="6.5" fill="currentColor" stroke="none" />,
  stop: <rect x="6" y="6" width="12" height="12" rx="2" fill="currentColor" stroke="none" />,
  invite: (
    <>
      <circle cx="9.5" cy="8" r="3.5" />
      <path d="M3 20c.4-3.7 3-6 6.5-6s6.1 2.3 6.5 6M19 7v6M16 10h6" />
    </>
  ),
  settings: (
    <>
      <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
      <circle cx="16" cy="7" r="2.5" />
      <circle cx="8" cy="17" r="2.5" />
    </>
  ),
  keyboard: (
    <>
      <rect x="2.5" y="6" width="19" height="12" rx="2" />
      <path d="M6 10h.01M10 10h.01M14 10h.01M18 10h.01M6 14h.01M18 14h.01M9.5 14h5" />
    </>
  ),
  leave: (
    <path d="M3.2 15.4c-.6-.7-.8-1.5-.5-2.4C4 10 7.7 8 12 8s8 2 9.3 5c.3.9.1 1.7-.5 2.4l-.6.7c-.5.6-1.3.7-2 .4l-2.5-1.2c-.6-.3-1-.9-1-1.6v-1.2a9.5 9.5 0 0 0-5.4 0v1.2c0 .7-.4 1.3-1 1.6l-2.5 1.2c-.7.3-1.5.2-2-.4z" />
  ),
  fullscreen: (
    <path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15" />
  ),
  fullscreenOff: (
    <path d="M9 4v3.5A1.5 1.5 0 0 1 7.5 9H4M20 9h-3.5A1.5 1.5 0 0 1 15 7.5V4M15 20v-3.5a1.5 1.5 0 0 1 1.5-1.5H20M4 15h3.5A1.5 1.5 0 0 1 9 16.5V20" />
  ),
  enlarge: <path d="M13.5 4H20v6.5M20 4l-7 7M10.5 20H4v-6.5M4 20l7-7" />,
  shrink: <path d="M20 10.5h-6.5V4M13.5 10.5 20.5 3.5M4 13.5h6.5V20M10.5 13.5l-7 7" />,
  more: (
    <>
      <circle cx="5.5" cy="12" r="1.5" fill="currentColor" stroke="none" />
      <circle cx="12" cy="12" r="1.5" fill="currentColor" stroke="none" />
      <circle cx="18.5" cy="12" r="1.5" fill="currentColor" stroke="none" />
    </>
  ),
  close: <path d="m5.5 5.5 13 13M18.5 5.5l-13 13" />,
  check: <path d="m4.5 12.5 5 5 10-11" />,
  copy: (
    <>
      <rect x="8.5" y="8.5" width="12" height="12" rx="2" />
      <path d="M15.5 5.5v-.5a1.5 1.5 0 0 0-1.5-1.5H5A1.5 1.5 0 0 0 3.5 5v9A1.5 1.5 0 0 0 5 15.5h.5" />
    </>
  ),
  link: (
    <path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.5 5.8M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.1-1.1" />
  ),
  plus: <path d="M12 4.5v15M4.5 12h15" />,
  minus: <path d="M4.5 12h15" />,
  warning: (
    <>
      <path d="M12 4 2.8 19.5h18.4z" />
      <path d="M12 10v4.5M12 17v.01" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5M12 8v.01" />
    </>
  ),
  chevronLeft: <path d="m14.5 5-7 7 7 7" />,
  chevronRight: <path d="m9.5 5 7 7-7 7" />,
  chevronUp: <path d="m5 15 7-7 7 7" />,
  chevronDown: <path d="m5 9 7 7 7-7" />,
  play: <path d="M7.5 4.5v15l12-7.5z" fill="currentColor" />,
  pause: (
    <>
      <rect x="6.5" y="5" width="3.5" height="14" rx="1" fill="currentColor" stroke="none" />
      <rect x="14" y="5" width="3.5" height="14" rx="1" fill="currentColor" stroke="none" />
    </>
  ),
  back10: (
    <>
      <path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4 3.5v4.3h4.3" />
      <path
        d="M9.5 10v5M13.8 10c1 0 1.7.9 1.7 2.5s-.7 2.5-1.7 2.5-1.7-.9-1.7-2.5.7-2.5 1.7-2.5"
        stroke-width="1.4"
      />
    </>
  ),
  forward10: (
    <>
      <path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M20 3.5v4.3h-4.3" />
      <path
        d="M9 10v5M13.3 10c1 0 1.7.9 1.7 2.5s-.7 2.5-1.7 2.5-1.7-.9-1.7-2.5.7-2.5 1.7-2.5"
        stroke-width="1.4"
      />
    </>
  ),
  sound: <path d="M4 9.5v5h3.5l5 4v-13l-5 4zM15.8 9a4.2 4.2 0 0 1 0 6M18.3 6.5a7.8 7.8 0 0 1 0 11" />,
  soundOff: <path d="M4 9.5v5h3.5l5 4v-13l-5 4zM16 9.5l5 5M21 9.5l-5 5" />,
  download: <path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 19.5h15" />,
  trash: (
    <path d="M4.5 6.5h15M9.5 6V4.5A1 1 0 0 1 10.5 3.5h3a1 1 0 0 1 1 1V6M6.5 6.5l.8 12.6a1.5 1.5 0 0 0 1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4l.8-12.6M10 10.5v6M14 10.5v6" />
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4" />
    </>
  ),
  moon: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />,
  contrast: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
    </>
  ),
  globe: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M3.5 12h17M12 3.5c2.5 2.4 3.7 5.2 3.7 8.5s-1.2 6.1-3.7 8.5c-2.5-2.4-3.7-5.2-3.7-8.5s1.2-6.1 3.7-8.5" />
    </>
  ),
  film: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2" />
      <path d="m10 9 5 3-5 3z" fill="currentColor" />
    </>
  ),
  speed: (
    <>
      <path d="M5 18.5a9 9 0 1 1 14 0" />
      <path d="m12 14 4-4.5" />
      <circle cx="12" cy="14" r="1" fill="currentColor" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5.5l3.5 2" />
    </>
  ),
  signOut: (
    <path d="M14.5 4.5h-8A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5h8M10 12h10M16.5 8.5 20 12l-3.5 3.5" />
  ),
  eye: (
    <>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  broadcast: (
    <>
      <circle cx="12" cy="12" r="1.8" fill="currentColor" />
      <path d="M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M5.6 18.4a9 9 0 0 1 0-12.8M18.4 5.6a9 9 0 0 1 0 12.8" />
    </>
  ),
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof drawings;

/** A picture beside a text or in a labelled button: never the only carrier of meaning. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {drawings[name]}
    </svg>
  );
}
