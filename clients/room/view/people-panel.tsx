import { useEffect, useRef } from 'preact/hooks';
import type { SiteQuality, SiteState } from '../../../server/api/signalling.js';
import { IconButton } from '../../ui/button.js';
import { formatBitrate, formatFraction, formatMs, formatTime } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { QualityBadge } from '../../ui/quality-badge.js';
import type { Session } from '../session.js';
import { CalledRow } from './called-row.js';
import './people-panel.css';

interface PeoplePanelProps {
  session: Session;
  /** Whose connection is shown in detail. */
  openSiteId: string | null;
  onToggle: (siteId: string) => void;
  onClose: () => void;
}

/** Who is here, by what, with which streams, and how well connected. */
export function PeoplePanel({ session, openSiteId, onToggle, onClose }: PeoplePanelProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const sites = session.conference.value?.sites ?? [];
  // Who has answered is among the sites.
  const called = (session.conference.value?.calls ?? []).filter(
    ({ state }) => state !== 'answered' && state !== 'ended',
  );
  return (
    <aside
      ref={panel}
      class="people-panel"
      aria-label={t('room.people')}
      tabIndex={-1}
      data-testid="people-panel"
      onKeyDown={event => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header class="people-head">
        <h2>{t('room.people.count', { count: sites.length })}</h2>
        <IconButton icon="close" label={t('action.close')} onClick={onClose} tooltip="none" />
      </header>
      <ul class="people-list">
        {sites.map(site => (
          <SiteRow
            key={site.siteId}
            site={site}
            isOwn={site.siteId === session.siteId.value}
            quality={session.quality.value[site.siteId] ?? site.quality}
            open={openSiteId === site.siteId}
            onToggle={() => onToggle(site.siteId)}
          />
        ))}
        {called.map(call => (
          <CalledRow key={call.callId} call={call} />
        ))}
      </ul>
    </aside>
  );
}

interface SiteRowProps {
  site: SiteState;
  isOwn: boolean;
  quality: SiteQuality;
  open: boolean;
  onToggle: () => void;
}

function SiteRow({ site, isOwn, quality, open, onToggle }: SiteRowProps) {
  const stream = (source: string) => site.streams.find(candidate => candidate.source === source);
  const sends = (source: string) => stream(source)?.paused === false;
  const level = site.connection === 'reconnecting' ? 'lost' : quality.level;
  const detailsId = `quality-${site.siteId}`;
  return (
    <li class="people-row" data-testid="person" data-site-id={site.siteId}>
      <div class="people-line">
        <Icon name={site.kind === 'sip' ? 'room' : 'person'} />
        <div class="people-who">
          <span class="people-name">{isOwn ? t('room.tile.you', { name: site.name }) : site.name}</span>
          <span class="people-kind">
            {t(`room.people.kind.${site.kind}`)}
            {sends('content') && ` · ${t('room.people.sharing')}`}
          </span>
        </div>
        <span class="people-streams">
          {!sends('camera') && <StreamMark icon="cameraOff" text={t('room.tile.cameraOff')} />}
          {!sends('microphone') && <StreamMark icon="microphoneOff" text={t('room.tile.muted')} />}
        </span>
        <button
          type="button"
          class="people-quality"
          aria-expanded={open}
          aria-controls={detailsId}
          aria-label={t('quality.label', { name: site.name, level: t(`quality.${level}`) })}
          onClick={onToggle}
          data-testid="person-quality"
        >
          <QualityBadge level={level} withWord />
        </button>
      </div>
      <div id={detailsId} hidden={!open}>
        {open && <QualityDetails quality={quality} level={level} joinedAt={site.joinedAt} />}
      </div>
    </li>
  );
}

function StreamMark({ icon, text }: { icon: 'cameraOff' | 'microphoneOff'; text: string }) {
  return (
    <span title={text}>
      <Icon name={icon} size={18} />
      <span class="visually-hidden">{text}</span>
    </span>
  );
}

/** The figures behind the word, for who asks. */
function QualityDetails(props: { quality: SiteQuality; level: SiteQuality['level']; joinedAt: string }) {
  const { quality, level, joinedAt } = props;
  const tag = formatTag();
  return (
    <div class="quality-details" data-testid="quality-details">
      <p>{t(`quality.advice.${level}`)}</p>
      <dl class="figures">
        <Figure name={t('quality.loss')} value={formatFraction(quality.fractionLost, tag)} />
        <Figure name={t('quality.jitter')} value={formatMs(quality.jitterMs)} />
        <Figure name={t('quality.roundTrip')} value={formatMs(quality.roundTripMs)} />
        <Figure name={t('quality.send')} value={formatBitrate(quality.sendBitrate, tag)} />
        <Figure name={t('quality.receive')} value={formatBitrate(quality.receiveBitrate, tag)} />
      </dl>
      <p class="quiet">{t('room.people.since', { time: formatTime(joinedAt, tag) })}</p>
    </div>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
