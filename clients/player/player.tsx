import { useEffect, useRef, useState } from 'preact/hooks';
import type { Recording } from '../../server/api/rest.js';
import { Button, ButtonLink, IconButton } from '../ui/button.js';
import { formatDuration } from '../ui/format.js';
import { t } from '../ui/i18n/language.js';
import { Menu } from '../ui/menu.js';
import { useFullscreen, useIdle } from '../ui/fullscreen.js';
import { Playback, speeds } from './playback.js';
import './player.css';
import { SeekBar } from './seek-bar.js';

const skipS = 10;

/** The picture with its controls: they lie over it and go while it plays and nobody moves. */
export function Player({ recording }: { recording: Recording }) {
  const root = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [playback, setPlayback] = useState<Playback | null>(null);
  const fullscreen = useFullscreen(root);
  const { playlist, poster, title, state, download } = recording;

  useEffect(() => {
    if (!video.current) return;
    const created = new Playback(video.current, playlist);
    setPlayback(created);
    return () => created.close();
  }, [playlist]);
  playback?.setGrowing(state === 'recording');
  const idle = useIdle(playback?.playing.value ?? false);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!playback || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    const inMenu = target.closest('[role=menu]');
    // A focused button keeps its own meaning of Space and Enter; sliders keep the arrows.
    const onButton = target.closest('button, a');
    const onSlider = target.closest('input');
    const run: Record<string, () => void> = {
      k: () => playback.toggle(),
      j: () => playback.skip(-skipS),
      l: () => playback.skip(skipS),
      m: () => playback.toggleMuted(),
      f: () => fullscreen.toggle(),
      ...(onButton ? {} : { ' ': () => playback.toggle() }),
      ...(onSlider
        ? {}
        : {
            ArrowLeft: () => playback.skip(-skipS),
            ArrowRight: () => playback.skip(skipS),
            ArrowUp: () => playback.stepVolume(1),
            ArrowDown: () => playback.stepVolume(-1),
            Home: () => playback.seek(0),
            End: () => playback.seek(Infinity),
          }),
    };
    const command = inMenu ? undefined : run[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!command) return;
    event.preventDefault();
    command();
  };

  const failed = playback?.state.value === 'failed';
  const unsupported = playback?.state.value === 'unsupported';
  return (
    <div
      ref={root}
      class={`player on-screen${idle ? ' idle' : ''}`}
      role="region"
      aria-label={title}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-testid="player"
      data-state={playback?.state.value}
    >
      <video
        ref={video}
        playsInline
        poster={poster ?? undefined}
        aria-label={title}
        data-testid="player-video"
        onClick={() => playback?.toggle()}
      />
      {playback && playback.state.value !== 'ready' && (
        <div class="player-message" role="status">
          {failed || unsupported ? (
            <>
              <strong>{t('player.failed')}</strong>
              <span>{t(failed ? 'player.failed.text' : 'player.unsupported.text')}</span>
              {failed ? (
                <Button onClick={() => void playback.retry()}>{t('action.retry')}</Button>
              ) : (
                <ButtonLink href={download} download>
                  {t('recordings.download')}
                </ButtonLink>
              )}
            </>
          ) : (
            <>
              <span class="spinner" aria-hidden="true" />
              <span class="visually-hidden">{t('player.waiting')}</span>
            </>
          )}
        </div>
      )}
      {playback?.state.value === 'ready' && playback.waiting.value && (
        <div class="player-message" role="status">
          <span class="spinner" aria-hidden="true" />
          <span class="visually-hidden">{t('player.waiting')}</span>
        </div>
      )}
      {playback && (
        <div class="player-controls" role="group" aria-label={t('player.controls')}>
          <SeekBar playback={playback} />
          <div class="player-row">
            <IconButton
              icon={playback.playing.value ? 'pause' : 'play'}
              label={t(playback.playing.value ? 'player.pause' : 'player.play')}
              shortcut="K"
              onClick={() => playback.toggle()}
              testId="play"
            />
            <IconButton
              icon="back10"
              label={t('player.back10')}
              shortcut="J"
              onClick={() => playback.skip(-skipS)}
              testId="back"
            />
            <IconButton
              icon="forward10"
              label={t('player.forward10')}
              shortcut="L"
              onClick={() => playback.skip(skipS)}
              testId="forward"
            />
            <span class="player-time figures" data-testid="time">
              {formatDuration(playback.position.value * 1000)}
              <span class="player-length"> / {formatDuration(playback.duration.value * 1000)}</span>
            </span>
            {state === 'recording' && (
              <button
                type="button"
                class={`player-live${playback.isLive ? ' at-edge' : ''}`}
                aria-label={t('player.live.jump')}
                onClick={() => playback.toLiveEdge()}
                data-testid="live"
              >
                <span class="player-live-dot" aria-hidden="true" />
                {t('player.live')}
              </button>
            )}
            <span class="player-gap" />
            <div class="player-volume">
              <IconButton
                icon={playback.muted.value ? 'soundOff' : 'sound'}
                label={t(playback.muted.value ? 'player.unmute' : 'player.mute')}
                shortcut="M"
                onClick={() => playback.toggleMuted()}
                testId="mute"
              />
              <input
                type="range"
                min={0}
                max={1}
                step={0.05}
                value={playback.muted.value ? 0 : playback.volume.value}
                aria-label={t('player.volume')}
                onInput={event => playback.setVolume(event.currentTarget.valueAsNumber)}
                data-testid="volume"
              />
            </div>
            <Menu
              icon="speed"
              label={`${t('player.speed')}: ${playback.speed.value}×`}
              side="above"
              items={speeds.map(speed => ({
                text: `${speed}×`,
                checked: playback.speed.value === speed,
                onSelect: () => playback.setSpeed(speed),
              }))}
              testId="speed"
            />
            {fullscreen.possible && (
              <IconButton
                icon={fullscreen.on ? 'fullscreenOff' : 'fullscreen'}
                label={t(fullscreen.on ? 'room.fullscreen.off' : 'room.fullscreen.on')}
                shortcut="F"
                onClick={() => fullscreen.toggle()}
                testId="fullscreen"
              />
            )}
          </div>
        </div>
      )}
    </div>
  );
}
