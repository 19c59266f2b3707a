import { useEffect, useState } from 'preact/hooks';
import { EmptyState } from '../../ui/card.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { chosenId } from '../address.js';
import { Console } from '../console.js';
import { AlarmBar } from './alarm-bar.js';
import { ConferenceList } from './conference-list.js';
import { ConferenceView } from './conference-view.js';
import { Wall } from './wall.js';

/** Conferences on the left, beside them the chosen one or the wall of all; on a phone one after the other. */
export function ConsolePage() {
  const [console, setConsole] = useState<Console | null>(null);
  useEffect(() => {
    const opened = new Console();
    setConsole(opened);
    return () => opened.close();
  }, []);
  if (!console) return null;
  return <Opened console={console} />;
}

function Opened({ console }: { console: Console }) {
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
