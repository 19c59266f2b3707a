import { useSignal } from '@preact/signals';
import { TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { chosenId } from '../address.js';
import type { BoardConference } from '../board.js';
import type { Console } from '../console.js';
import { ConsoleLink } from './link.js';
import { RunningTime } from './running-time.js';

/** From so many on, a field to search is of use. */
const searchFrom = 8;

export function ConferenceList({ console }: { console: Console }) {
  const wanted = useSignal('');
  const all = console.board.conferences.value;
  const words = wanted.value.trim().toLowerCase();
  const shown = all.filter(({ summary }) => {
    const { title, number } = summary.value;
    return words === '' || title.toLowerCase().includes(words) || number.includes(words);
  });
  return (
    <nav class="console-list" aria-label={t('console.list')}>
      <div class="console-list-head">
        <ConsoleLink conferenceId={null} class="console-all" current={chosenId.value === null} testId="all">
          <Icon name="grid" size={18} />
          {t('console.all')}
        </ConsoleLink>
        {all.length >= searchFrom && (
          <TextField
            label={t('console.search')}
            value={wanted.value}
            onInput={value => (wanted.value = value)}
            testId="search"
          />
        )}
      </div>
      <ul>
        {shown.map(conference => (
          <li key={conference.conferenceId}>
            <ListEntry console={console} conference={conference} />
          </li>
        ))}
      </ul>
      {all.length === 0 && console.feed.line.value === 'live' && (
        <p class="quiet console-none">{t('home.list.empty')}</p>
      )}
    </nav>
  );
}

function ListEntry({ console, conference }: { console: Console; conference: BoardConference }) {
  const { conferenceId, summary, startedAt, siteIds, recording } = conference;
  const { title, number } = summary.value;
  const alarms = console.unseen(conferenceId).length;
  return (
    <ConsoleLink
      conferenceId={conferenceId}
      class="console-entry"
      current={chosenId.value === conferenceId}
      testId="entry"
    >
      <span class={`live-dot${startedAt.value === null ? '' : ' on'}`} aria-hidden="true" />
      <span class="entry-about">
        <strong>{title}</strong>
        <span class="quiet figures">
          {startedAt.value === null ? (
            number
          ) : (
            <>
              {t('home.card.sites', { count: siteIds.value.length })} ·{' '}
              <RunningTime since={startedAt.value} />
            </>
          )}
        </span>
      </span>
      {recording.value && (
        <span class="entry-recording" title={t('home.card.recording')}>
          <Icon name="record" size={14} />
          <span class="visually-hidden">{t('home.card.recording')}</span>
        </span>
      )}
      {alarms > 0 && (
        <span class="entry-alarm" title={t('console.alarms', { count: alarms })}>
          <Icon name="warning" size={16} />
          {alarms}
          <span class="visually-hidden">{t('console.alarms', { count: alarms })}</span>
        </span>
      )}
    </ConsoleLink>
  );
}
