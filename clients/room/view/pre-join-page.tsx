import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button, IconButton } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { recall, remember } from '../../ui/remembered.js';
import { Shell } from '../../ui/shell.js';
import type { LocalMedia } from '../media/local-media.js';
import { SignallingError } from '../signalling.js';
import { DeviceSelect, LoudspeakerSelect, MicrophoneLevel } from './device-choice.js';
import { DeviceProblemNotice } from './device-problem.js';
import './pre-join-page.css';
import { TrackVideo } from './track-media.js';

interface PreJoinProps {
  title: string;
  number: string;
  local: LocalMedia;
  joining: boolean;
  unreachable: boolean;
  error: unknown;
  onJoin: (name: string) => void;
}

/** At the door: who one is, and how one will look and sound. */
export function PreJoinPage(props: PreJoinProps) {
  const { title, number, local, joining, unreachable, error, onJoin } = props;
  const name = useSignal(recall('name') ?? '');
  const nameMissing = useSignal(false);
  const { camera, microphone } = local;
  useEffect(() => void local.start(), [local]);

  const submit = (event: Event) => {
    event.preventDefault();
    const given = name.value.trim();
    nameMissing.value = given === '';
    if (given === '') return;
    remember('name', given);
    onJoin(given);
  };
  const bare = camera.track.value === null && microphone.track.value === null;
  const toggles = (
    <div class="preview-toggles">
      {(['microphone', 'camera'] as const).map(kind => {
        const on = local[kind].on.value && local[kind].problem.value === null;
        return (
          <IconButton
            key={kind}
            icon={on ? kind : (`${kind}Off` as const)}
            label={t(
              kind === 'camera'
                ? on
                  ? 'room.camera.off'
                  : 'room.camera.on'
                : on
                  ? 'room.microphone.mute'
                  : 'room.microphone.unmute',
            )}
            tone={on ? 'plain' : 'off'}
            onClick={() => void local.setOn(kind, !on)}
            testId={`${kind}-toggle`}
          />
        );
      })}
    </div>
  );

  return (
    <Shell>
      <div class="pre-join">
        <header class="pre-join-head">
          <h1>{title}</h1>
          {number !== '' && <p class="quiet figures">{t('join.number', { number })}</p>}
        </header>
        <div class="pre-join-picture">
          <div class="preview on-screen">
            {camera.track.value ? (
              <TrackVideo track={camera.track.value} mirrored label={t('join.preview')} />
            ) : (
              <p class="preview-empty">
                {camera.on.value && camera.problem.value === null
                  ? t('join.camera.starting')
                  : t('join.camera.off')}
              </p>
            )}
            {toggles}
          </div>
          <DeviceProblemNotice kind="camera" local={local} />
          <DeviceProblemNotice kind="microphone" local={local} />
        </div>
        <form class="stack" onSubmit={submit} noValidate>
          <TextField
            label={t('join.name')}
            value={name.value}
            onInput={value => {
              name.value = value;
              nameMissing.value = false;
            }}
            autoComplete="name"
            maxLength={64}
            hint={t('join.name.hint')}
            error={nameMissing.value ? t('join.name.missing') : undefined}
            testId="name"
          />
          <DeviceSelect kind="camera" local={local} />
          <div class="microphone-choice">
            <DeviceSelect kind="microphone" local={local} />
            <MicrophoneLevel local={local} />
          </div>
          <LoudspeakerSelect local={local} />
          {error !== null && (
            <Notice
              tone="problem"
              testId="join-error"
              action={
                error instanceof SignallingError &&
                error.code === 'version' && (
                  <Button onClick={() => location.reload()}>{t('action.reload')}</Button>
                )
              }
            >
              {errorText(error)}
            </Notice>
          )}
          {joining && unreachable && <Notice tone="warning">{t('error.unreachable')}</Notice>}
          <Button type="submit" tone="primary" wide busy={joining} testId="join">
            {joining ? t('join.submitting') : bare ? t('join.submit.bare') : t('join.submit')}
          </Button>
        </form>
      </div>
    </Shell>
  );
}
