import { chooseLanguage, language, languages, t, type Language } from './i18n/language.js';
import type { IconName } from './icons.js';
import { Menu } from './menu.js';
import { chooseTheme, theme, themes, type Theme } from './theme.js';

const iconOf: Record<Theme, IconName> = { system: 'contrast', light: 'sun', dark: 'moon' };

/** The switches for language and appearance. */
export function Preferences() {
  return (
    <div class="preferences">
      <Menu
        icon="globe"
        label={t('language.choose')}
        testId="language"
        items={(Object.keys(languages) as Language[]).map(name => ({
          text: languages[name].messages['language.name'],
          checked: language.value === name,
          onSelect: () => chooseLanguage(name),
          testId: `language-${name}`,
        }))}
      />
      <Menu
        icon={iconOf[theme.value]}
        label={t('theme.choose')}
        testId="theme"
        items={themes.map(name => ({
          text: t(`theme.${name}`),
          checked: theme.value === name,
          onSelect: () => chooseTheme(name),
          testId: `theme-${name}`,
        }))}
      />
    </div>
  );
}
