import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { CameraAction } from '../../../server/api/camera-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { SelectField } from '../../ui/field.js';
import { Icon, type IconName } from '../../ui/icons.js';
import { t } from '../../ui/i18n/language.js';
import { tell } from '../../ui/notice.js';
import { act, isPending } from '../pending.js';

type Move = Exclude<CameraAction, 'stop' | 'focusIn' | 'focusOut'>;

const moves: readonly [Move, IconName][] = [
  ['left', 'chevronLeft'],
  ['up', 'chevronUp'],
  ['down', 'chevronDown'],
  ['right', 'chevronRight'],
  ['zoomOut', 'minus'],
  ['zoomIn', 'plus'],
];

/** ms: a button that is held longer is let go by the server, so that a lost page turns nothing for long. */
const longestHoldMs = 5_000;
/** A key, or a finger that a screen reader moves, only taps. */
const tapMs = 500;
/** H.281 knows sixteen. */
const presets = Array.from({ length: 16 }, (_, preset) => String(preset));

/** Moves the camera of a hardware room while a button is held, and takes it to its presets (H.281). */
export function CameraControl({ conferenceId, siteId }: { conferenceId: string; siteId: string }) {
  const params = { conferenceId, siteId };
  const held = useRef<Promise<boolean> | null>(null);
  const preset = useSignal('0');
  const pending = `camera ${siteId}`;
  const move = (action: CameraAction, durationMs = tapMs) =>
    act(pending, () => call('moveCamera', { params, body: { action, durationMs } }));
  const press = (action: Move) => {
    held.current ??= move(action, longestHoldMs);
  };
  /** Behind the answer: a stop that overtakes its move would leave it turning. */
  const release = () => {
    const moving = held.current;
    held.current = null;
    void moving?.then(moved => moved && move('stop'));
  };
  const take = async (store: boolean) => {
    const number = Number(preset.value);
    const done = await act(pending, () =>
      call('useCameraPreset', { params, body: { preset: number, store } }),
    );
    if (done && store) tell('good', t('camera.stored', { preset: number }));
  };
  return (
    <div class="camera-control" role="group" aria-label={t('camera.title')} data-testid="camera-control">
      <strong aria-hidden="true">{t('camera.title')}</strong>
      <div class="camera-moves">
        {moves.map(([action, icon]) => (
          <button
            key={action}
            type="button"
            class="icon-button plain"
            style={{ gridArea: action }}
            aria-label={t(`camera.${action}`)}
            title={t(`camera.${action}`)}
            onPointerDown={event => {
              if (event.button === 0) press(action);
            }}
            onPointerUp={release}
            onPointerLeave={release}
            onPointerCancel={release}
            onContextMenu={event => event.preventDefault()} // a held finger on a phone opens one
            onClick={event => {
              if (event.detail === 0) void move(action); // no pointer has pressed it
            }}
            data-testid={`camera-${action}`}
          >
            <span class="icon-button-face">
              <Icon name={icon} />
            </span>
          </button>
        ))}
      </div>
      <div class="camera-presets">
        <SelectField
          label={t('camera.preset')}
          value={preset.value}
          options={presets.map(value => ({ value, text: value }))}
          onChange={value => (preset.value = value)}
          testId="camera-preset"
        />
        <Button disabled={isPending(pending)} onClick={() => void take(false)} testId="camera-recall">
          {t('camera.recall')}
        </Button>
        <Button disabled={isPending(pending)} onClick={() => void take(true)} testId="camera-store">
          {t('camera.store')}
        </Button>
      </div>
    </div>
  );
}
