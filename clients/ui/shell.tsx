import type { ComponentChildren } from 'preact';
import { t } from './i18n/language.js';
import { Toasts } from './notice.js';
import { Preferences } from './preferences.js';
import './shell.css';

interface ShellProps {
  children: ComponentChildren;
  /** Which entry of the navigation this page is; absent: no navigation is shown. */
  current?: 'home' | 'console' | 'recordings';
  /** Beside the switches, for example signing out. */
  extra?: ComponentChildren;
  narrow?: boolean;
  /** The page fills the window and scrolls inside. */
  wide?: boolean;
}

/** Head and frame of the pages around the conference: start, recordings, waiting at the door. */
export function Shell({ children, current, extra, narrow, wide }: ShellProps) {
  return (
    <div class="shell">
      <header class="shell-head">
        <a class="brand" href="/" aria-label={t('app.name')}>
          <BrandMark />
          <span>{t('app.name')}</span>
        </a>
        {current && (
          <nav class="shell-nav" aria-label={t('nav.main')}>
            <a href="/" aria-current={current === 'home' ? 'page' : undefined}>
              {t('nav.home')}
            </a>
            <a href="/console" aria-current={current === 'console' ? 'page' : undefined}>
              {t('nav.console')}
            </a>
            <a href="/recordings" aria-current={current === 'recordings' ? 'page' : undefined}>
              {t('nav.recordings')}
            </a>
          </nav>
        )}
        <div class="shell-extra">
          {extra}
          <Preferences />
        </div>
      </header>
      <main class={`shell-main${narrow ? ' narrow' : ''}${wide ? ' wide' : ''}`}>{children}</main>
      <Toasts />
    </div>
  );
}

/** The tiers of an amphitheatre around the one who shows. */
function BrandMark() {
  return (
    <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
      <rect width="28" height="28" rx="7" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" stroke-width="2.2" stroke-linecap="round">
        <path d="M5.5 18.5a8.5 8.5 0 0 1 17 0M10 18.5a4 4 0 0 1 8 0" />
      </g>
      <circle cx="14" cy="18.5" r="1.6" fill="var(--on-accent)" />
    </svg>
  );
}
