import { useEffect } from 'preact/hooks';
import type { Recording } from '../../server/api/rest.js';
import { call } from '../rest/client.js';
import { EmptyState } from '../ui/card.js';
import { errorText } from '../ui/error-text.js';
import { formatBytes, formatDateTime, formatDuration } from '../ui/format.js';
import { formatTag, t } from '../ui/i18n/language.js';
import { Icon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';
import { addressOfRecording } from './address.js';
import './recording-list.css';
import { StateMark } from './state-mark.js';

const pollIntervalMs = 4_000;
const list = () => call('listRecordings');

/** All recordings, newest first. */
export function RecordingList() {
  const { value: recordings, error } = usePolled(list, pollIntervalMs);
  useEffect(() => void signedOutBy(error), [error]);
  return (
    <div class="stack">
      <h1>{t('recordings.title')}</h1>
      {error !== null && <Notice tone="warning">{errorText(error)}</Notice>}
      {recordings?.length === 0 && (
        <EmptyState icon="film" title={t('recordings.empty')}>
          {t('recordings.empty.text')}
        </EmptyState>
      )}
      <ul class="recording-grid">
        {recordings?.map(recording => (
          <li key={recording.recordingId}>
            <RecordingCard recording={recording} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function RecordingCard({ recording }: { recording: Recording }) {
  const { recordingId, title, startedAt, durationMs, bytes, state, poster } = recording;
  const tag = formatTag();
  return (
    <a
      class="recording-card"
      href={addressOfRecording(recordingId)}
      data-testid="recording-card"
      data-recording-id={recordingId}
      data-state={state}
    >
      <div class="recording-poster on-screen">
        {poster === null ? <Icon name="film" size={36} /> : <img src={poster} alt="" loading="lazy" />}
        <span class="recording-play" aria-hidden="true">
          <Icon name="play" size={22} />
        </span>
        <span class="recording-length figures">{formatDuration(durationMs)}</span>
      </div>
      <div class="recording-about">
        <h2>{title}</h2>
        <p class="recording-facts figures">
          <span>{formatDateTime(startedAt, tag)}</span>
          <span>{formatBytes(bytes, tag)}</span>
          {recording.number !== null && (
            <span data-testid="recording-number">{t('join.number', { number: recording.number })}</span>
          )}
        </p>
        {state !== 'complete' && <StateMark state={state} />}
      </div>
    </a>
  );
}
