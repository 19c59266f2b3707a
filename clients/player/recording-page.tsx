import { useSignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import { call, RestError } from '../rest/client.js';
import { Button, ButtonLink } from '../ui/button.js';
import { EmptyState } from '../ui/card.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { errorText } from '../ui/error-text.js';
import { formatBytes, formatDateTime, formatDuration } from '../ui/format.js';
import { formatTag, t } from '../ui/i18n/language.js';
import { Icon } from '../ui/icons.js';
import { Notice, tell } from '../ui/notice.js';
import { may, signedOutBy } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';
import { dialledNumber, NumberDialog } from './number-dialog.js';
import { Player } from './player.js';
import './recording-page.css';
import { StateMark } from './state-mark.js';

const pollIntervalMs = 4_000;
/** So that the message can be read before the list comes. */
const leaveAfterMs = 800;

/** One recording: the picture, and what is known of it. */
export function RecordingPage({ recordingId }: { recordingId: string }) {
  const load = useCallback(() => call('getRecording', { params: { recordingId } }), [recordingId]);
  const { value: recording, error } = usePolled(load, pollIntervalMs);
  const asking = useSignal(false);
  const numbering = useSignal(false);
  const deleting = useSignal(false);
  const deleted = useSignal(false);
  useEffect(() => void signedOutBy(error), [error]);

  if (deleted.value || (error instanceof RestError && error.status === 404)) {
    return (
      <EmptyState
        icon="film"
        title={t('recordings.missing')}
        action={<ButtonLink href="/recordings">{t('recordings.all')}</ButtonLink>}
      >
        {t('recordings.missing.text')}
      </EmptyState>
    );
  }
  if (!recording) return error === null ? null : <Notice tone="warning">{errorText(error)}</Notice>;

  const { title, state, startedAt, durationMs, bytes, download } = recording;
  const tag = formatTag();
  const dialled = dialledNumber(recording);
  const remove = async () => {
    deleting.value = true;
    try {
      await call('deleteRecording', { params: { recordingId } });
      deleted.value = true;
      tell('good', t('recordings.delete.done', { title }));
      setTimeout(() => location.replace('/recordings'), leaveAfterMs);
    } catch (cause) {
      if (!signedOutBy(cause)) tell('problem', errorText(cause));
    } finally {
      deleting.value = false;
      asking.value = false;
    }
  };

  return (
    <div class="recording-page">
      <a class="recording-back" href="/recordings">
        <Icon name="chevronLeft" size={16} />
        {t('recordings.all')}
      </a>
      <Player recording={recording} />
      <div class="recording-head">
        <div class="recording-title">
          <h1>{title}</h1>
          <StateMark state={state} />
        </div>
        <div class="row">
          {state !== 'recording' && may('recording:share') && (
            <Button icon="room" onClick={() => (numbering.value = true)} testId="number">
              {t('recordings.number.title')}
            </Button>
          )}
          {state !== 'recording' && (
            <ButtonLink href={download} icon="download" download testId="download">
              {t('recordings.download')}
            </ButtonLink>
          )}
          {state !== 'recording' && (
            <Button icon="trash" onClick={() => (asking.value = true)} testId="delete">
              {t('action.delete')}
            </Button>
          )}
        </div>
      </div>
      {state === 'interrupted' && <Notice tone="warning">{t('recordings.state.interrupted.text')}</Notice>}
      <dl class="recording-figures figures">
        <div>
          <dt>{t('recordings.started')}</dt>
          <dd>{formatDateTime(startedAt, tag)}</dd>
        </div>
        <div>
          <dt>{t('recordings.length')}</dt>
          <dd>{formatDuration(durationMs)}</dd>
        </div>
        <div>
          <dt>{t('recordings.size')}</dt>
          <dd>{formatBytes(bytes, tag)}</dd>
        </div>
        {dialled !== null && (
          <div>
            <dt>{t('recordings.number')}</dt>
            <dd data-testid="number-shown">{dialled}</dd>
          </div>
        )}
      </dl>
      {numbering.value && <NumberDialog recording={recording} onClose={() => (numbering.value = false)} />}
      {asking.value && (
        <ConfirmDialog
          title={t('recordings.delete.title', { title })}
          text={t('recordings.delete.text')}
          confirm={t('recordings.delete.submit')}
          busy={deleting.value}
          onConfirm={() => void remove()}
          onClose={() => (asking.value = false)}
        />
      )}
    </div>
  );
}
