import { useSignal } from '@preact/signals';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { SignallingError } from '../signalling.js';
import type { Session } from '../session.js';

/** By the conference's PIN for its chair, somebody may run it from this page. */
export function ChairDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const pin = useSignal('');
  const busy = useSignal(false);
  const error = useSignal<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    error.value = null;
    try {
      await session.takeChair(pin.value.trim());
      onClose();
    } catch (cause) {
      const isWrong = cause instanceof SignallingError && cause.code === 'wrong-pin';
      error.value = isWrong ? t('room.chair.wrong') : errorText(cause);
      pin.value = '';
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={t('room.chair.take')} onClose={onClose} testId="chair-dialog">
      <form class="stack" onSubmit={event => void submit(event)} noValidate>
        <p>{t('room.chair.text')}</p>
        <TextField
          label={t('room.chair.pin')}
          value={pin.value}
          onInput={value => (pin.value = value)}
          inputMode="numeric"
          maxLength={12}
          testId="chair-pin"
        />
        {error.value !== null && <Notice tone="problem">{error.value}</Notice>}
        <Button
          type="submit"
          tone="primary"
          busy={busy.value}
          disabled={pin.value.trim() === ''}
          testId="chair-submit"
        >
          {t('room.chair.submit')}
        </Button>
      </form>
    </Dialog>
  );
}
