import { useSignal } from '@preact/signals';
import { Button } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import type { LocalMedia } from '../media/local-media.js';
import type { Session } from '../session.js';
import { TrackAudio } from './track-media.js';

/** Plays everybody else's microphone; asks for a touch where the browser wants one first. */
export function RemoteSound({ session, local }: { session: Session; local: LocalMedia }) {
  const blocked = useSignal(false);
  const attempt = useSignal(0);
  const { value: tracks } = session.subscriber.tracks;
  const sounds = [...tracks].filter(([, track]) => track.kind === 'audio');
  return (
    <>
      {sounds.map(([producerId, track]) => (
        <TrackAudio
          key={producerId}
          track={track}
          loudspeakerId={local.loudspeakerId.value}
          attempt={attempt.value}
          onBlocked={() => (blocked.value = true)}
        />
      ))}
      {blocked.value && (
        <div class="room-banner warning" role="alert" data-testid="audio-blocked">
          <span>{t('room.audio.blocked')}</span>
          <Button
            onClick={() => {
              blocked.value = false;
              attempt.value++;
            }}
          >
            {t('room.audio.start')}
          </Button>
        </div>
      )}
    </>
  );
}
