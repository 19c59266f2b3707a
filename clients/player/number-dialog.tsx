import { useSignal } from '@preact/signals';
import type { Recording } from '../../server/api/rest.js';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { CopyField } from '../ui/copy-field.js';
import { Dialog } from '../ui/dialog.js';
import { errorText } from '../ui/error-text.js';
import { TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';

/** What a room dials. */
export function dialledNumber({ number, pin }: Recording): string | null {
  return number !== null && pin !== null ? `${number}*${pin}` : number;
}

/** The number under which rooms dial a recording: given, shown, taken away. */
export function NumberDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { recordingId } = recording;
  const known = useSignal(recording);
  const number = useSignal(recording.number ?? '');
  const pin = useSignal(recording.pin ?? '');
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const numberWrong = number.value !== '' && !/^\d{3,12}$/.test(number.value);
  const pinWrong = pin.value !== '' && !/^\d{4,12}$/.test(pin.value);
  const attempt = async (act: () => Promise<Recording>) => {
    busy.value = true;
    error.value = null;
    try {
      known.value = await act();
      number.value = known.value.number ?? '';
      pin.value = known.value.pin ?? '';
    } catch (cause) {
      if (!signedOutBy(cause)) error.value = cause;
    } finally {
      busy.value = false;
    }
  };
  const params = { recordingId };
  const give = () =>
    attempt(() => {
      const body = { ...(number.value && { number: number.value }), ...(pin.value && { pin: pin.value }) };
      return call('setRecordingNumber', { params, body });
    });
  const take = () =>
    attempt(async () => {
      await call('deleteRecordingNumber', { params });
      return { ...known.value, number: null, pin: null };
    });
  const dialled = dialledNumber(known.value);
  return (
    <Dialog
      title={t('recordings.number.title')}
      onClose={onClose}
      testId="number-dialog"
      actions={
        <>
          {dialled !== null && (
            <Button busy={busy.value} onClick={() => void take()} testId="number-take">
              {t('recordings.number.take')}
            </Button>
          )}
          <Button
            tone="primary"
            busy={busy.value}
            disabled={numberWrong || pinWrong}
            onClick={() => void give()}
            testId="number-give"
          >
            {t(dialled === null ? 'recordings.number.give' : 'recordings.number.change')}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t('recordings.number.text')}</p>
        {dialled !== null && (
          <CopyField label={t('recordings.number')} value={dialled} testId="number-dialled" />
        )}
        <TextField
          label={t('recordings.number.wish')}
          value={number.value}
          onInput={value => (number.value = value.trim())}
          inputMode="numeric"
          maxLength={12}
          hint={t('recordings.number.wish.hint')}
          error={numberWrong ? t('recordings.number.wish.wrong') : undefined}
          testId="number-wish"
        />
        <TextField
          label={t('home.create.pin')}
          value={pin.value}
          onInput={value => (pin.value = value.trim())}
          inputMode="numeric"
          maxLength={12}
          error={pinWrong ? t('home.create.pin.wrong') : undefined}
          testId="number-pin"
        />
        {error.value !== null && <Notice tone="problem">{errorText(error.value)}</Notice>}
      </div>
    </Dialog>
  );
}
