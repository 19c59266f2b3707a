import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { ConferenceReadiness } from '../../../server/api/readiness-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import type { BoardConference } from '../board.js';
import { LoopBack } from './loop-back.js';

/** Before a conference begins: whether its rooms answer, and whether there is room for them and for its recording. */
export function CheckDialog({ conference, onClose }: { conference: BoardConference; onClose: () => void }) {
  const { conferenceId } = conference;
  const found = useSignal<ConferenceReadiness | null>(null);
  const task = useTask();
  const look = () =>
    void task.run(async () => {
      found.value = null;
      found.value = await call('checkConference', { params: { conferenceId } });
    });
  useEffect(look, [conferenceId]);
  return (
    <Dialog
      title={t('check.title')}
      onClose={onClose}
      testId="check-dialog"
      actions={
        <>
          <Button onClick={look} busy={task.busy} testId="check-again">
            {t('check.again')}
          </Button>
          <Button tone="primary" onClick={onClose}>
            {t('action.close')}
          </Button>
        </>
      }
    >
      <div class="stack" aria-live="polite">
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
        {found.value ? (
          <Findings conferenceId={conferenceId} found={found.value} />
        ) : (
          task.busy && (
            <p class="row">
              <span class="spinner" aria-hidden="true" /> {t('check.busy')}
            </p>
          )
        )}
      </div>
    </Dialog>
  );
}

function Findings({ conferenceId, found }: { conferenceId: string; found: ConferenceReadiness }) {
  const { ready, rooms, units, recordingMinutes } = found;
  const lacking = units.free !== null && units.needed > units.free;
  return (
    <>
      <Notice tone={ready ? 'good' : 'warning'} testId="check-result">
        {t(ready ? 'check.ready' : 'check.notReady')}
      </Notice>
      <ul class="check-rooms">
        {rooms.map(({ name, address, state, roundTripMs, userAgent }) => (
          <li key={address} data-testid="check-room" data-state={state}>
            <strong>{name}</strong> <span class="quiet">{address}</span>
            <p class={state === 'answers' || state === 'in-conference' ? 'good' : 'warning'}>
              {t(`check.room.${state}`)}
              {roundTripMs !== null && ` · ${roundTripMs} ms`}
              {userAgent !== '' && ` · ${userAgent}`}
            </p>
            {state === 'answers' && <LoopBack conferenceId={conferenceId} name={name} address={address} />}
          </li>
        ))}
      </ul>
      {rooms.length === 0 && <p class="quiet">{t('check.noRooms')}</p>}
      <p class={lacking ? 'warning' : undefined}>
        {units.free === null
          ? t('check.units.many')
          : t('check.units', { free: units.free, needed: units.needed })}
      </p>
      {recordingMinutes !== null && (
        <p class={recordingMinutes < 60 ? 'warning' : undefined}>
          {t('check.space', { hours: Math.floor(recordingMinutes / 60) })}
        </p>
      )}
    </>
  );
}
