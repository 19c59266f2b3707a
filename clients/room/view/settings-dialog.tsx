import { Dialog } from '../../ui/dialog.js';
import { t } from '../../ui/i18n/language.js';
import { chooseLanguage, language, languages, type Language } from '../../ui/i18n/language.js';
import { SelectField } from '../../ui/field.js';
import { chooseTheme, theme, themes, type Theme } from '../../ui/theme.js';
import type { LocalMedia } from '../media/local-media.js';
import { DeviceSelect, LoudspeakerSelect, MicrophoneLevel } from './device-choice.js';
import { DeviceProblemNotice } from './device-problem.js';

/** Changes of devices during the conference, language and appearance. */
export function SettingsDialog({ local, onClose }: { local: LocalMedia; onClose: () => void }) {
  return (
    <Dialog title={t('settings.title')} onClose={onClose} testId="settings-dialog">
      <div class="stack">
        <DeviceSelect kind="camera" local={local} />
        <DeviceProblemNotice kind="camera" local={local} />
        <DeviceSelect kind="microphone" local={local} />
        <MicrophoneLevel local={local} />
        <DeviceProblemNotice kind="microphone" local={local} />
        <LoudspeakerSelect local={local} />
        <SelectField
          label={t('language.choose')}
          value={language.value}
          options={(Object.keys(languages) as Language[]).map(name => ({
            value: name,
            text: languages[name].messages['language.name'],
          }))}
          onChange={name => chooseLanguage(name as Language)}
        />
        <SelectField
          label={t('theme.choose')}
          value={theme.value}
          options={themes.map(name => ({ value: name, text: t(`theme.${name}`) }))}
          onChange={name => chooseTheme(name as Theme)}
        />
      </div>
    </Dialog>
  );
}
