import { IconButton } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import { Menu, type MenuItem } from '../../ui/menu.js';
import type { LocalMedia } from '../media/local-media.js';
import './control-bar.css';
import { shortcuts, type Command } from './shortcuts.js';

export interface ControlState {
  view: 'grid' | 'speaker';
  peopleOpen: boolean;
  siteCount: number;
  recording: boolean;
  mayControl: boolean;
  /** The conference has a PIN by which one may. */
  mayTakeChair: boolean;
  locked: boolean;
  othersMuted: boolean;
  recordingBusy: boolean;
  fullscreen: boolean;
  canFullscreen: boolean;
}

interface ControlBarProps {
  state: ControlState;
  local: LocalMedia;
  run: (command: Command) => void;
  onRecord: () => void;
  onInvite: () => void;
  onSettings: () => void;
  onLayout: () => void;
  onLeave: () => void;
  onChair: () => void;
  onMuteOthers: () => void;
  onLock: () => void;
}

/** What one does in a conference. On a narrow screen the rarer things move into the menu (see the style). */
export function ControlBar(props: ControlBarProps) {
  const { state, local, run, onRecord, onInvite, onSettings, onLayout, onLeave } = props;
  const { onChair, onMuteOthers, onLock } = props;
  const { microphone, camera } = local;
  const microphoneOn = microphone.on.value && microphone.track.value !== null;
  const cameraOn = camera.on.value && camera.track.value !== null;
  const sharing = local.content.value !== null;
  const viewText = t(state.view === 'grid' ? 'room.view.speaker' : 'room.view.grid');
  const recordText = t(state.recording ? 'room.record.stop' : 'room.record.start');

  const recordItem: MenuItem = {
    text: recordText,
    icon: state.recording ? 'stop' : 'record',
    onSelect: onRecord,
    disabled: state.recordingBusy,
  };
  const always: MenuItem[] = [
    ...(state.mayControl
      ? [
          { text: t('view.title'), icon: 'grid' as const, onSelect: onLayout, testId: 'layout' },
          {
            text: t(state.othersMuted ? 'room.unmuteOthers' : 'room.muteOthers'),
            icon: 'microphoneOff' as const,
            onSelect: onMuteOthers,
            testId: 'mute-others',
          },
          {
            text: t(state.locked ? 'console.unlock' : 'console.lock'),
            icon: 'stop' as const,
            onSelect: onLock,
            testId: 'lock',
          },
        ]
      : state.mayTakeChair
        ? [{ text: t('room.chair.take'), icon: 'person' as const, onSelect: onChair, testId: 'chair' }]
        : []),
    { text: t('room.settings'), icon: 'settings', onSelect: onSettings, testId: 'settings' },
    { text: t('room.help'), icon: 'keyboard', onSelect: () => run('help'), testId: 'help' },
    ...(state.canFullscreen
      ? [
          {
            text: t(state.fullscreen ? 'room.fullscreen.off' : 'room.fullscreen.on'),
            icon: state.fullscreen ? ('fullscreenOff' as const) : ('fullscreen' as const),
            onSelect: () => run('fullscreen'),
          },
        ]
      : []),
  ];
  const moved: MenuItem[] = [
    {
      text: viewText,
      icon: state.view === 'grid' ? 'speakerView' : 'grid',
      onSelect: () => run('view'),
    },
    ...(state.mayControl ? [recordItem] : []),
    { text: t('room.invite'), icon: 'invite', onSelect: onInvite },
  ];

  return (
    <div class="control-bar" role="toolbar" aria-label={t('room.controls')} data-testid="controls">
      <div class="control-group">
        <IconButton
          icon={microphoneOn ? 'microphone' : 'microphoneOff'}
          label={t(microphoneOn ? 'room.microphone.mute' : 'room.microphone.unmute')}
          caption={t('caption.microphone')}
          tone={microphoneOn ? 'plain' : 'off'}
          shortcut={shortcuts.microphone.key}
          onClick={() => run('microphone')}
          testId="microphone"
        />
        <IconButton
          icon={cameraOn ? 'camera' : 'cameraOff'}
          label={t(cameraOn ? 'room.camera.off' : 'room.camera.on')}
          caption={t('caption.camera')}
          tone={cameraOn ? 'plain' : 'off'}
          shortcut={shortcuts.camera.key}
          onClick={() => run('camera')}
          testId="camera"
        />
        {local.canShareScreen && (
          <IconButton
            icon={sharing ? 'shareOff' : 'share'}
            label={t(sharing ? 'room.share.stop' : 'room.share.start')}
            caption={t('caption.share')}
            tone={sharing ? 'on' : 'plain'}
            shortcut={shortcuts.share.key}
            onClick={() => run('share')}
            testId="share"
          />
        )}
      </div>
      <div class="control-group">
        <div class="wide-only">
          <IconButton
            icon={state.view === 'grid' ? 'speakerView' : 'grid'}
            label={viewText}
            caption={t('caption.view')}
            shortcut={shortcuts.view.key}
            onClick={() => run('view')}
            testId="view"
          />
        </div>
        <IconButton
          icon="people"
          label={t('room.people.count', { count: state.siteCount })}
          caption={t('caption.people')}
          badge={state.siteCount}
          expanded={state.peopleOpen}
          shortcut={shortcuts.people.key}
          onClick={() => run('people')}
          testId="people"
        />
        {state.mayControl && (
          <div class="wide-only">
            <IconButton
              icon={state.recording ? 'stop' : 'record'}
              label={recordText}
              caption={t(state.recording ? 'caption.stop' : 'caption.record')}
              tone={state.recording ? 'off' : 'plain'}
              disabled={state.recordingBusy}
              onClick={onRecord}
              testId="record"
            />
          </div>
        )}
        <div class="wide-only">
          <IconButton
            icon="invite"
            label={t('room.invite')}
            caption={t('caption.invite')}
            onClick={onInvite}
            testId="invite"
          />
        </div>
        <div class="wide-only">
          <Menu
            icon="more"
            label={t('action.more')}
            caption={t('caption.more')}
            side="above"
            items={always}
            testId="more"
          />
        </div>
        <div class="narrow-only">
          <Menu
            icon="more"
            label={t('action.more')}
            caption={t('caption.more')}
            side="above"
            items={[...moved, ...always]}
            testId="more-narrow"
          />
        </div>
      </div>
      <div class="control-group">
        <IconButton
          icon="leave"
          label={t('room.leave')}
          caption={t('caption.leave')}
          tone="alert"
          onClick={onLeave}
          testId="leave"
        />
      </div>
    </div>
  );
}
