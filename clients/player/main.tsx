import { useMemo } from 'preact/hooks';
import { Gate } from '../ui/gate.js';
import { t } from '../ui/i18n/language.js';
import { mount, titleFollows } from '../ui/page.js';
import { recordingIdOf } from './address.js';
import { RecordingList } from './recording-list.js';
import { RecordingPage } from './recording-page.js';

/** `/recordings` is the list, `/recordings/ID` one of them. */
function PlayerPage() {
  const recordingId = useMemo(() => recordingIdOf(location.pathname), []);
  return (
    <Gate page="recordings" needs="recording:read">
      {recordingId === null ? <RecordingList /> : <RecordingPage recordingId={recordingId} />}
    </Gate>
  );
}

titleFollows(() => `${t('recordings.title')} · ${t('app.name')}`);
mount(PlayerPage);
