import { t } from '../../ui/i18n/language.js';
import { addressOf, choose, chosenTab, tabs } from '../address.js';

/** Leads to the parts of the console, within the page. */
export function TabBar() {
  return (
    <nav class="console-tabs" aria-label={t('console.tabs')}>
      {[null, ...tabs].map(tab => (
        <a
          key={tab}
          href={addressOf(tab)}
          aria-current={chosenTab.value === tab ? 'page' : undefined}
          data-testid={`tab-${tab ?? 'conferences'}`}
          onClick={event => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a window of its own
            event.preventDefault();
            choose(tab);
          }}
        >
          {t(`console.tab.${tab ?? 'conferences'}`)}
        </a>
      ))}
    </nav>
  );
}
