import { useComputed } from '@preact/signals';
import type { SiteState } from '../../../server/api/signalling.js';
import type { SoundRequest } from '../../../server/api/sound.js';
import { call } from '../../rest/client.js';
import { IconButton } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { QualityBadge } from '../../ui/quality-badge.js';
import type { AlarmKind } from '../alarms.js';
import type { BoardConference } from '../board.js';
import { draggedSite } from '../dragging.js';
import { act, isPending } from '../pending.js';
import { SiteDetails } from './site-details.js';

interface SiteRowProps {
  conference: BoardConference;
  siteId: string;
  broadcast: boolean;
  /** Whom it watches; null: its view. */
  watches: string | null;
  alarm: AlarmKind | null;
  open: boolean;
  onToggle: () => void;
}

/** A site: how it is, and one click for each thing that is done to it. It can be dragged into a tile of the layout. */
export function SiteRow(props: SiteRowProps) {
  const { conference, siteId, broadcast, watches, alarm, open, onToggle } = props;
  const speaking = useComputed(() => conference.activeSpeaker.value === siteId).value;
  const site = conference.site(siteId)?.value;
  if (!site) return null;
  const { conferenceId } = conference;
  const sends = (source: string) => site.streams.some(stream => stream.source === source && !stream.paused);
  const level = site.connection === 'reconnecting' ? 'lost' : site.quality.level;
  const detailsId = `details-${siteId}`;
  return (
    <li
      class={`site${speaking ? ' speaking' : ''}${alarm ? ' faulty' : ''}`}
      data-testid="site"
      data-site-id={siteId}
      data-speaking={speaking}
      draggable
      onDragStart={event => {
        event.dataTransfer?.setData('text/plain', site.name);
        draggedSite.value = siteId;
      }}
      onDragEnd={() => (draggedSite.value = null)}
    >
      <div class="site-line">
        <span class="site-name">
          <Icon name={site.kind === 'sip' ? 'room' : 'person'} size={16} />
          <strong>{site.name}</strong>
        </span>
        <span class="site-state quiet">
          {speaking && <span class="site-speaks">{t('room.tile.speaking')}</span>}
          {!sends('microphone') && <Mark icon="microphoneOff" text={t('room.tile.muted')} />}
          {!sends('camera') && <Mark icon="cameraOff" text={t('room.tile.cameraOff')} />}
          {sends('content') && <Mark icon="share" text={t('room.people.sharing')} />}
          {broadcast && <span class="site-mark">{t('console.isBroadcast')}</span>}
          {watches !== null && (
            <span class="site-mark">
              {t('console.watches', { name: conference.site(watches)?.value.name ?? '' })}
            </span>
          )}
        </span>
        <button
          type="button"
          class="site-signal"
          aria-expanded={open}
          aria-controls={detailsId}
          aria-label={t('quality.label', { name: site.name, level: t(`quality.${level}`) })}
          onClick={onToggle}
          data-testid="signal"
        >
          <QualityBadge level={level} withWord />
          <Icon name="chevronDown" size={16} />
        </button>
        <SiteActions conference={conference} site={site} broadcast={broadcast} watches={watches} />
      </div>
      <div id={detailsId} hidden={!open}>
        {open && <SiteDetails conferenceId={conferenceId} site={site} />}
      </div>
    </li>
  );
}

function Mark({ icon, text }: { icon: 'microphoneOff' | 'cameraOff' | 'share'; text: string }) {
  return (
    <span title={text}>
      <Icon name={icon} size={16} />
      <span class="visually-hidden">{text}</span>
    </span>
  );
}

function SiteActions(props: {
  conference: BoardConference;
  site: SiteState;
  broadcast: boolean;
  watches: string | null;
}) {
  const { conference, site, broadcast, watches } = props;
  const { conferenceId } = conference;
  const { siteId, sound, name } = site;
  const params = { conferenceId, siteId };
  const setSound = (key: string, body: SoundRequest) =>
    void act(`${key} ${siteId}`, () => call('setSiteSound', { params, body }));
  return (
    <div class="site-actions" role="group" aria-label={t('console.actions', { name })}>
      <IconButton
        icon={sound.mouth.muted ? 'microphoneOff' : 'microphone'}
        label={t(sound.mouth.muted ? 'console.unmute' : 'console.mute', { name })}
        tone={sound.mouth.muted ? 'off' : 'plain'}
        busy={isPending(`mouth ${siteId}`)}
        onClick={() => setSound('mouth', { mouth: { muted: !sound.mouth.muted } })}
        tooltip="below"
        testId="mouth"
      />
      <IconButton
        icon={sound.ear.muted ? 'soundOff' : 'sound'}
        label={t(sound.ear.muted ? 'console.undeafen' : 'console.deafen', { name })}
        tone={sound.ear.muted ? 'off' : 'plain'}
        busy={isPending(`ear ${siteId}`)}
        onClick={() => setSound('ear', { ear: { muted: !sound.ear.muted } })}
        tooltip="below"
        testId="ear"
      />
      <IconButton
        icon="broadcast"
        label={t(broadcast ? 'console.unbroadcast' : 'console.broadcast', { name })}
        pressed={broadcast}
        busy={isPending(`broadcast ${conferenceId}`)}
        onClick={() =>
          void act(`broadcast ${conferenceId}`, () =>
            call('broadcast', { params: { conferenceId }, body: { siteId: broadcast ? null : siteId } }),
          )
        }
        tooltip="below"
        testId="broadcast"
      />
      <WatchChoice
        conference={conference}
        site={site}
        watches={watches}
        onChoose={value =>
          void act(`watch ${siteId}`, () => call('watch', { params, body: { siteId: value } }))
        }
      />
      <IconButton
        icon="leave"
        label={t('console.hangUp', { name })}
        tone="hangUp"
        busy={isPending(`hang-up ${siteId}`)}
        onClick={() => void act(`hang-up ${siteId}`, () => call('removeSite', { params }))}
        tooltip="below"
        testId="hang-up"
      />
    </div>
  );
}

/** A list over a button's picture: the browser's own, which holds fifty names and works on a phone. */
function WatchChoice(props: {
  conference: BoardConference;
  site: SiteState;
  watches: string | null;
  onChoose: (siteId: string | null) => void;
}) {
  const { conference, site, watches, onChoose } = props;
  const label = t('console.watch', { name: site.name });
  return (
    <span class={`icon-button icon-select${watches === null ? '' : ' on'}`} title={label}>
      <span class="icon-button-face">
        {isPending(`watch ${site.siteId}`) ? (
          <span class="spinner" aria-hidden="true" />
        ) : (
          <Icon name="eye" />
        )}
      </span>
      <select
        aria-label={label}
        value={watches ?? ''}
        onChange={event => onChoose(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        data-testid="watch"
      >
        <option value="">{t('console.watch.none')}</option>
        {conference.sites.value
          .filter(other => other.siteId !== site.siteId)
          .map(other => (
            <option key={other.siteId} value={other.siteId}>
              {other.name}
            </option>
          ))}
      </select>
    </span>
  );
}
