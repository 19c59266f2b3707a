import { useSignal } from '@preact/signals';
import { formatDuration } from '../ui/format.js';
import { t } from '../ui/i18n/language.js';
import type { Playback } from './playback.js';

/** Where in the recording one is. While it is dragged, the time under the thumb is shown. */
export function SeekBar({ playback }: { playback: Playback }) {
  const hovered = useSignal<{ share: number; seconds: number } | null>(null);
  const { value: duration } = playback.duration;
  const { value: position } = playback.position;
  const share = (seconds: number) => (duration > 0 ? Math.min(1, seconds / duration) : 0);
  const hover = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientX - left) / width));
    hovered.value = { share: at, seconds: at * duration };
  };
  return (
    <div
      class="seek-bar"
      style={{
        '--played': String(share(position)),
        '--buffered': String(share(playback.buffered.value)),
      }}
      onPointerMove={hover}
      onPointerLeave={() => (hovered.value = null)}
    >
      <input
        type="range"
        min={0}
        max={Math.max(duration, 0.001)}
        step="any"
        value={position}
        aria-label={t('player.position')}
        aria-valuetext={t('player.position.text', {
          position: formatDuration(position * 1000),
          duration: formatDuration(duration * 1000),
        })}
        onInput={event => playback.seek(event.currentTarget.valueAsNumber)}
        onKeyDown={event => {
          // "any" steps are far too small for keys.
          const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          playback.skip(step);
        }}
        data-testid="seek"
      />
      {hovered.value && duration > 0 && (
        <span class="seek-time figures" style={{ left: `${hovered.value.share * 100}%` }} aria-hidden="true">
          {formatDuration(hovered.value.seconds * 1000)}
        </span>
      )}
    </div>
  );
}
