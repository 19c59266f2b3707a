import { useSignal } from '@preact/signals';
import type { Conference } from '../../server/api/rest.js';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { errorText } from '../ui/error-text.js';
import { TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { isPinOrNone } from '../ui/pin.js';
import { Notice } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';

/** A new conference. */
export function CreateForm({ onCreated }: { onCreated: (conference: Conference) => void }) {
  const title = useSignal('');
  const pin = useSignal('');
  const chairPin = useSignal('');
  const pinWrong = useSignal(false);
  const chairPinWrong = useSignal(false);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const [name, digits, chair] = [title.value.trim(), pin.value.trim(), chairPin.value.trim()];
    pinWrong.value = !isPinOrNone(digits);
    chairPinWrong.value = !isPinOrNone(chair);
    if (name === '' || pinWrong.value || chairPinWrong.value) return;
    busy.value = true;
    error.value = null;
    try {
      const body = {
        title: name,
        ...(digits !== '' && { pin: digits }),
        ...(chair !== '' && { chairPin: chair }),
      };
      onCreated(await call('createConference', { body }));
      title.value = '';
      pin.value = chairPin.value = '';
    } catch (cause) {
      if (!signedOutBy(cause)) error.value = cause;
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="stack" onSubmit={event => void submit(event)} noValidate data-testid="create">
      <TextField
        label={t('home.create.name')}
        value={title.value}
        onInput={value => (title.value = value)}
        placeholder={t('home.create.name.example')}
        maxLength={120}
        testId="create-title"
      />
      <TextField
        label={t('home.create.pin')}
        value={pin.value}
        onInput={value => (pin.value = value)}
        inputMode="numeric"
        maxLength={12}
        hint={t('home.create.pin.hint')}
        error={pinWrong.value ? t('home.create.pin.wrong') : undefined}
        testId="create-pin"
      />
      <TextField
        label={t('home.create.chairPin')}
        value={chairPin.value}
        onInput={value => (chairPin.value = value)}
        inputMode="numeric"
        maxLength={12}
        hint={t('home.create.chairPin.hint')}
        error={chairPinWrong.value ? t('home.create.pin.wrong') : undefined}
        testId="create-chair-pin"
      />
      {error.value !== null && <Notice tone="problem">{errorText(error.value)}</Notice>}
      <Button
        type="submit"
        tone="primary"
        icon="plus"
        wide
        busy={busy.value}
        disabled={title.value.trim() === ''}
        testId="create-submit"
      >
        {t('home.create.submit')}
      </Button>
    </form>
  );
}
