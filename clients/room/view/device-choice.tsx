import { useEffect, useState } from 'preact/hooks';
import { SelectField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { LevelMeter } from '../../ui/level-meter.js';
import type { DeviceKind, LocalMedia } from '../media/local-media.js';
import { SoundLevel } from '../media/sound-level.js';

/** Which camera or microphone. */
export function DeviceSelect({ kind, local }: { kind: DeviceKind; local: LocalMedia }) {
  const { devices, chosenId, track } = local[kind];
  const { value: found } = devices;
  const options = found.map(device => ({ value: device.deviceId, text: device.label || device.deviceId }));
  // What is in use, where the system chose.
  const used = track.value?.getSettings().deviceId;
  const value = [chosenId.value, used].find(id => id && found.some(device => device.deviceId === id)) ?? '';
  return (
    <SelectField
      label={t(`join.${kind}`)}
      value={value}
      options={
        options.length > 0 && value !== ''
          ? options
          : [{ value: '', text: t(options.length > 0 ? 'device.default' : 'device.none') }, ...options]
      }
      disabled={options.length === 0}
      onChange={deviceId => void local.choose(kind, deviceId)}
      testId={`${kind}-select`}
    />
  );
}

/** Where the sound of the others comes out; only some browsers let it be chosen. */
export function LoudspeakerSelect({ local }: { local: LocalMedia }) {
  const { value: found } = local.loudspeakers;
  if (found.length === 0 || !('setSinkId' in HTMLMediaElement.prototype)) return null;
  return (
    <SelectField
      label={t('device.loudspeaker')}
      value={local.loudspeakerId.value}
      options={[
        ...(found.some(device => device.deviceId === 'default')
          ? []
          : [{ value: '', text: t('device.default') }]),
        ...found.map(device => ({
          value: device.deviceId === 'default' ? '' : device.deviceId,
          text: device.label || device.deviceId,
        })),
      ]}
      onChange={deviceId => local.chooseLoudspeaker(deviceId)}
      testId="loudspeaker-select"
    />
  );
}

/** The live level of the microphone. */
export function MicrophoneLevel({ local }: { local: LocalMedia }) {
  const level = useSoundLevel(local.microphone.track.value);
  if (!level) return null;
  return (
    <div class="microphone-level">
      <LevelMeter level={level.level} />
      <p class="field-note">{t('join.microphone.test')}</p>
    </div>
  );
}

/** Measures a track as long as the component lives. */
export function useSoundLevel(track: MediaStreamTrack | null): SoundLevel | null {
  const [level, setLevel] = useState<SoundLevel | null>(null);
  useEffect(() => {
    if (!track) return setLevel(null);
    const created = new SoundLevel(track);
    setLevel(created);
    return () => created.close();
  }, [track]);
  return level;
}
