import type { ComponentChildren } from 'preact';
import { t } from './i18n/language.js';
import type { PlainKey } from './i18n/translate.js';
import { Icon } from './icons.js';
import { Toasts } from './notice.js';
import { Preferences } from './preferences.js';
import { isOperator, isSignedIn, may } from './session.js';
import { SignOutButton } from './sign-in.js';
import './shell.css';

export type PageName = 'home' | 'console' | 'recordings' | 'users' | 'audit' | 'account';

/** Every page with a place in the navigation, and who finds it there. */
const entries: { page: PageName; href: string; text: PlainKey; shown: () => boolean }[] = [
  { page: 'home', href: '/', text: 'nav.home', shown: () => isOperator.value === true },
  { page: 'console', href: '/console', text: 'nav.console', shown: () => isOperator.value === true },
  { page: 'recordings', href: '/recordings', text: 'nav.recordings', shown: () => may('recording:read') },
  { page: 'users', href: '/users', text: 'nav.users', shown: () => may('user:read') },
  { page: 'audit', href: '/audit', text: 'nav.audit', shown: () => may('audit:read') },
];

interface ShellProps {
  children: ComponentChildren;
  /** Which entry of the navigation this page is. */
  current?: PageName;
  /** Beside the switches. */
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
        {isSignedIn.value && (
          <nav class="shell-nav" aria-label={t('nav.main')}>
            {entries
              .filter(({ shown }) => shown())
              .map(({ page, href, text }) => (
                <a key={page} href={href} aria-current={current === page ? 'page' : undefined}>
                  {t(text)}
                </a>
              ))}
          </nav>
        )}
        <div class="shell-extra">
          {extra}
          {isSignedIn.value && (
            <a
              class="shell-account"
              href="/account"
              aria-label={t('nav.account')}
              title={t('nav.account')}
              aria-current={current === 'account' ? 'page' : undefined}
              data-testid="account"
            >
              <Icon name="person" />
            </a>
          )}
          <SignOutButton />
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
