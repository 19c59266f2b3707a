import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { errorText } from '../ui/error-text.js';
import { formatDateTime } from '../ui/format.js';
import { formatTag, t } from '../ui/i18n/language.js';
import { Notice, tell } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';

const pollIntervalMs = 30_000;
const list = () => call('listSessions');

/** Where one is signed in. */
export function Sessions() {
  const { value: sessions, error, refresh } = usePolled(list, pollIntervalMs);
  const end = async (sessionId: string) => {
    try {
      await call('endSession', { params: { sessionId } });
      await refresh();
    } catch (cause) {
      if (!signedOutBy(cause)) tell('problem', errorText(cause));
    }
  };
  if (error !== null) return <Notice tone="warning">{errorText(error)}</Notice>;
  return (
    <ul class="account-rows" data-testid="sessions">
      {sessions?.map(({ sessionId, current, lastSeenAt, source, userAgent }) => (
        <li key={sessionId}>
          <div>
            <p>{userAgent === '' ? t('account.sessions.unknown') : browserOf(userAgent)}</p>
            <p class="quiet">
              {source} · {formatDateTime(lastSeenAt, formatTag())}
            </p>
          </div>
          {current ? (
            <span class="quiet">{t('account.sessions.this')}</span>
          ) : (
            <Button onClick={() => void end(sessionId)} testId="end-session">
              {t('account.sessions.end')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** `Mozilla/5.0 (X11; Linux x86_64) … Chrome/140.0` → `Chrome 140, X11; Linux x86_64` */
function browserOf(userAgent: string): string {
  const browser = /(Edg|Firefox|Chrome|Version)\/(\d+)/.exec(userAgent);
  const system = /\(([^)]+)\)/.exec(userAgent)?.[1];
  if (!browser) return userAgent.slice(0, 60);
  const name = { Edg: 'Edge', Version: 'Safari' }[browser[1]!] ?? browser[1]!;
  return [`${name} ${browser[2]}`, system].filter(Boolean).join(', ');
}
