import { Button, ButtonLink } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { t } from '../../ui/i18n/language.js';
import { Shell } from '../../ui/shell.js';
import { SignallingError, type EndReason } from '../signalling.js';
import './ended-page.css';

/** After the conference. */
export function EndedPage({ reason }: { reason: EndReason | SignallingError | 'left' | null }) {
  const failed = reason instanceof SignallingError;
  return (
    <MessagePage
      title={failed ? t('ended.failed') : t(`ended.${reason ?? 'left'}`)}
      text={failed ? errorText(reason) : t('ended.text')}
      {...(reason === 'conference-ended' ? {} : { onAgain: () => location.reload() })}
    />
  );
}

/** One message in the middle of a page, and the ways on from it. */
export function MessagePage(props: {
  title: string;
  text?: string;
  busy?: boolean;
  onRetry?: () => void;
  onAgain?: () => void;
}) {
  const { title, text, busy, onRetry, onAgain } = props;
  return (
    <Shell narrow>
      <div class="message-page" role="status" data-testid="message">
        {busy && <span class="spinner" aria-hidden="true" />}
        <h1>{title}</h1>
        {text && <p class="quiet">{text}</p>}
        {!busy && (
          <div class="row">
            {onRetry && (
              <Button tone="primary" onClick={onRetry}>
                {t('action.retry')}
              </Button>
            )}
            {onAgain && (
              <Button tone="primary" onClick={onAgain} testId="join-again">
                {t('ended.again')}
              </Button>
            )}
            <ButtonLink href="/">{t('ended.home')}</ButtonLink>
          </div>
        )}
      </div>
    </Shell>
  );
}
