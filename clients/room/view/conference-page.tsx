import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { errorText } from '../../ui/error-text.js';
import { formatDuration } from '../../ui/format.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { tell, Toasts } from '../../ui/notice.js';
import { recall, remember } from '../../ui/remembered.js';
import type { LocalMedia } from '../media/local-media.js';
import type { Session } from '../session.js';
import { useAnnouncements } from './announcements.js';
import './conference-page.css';
import { ChairDialog } from './chair-dialog.js';
import { ControlBar } from './control-bar.js';
import { useFullscreen, useIdle } from '../../ui/fullscreen.js';
import { HelpDialog } from './help-dialog.js';
import { InvitationDialog } from './invitation-dialog.js';
import { sipAddressOf, type Invitation } from './invitation.js';
import { PeoplePanel } from './people-panel.js';
import { RemoteSound } from './remote-sound.js';
import { SettingsDialog } from './settings-dialog.js';
import { useShortcuts, type Command } from './shortcuts.js';
import { Stage } from './stage.js';
import { useNow } from './use-now.js';
import { ViewDialog } from './view-dialog.js';
import { useWakeLock } from './wake-lock.js';

interface ConferencePageProps {
  session: Session;
  local: LocalMedia;
  /** Known to who came by a link. */
  invitation: Invitation | null;
}

/** The conference: pictures, and around them as little as possible. */
export function ConferencePage({ session, local, invitation }: ConferencePageProps) {
  const view = useSignal<'grid' | 'speaker'>(recall('view') === 'speaker' ? 'speaker' : 'grid');
  const dialog = useSignal<'invitation' | 'settings' | 'help' | 'view' | 'chair' | null>(null);
  const peopleOpen = useSignal(false);
  const openSiteId = useSignal<string | null>(null);
  const recordingBusy = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const fullscreen = useFullscreen(root);
  const idle = useIdle(fullscreen.on);
  const { value: conference } = session.conference;
  const recording = conference?.recording ?? null;

  useAnnouncements(session, local);
  useWakeLock();
  useEffect(() => () => local.close(), [local]);

  const run = (command: Command) => {
    if (command === 'microphone' || command === 'camera') {
      const input = local[command];
      void local.setOn(command, !(input.on.value && input.track.value !== null));
    } else if (command === 'share') {
      if (local.content.value) local.stopSharing();
      else void share();
    } else if (command === 'view') {
      view.value = view.value === 'grid' ? 'speaker' : 'grid';
      remember('view', view.value);
    } else if (command === 'people') peopleOpen.value = !peopleOpen.value;
    else if (command === 'fullscreen') fullscreen.toggle();
    else dialog.value = 'help';
  };
  useShortcuts(run);

  const share = async () => {
    if (!local.canShareScreen) return;
    if ((await local.shareScreen()) === 'refused') tell('warning', t('room.share.refused'));
  };
  const record = async () => {
    recordingBusy.value = true;
    try {
      await (recording ? session.stopRecording() : session.startRecording());
    } catch (error) {
      tell('problem', errorText(error));
    } finally {
      recordingBusy.value = false;
    }
  };

  const done = (action: Promise<void>) => action.catch((error: unknown) => tell('problem', errorText(error)));

  if (!conference) return null;
  const { number, title } = conference;
  return (
    <div
      ref={root}
      class={`room${fullscreen.on ? ' fullscreen' : ''}${idle ? ' idle' : ''}`}
      data-testid="room"
      data-phase={session.phase.value}
      data-media={session.media.value}
    >
      <header class="room-head">
        <h1>{title}</h1>
        {recording && <RecordingMark startedAt={recording.startedAt} />}
      </header>
      <Banner session={session} />
      <RemoteSound session={session} local={local} />
      <main class="room-body">
        <Stage
          session={session}
          local={local}
          view={view.value}
          onQuality={siteId => {
            peopleOpen.value = true;
            openSiteId.value = siteId;
          }}
        />
        {peopleOpen.value && (
          <PeoplePanel
            session={session}
            openSiteId={openSiteId.value}
            onToggle={siteId => (openSiteId.value = openSiteId.value === siteId ? null : siteId)}
            onClose={() => (peopleOpen.value = false)}
          />
        )}
      </main>
      <footer class="room-foot">
        <ControlBar
          state={{
            view: view.value,
            peopleOpen: peopleOpen.value,
            siteCount: conference.sites.length,
            recording: recording !== null,
            mayControl: session.mayControl.value,
            mayTakeChair: session.hasChairPin.value,
            locked: conference.locked,
            othersMuted: session.othersMuted,
            recordingBusy: recordingBusy.value,
            fullscreen: fullscreen.on,
            canFullscreen: fullscreen.possible,
          }}
          local={local}
          run={run}
          onRecord={() => void record()}
          onInvite={() => (dialog.value = 'invitation')}
          onSettings={() => (dialog.value = 'settings')}
          onLayout={() => (dialog.value = 'view')}
          onLeave={() => session.leave()}
          onChair={() => (dialog.value = 'chair')}
          onMuteOthers={() => void done(session.muteOthers())}
          onLock={() => void done(session.setLocked(!conference.locked))}
        />
      </footer>
      {dialog.value === 'invitation' && (
        <InvitationDialog
          invitation={invitation ?? { title, number, sipAddress: sipAddressOf(number) }}
          onClose={() => (dialog.value = null)}
        />
      )}
      {dialog.value === 'settings' && <SettingsDialog local={local} onClose={() => (dialog.value = null)} />}
      {dialog.value === 'view' && <ViewDialog session={session} onClose={() => (dialog.value = null)} />}
      {dialog.value === 'chair' && <ChairDialog session={session} onClose={() => (dialog.value = null)} />}
      {dialog.value === 'help' && <HelpDialog onClose={() => (dialog.value = null)} />}
      <Toasts />
    </div>
  );
}

/** Everybody sees it as long as it goes on. */
function RecordingMark({ startedAt }: { startedAt: string }) {
  const now = useNow(true);
  return (
    <p class="recording-mark" data-testid="recording">
      <Icon name="record" size={14} />
      <span>{t('room.recording')}</span>
      <span class="figures">{formatDuration(now - Date.parse(startedAt))}</span>
    </p>
  );
}

function Banner({ session }: { session: Session }) {
  if (session.phase.value === 'reconnecting') {
    return (
      <div class="room-banner problem" role="alert" data-testid="reconnecting">
        <span class="spinner" aria-hidden="true" />
        <span>{t('room.reconnecting')}</span>
      </div>
    );
  }
  if (session.media.value === 'failing') {
    return (
      <div class="room-banner warning" role="alert" data-testid="media-failing">
        <Icon name="warning" size={18} />
        <span>{t('room.media.failing')}</span>
      </div>
    );
  }
  const notice = session.conference.value?.notice;
  if (notice) {
    return (
      <div class="room-banner warning" role="status" data-testid="notice">
        <span>{notice.join(' ')}</span>
      </div>
    );
  }
  return null;
}
