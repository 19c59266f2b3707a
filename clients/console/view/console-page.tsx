import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { EmptyState } from '../../ui/card.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { chosenId, chosenTab, type Tab } from '../address.js';
import { Console } from '../console.js';
import { AddressBookPage } from '../address-book/address-book-page.js';
import { AlarmBar } from './alarm-bar.js';
import { CalendarPage } from '../calendar/calendar-page.js';
import { ConferenceList } from './conference-list.js';
import { ConferenceView } from './conference-view.js';
import { RecordsPage } from '../records/records-page.js';
import { TabBar } from './tab-bar.js';
import { Wall } from './wall.js';

const tabPages: Record<Tab, ComponentType> = {
  calendar: CalendarPage,
  'address-book': AddressBookPage,
  records: RecordsPage,
};

/** The conferences, or what else the console has, each as a tab. */
export function ConsolePage() {
  const [console, setConsole] = useState<Console | null>(null);
  useEffect(() => {
    const opened = new Console();
    setConsole(opened);
    return () => opened.close();
  }, []);
  if (!console) return null;
  const Page = chosenTab.value && tabPages[chosenTab.value];
  return (
    <div class="console-frame">
      <TabBar />
      {Page ? (
        <div class="console-page">
          <Page />
        </div>
      ) : (
        <Conferences console={console} />
      )}
    </div>
  );
}

/** They are on the left, beside them the chosen one or the wall of all; on a phone one after the other. */
function Conferences({ console }: { console: Console }) {
  const id = chosenId.value;
  const conference = id === null ? undefined : console.board.conference(id);
  const line = console.feed.line.value;
  return (
    <div class={`console${id === null ? '' : ' chosen'}`} data-testid="console" data-line={line}>
      <ConferenceList console={console} />
      <div class="console-main">
        {line === 'cut' && (
          <p class="console-cut" role="alert" data-testid="line-cut">
            <Icon name="warning" size={18} />
            {t('console.cut')}
          </p>
        )}
        <AlarmBar console={console} />
        {id === null ? (
          <Wall console={console} />
        ) : conference ? (
          <ConferenceView key={id} console={console} conference={conference} />
        ) : (
          line === 'live' && (
            <EmptyState icon="people" title={t('console.gone')}>
              {t('console.gone.text')}
            </EmptyState>
          )
        )}
      </div>
    </div>
  );
}
