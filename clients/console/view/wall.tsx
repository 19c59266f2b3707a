import { useEffect, useMemo, useRef } from 'preact/hooks';
import { EmptyState } from '../../ui/card.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import type { BoardConference } from '../board.js';
import type { Console } from '../console.js';
import { Thumbnails } from '../thumbnails.js';
import { ConsoleLink } from './link.js';
import { RunningTime } from './running-time.js';

/** Of the sites of a conference on its card. */
const namesShown = 6;

/** All conferences that run, with who is in them and what is wrong. */
export function Wall({ console }: { console: Console }) {
  const running = console.board.conferences.value.filter(({ startedAt }) => startedAt.value !== null);
  const thumbnails = useMemo(() => new Thumbnails(), []);
  useEffect(() => () => thumbnails.close(), [thumbnails]);
  if (console.feed.line.value === 'connecting') return null;
  return (
    <section class="wall" data-testid="wall">
      <h1>{t('console.running', { count: running.length })}</h1>
      {running.length === 0 ? (
        <EmptyState icon="people" title={t('console.running.none')}>
          {t('console.running.none.text')}
        </EmptyState>
      ) : (
        <ul class="wall-cards">
          {running.map(conference => (
            <li key={conference.conferenceId}>
              <WallCard console={console} conference={conference} thumbnails={thumbnails} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function WallCard({
  console,
  conference,
  thumbnails,
}: {
  console: Console;
  conference: BoardConference;
  thumbnails: Thumbnails;
}) {
  const { conferenceId, summary, startedAt, siteIds, recording, activeSpeaker } = conference;
  const names = siteIds.value.slice(0, namesShown).map(siteId => ({
    siteId,
    name: conference.site(siteId)?.value.name ?? '',
    speaks: siteId === activeSpeaker.value,
  }));
  const alarms = console.unseen(conferenceId).length;
  return (
    <ConsoleLink
      conferenceId={conferenceId}
      class={`wall-card${alarms > 0 ? ' faulty' : ''}`}
      testId="wall-card"
    >
      <Thumbnail thumbnails={thumbnails} conferenceId={conferenceId} />
      <span class="wall-about">
        <strong>{summary.value.title}</strong>
        <span class="quiet figures">
          {t('home.card.sites', { count: siteIds.value.length })}
          {startedAt.value !== null && (
            <>
              {' · '}
              <RunningTime since={startedAt.value} />
            </>
          )}
        </span>
        <span class="wall-sites">
          {names.map(({ siteId, name, speaks }) => (
            <span key={siteId} class={speaks ? 'site-speaks' : undefined}>
              {name}
              {speaks && <span class="visually-hidden"> {t('room.tile.speaking')}</span>}
            </span>
          ))}
          {siteIds.value.length > namesShown && <span>+{siteIds.value.length - namesShown}</span>}
        </span>
      </span>
      <span class="wall-marks">
        {recording.value && (
          <span class="entry-recording">
            <Icon name="record" size={14} />
            {t('home.card.recording')}
          </span>
        )}
        {alarms > 0 && (
          <span class="entry-alarm">
            <Icon name="warning" size={16} />
            {t('console.alarms', { count: alarms })}
          </span>
        )}
      </span>
    </ConsoleLink>
  );
}

/** What is seen in it now; until there is a picture, a quiet place of the same size. */
function Thumbnail({ thumbnails, conferenceId }: { thumbnails: Thumbnails; conferenceId: string }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => (place.current ? thumbnails.watch(place.current) : undefined), [thumbnails]);
  const address = thumbnails.picture(conferenceId).value;
  return (
    <span class="wall-picture" data-conference={conferenceId} ref={place}>
      {address === null ? <Icon name="people" size={24} /> : <img src={address} alt="" />}
    </span>
  );
}
