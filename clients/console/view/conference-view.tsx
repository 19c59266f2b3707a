import { useSignal, type Signal } from '@preact/signals';
import type { ConferenceViews } from '../../../server/api/views.js';
import { call } from '../../rest/client.js';
import { InvitationDialog } from '../../room/view/invitation-dialog.js';
import { sipAddressOf, type Invitation } from '../../room/view/invitation.js';
import { Button, IconButton } from '../../ui/button.js';
import { EmptyState } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { formatTime } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { Menu } from '../../ui/menu.js';
import { choose } from '../address.js';
import type { BoardConference } from '../board.js';
import type { Console } from '../console.js';
import { act, isPending } from '../pending.js';
import { CallDialog, Calls } from './call-dialog.js';
import { CheckDialog } from './check-dialog.js';
import { ExtendMenu } from './extend-menu.js';
import { LayoutBoard } from './layout-board.js';
import { RunningTime } from './running-time.js';
import { SiteRow } from './site-row.js';
import { Topology } from './topology.js';

const noViews: Pick<ConferenceViews, 'broadcast' | 'watching'> = { broadcast: null, watching: {} };

/** One conference: its sites with all that can be done, and what rooms and the recording see. */
export function ConferenceView(props: { console: Console; conference: BoardConference }) {
  const { console, conference } = props;
  const { conferenceId, startedAt, siteIds } = conference;
  const open = useSignal<string | null>(null);
  const asTopology = useSignal(false);
  const alarms = new Map(console.alarms.value.map(alarm => [alarm.siteId, alarm.kind]));
  const views = conference.views.value ?? noViews;
  return (
    <div class="conference" data-testid="conference" data-conference-id={conferenceId}>
      <Head conference={conference} />
      <Calls conference={conference} />
      {startedAt.value === null || siteIds.value.length === 0 ? (
        <EmptyState icon="people" title={t('home.card.nobody')}>
          {t('console.nobody.text')}
        </EmptyState>
      ) : (
        <div class="conference-body">
          <LayoutBoard conference={conference} />
          <section class="sites" aria-label={t('room.people')}>
            <SitesHead conference={conference} asTopology={asTopology} />
            {asTopology.value ? (
              <Topology
                conference={conference}
                onChoose={siteId => {
                  open.value = siteId;
                  asTopology.value = false;
                }}
              />
            ) : (
              <ul>
                {siteIds.value.map(siteId => (
                  <SiteRow
                    key={siteId}
                    conference={conference}
                    siteId={siteId}
                    broadcast={views.broadcast === siteId}
                    watches={views.watching[siteId] ?? null}
                    alarm={alarms.get(siteId) ?? null}
                    open={open.value === siteId}
                    onToggle={() => (open.value = open.value === siteId ? null : siteId)}
                  />
                ))}
              </ul>
            )}
          </section>
        </div>
      )}
    </div>
  );
}

function Head({ conference }: { conference: BoardConference }) {
  const { conferenceId, summary, startedAt, siteIds, recording } = conference;
  const { title, number } = summary.value;
  const ending = useSignal(false);
  const calling = useSignal(false);
  const checking = useSignal(false);
  const invitation = useSignal<Invitation | null>(null);
  const params = { conferenceId };
  const invite = async () => {
    const { link: path, pin } = await call('getConference', { params });
    const secret = path.replace(/^\/join\//, '');
    const sipAddress = await call('getInvitation', { params: { link: secret } }).then(
      known => known.sipAddress,
      () => sipAddressOf(number),
    );
    invitation.value = { title, number, pin, link: secret, sipAddress };
  };
  const record = `record ${conferenceId}`;
  return (
    <header class="conference-head">
      <span class="conference-back">
        <IconButton
          icon="chevronLeft"
          label={t('console.back')}
          onClick={() => choose(null)}
          tooltip="none"
          testId="back"
        />
      </span>
      <div class="conference-title">
        <h1>{title}</h1>
        <p class="quiet figures">
          {t('home.card.number')} {number}
          {startedAt.value !== null && (
            <>
              {' · '}
              {t('home.card.sites', { count: siteIds.value.length })}
              {' · '}
              <RunningTime since={startedAt.value} />
            </>
          )}
          {conference.endsAt.value !== null && (
            <span data-testid="ends">
              {' · '}
              {t('console.until', { time: formatTime(conference.endsAt.value, formatTag()) })}
            </span>
          )}
          {conference.locked.value && <span class="site-mark"> {t('console.locked')}</span>}
          {recording.value && (
            <span class="entry-recording" data-testid="recording">
              {' '}
              <Icon name="record" size={14} />
              {t('home.card.recording')} <RunningTime since={recording.value.startedAt} />
            </span>
          )}
        </p>
      </div>
      <div class="conference-tools">
        <Button
          icon={recording.value ? 'stop' : 'record'}
          busy={isPending(record)}
          disabled={startedAt.value === null}
          onClick={() =>
            void act(record, () => call(recording.value ? 'stopRecording' : 'startRecording', { params }))
          }
          testId="record"
        >
          {t(recording.value ? 'room.record.stop' : 'room.record.start')}
        </Button>
        <Button
          icon="invite"
          busy={isPending(`invite ${conferenceId}`)}
          onClick={() => void act(`invite ${conferenceId}`, invite)}
          testId="invite"
        >
          {t('room.invite')}
        </Button>
        <Button
          icon="plus"
          busy={isPending(`call ${conferenceId}`)}
          onClick={() => (calling.value = true)}
          testId="call"
        >
          {t('console.call')}
        </Button>
        <span class="conference-menus">
          {conference.endsAt.value !== null && <ExtendMenu conference={conference} />}
          <Menu
            icon="more"
            label={t('action.more')}
            items={[
              {
                text: t('home.card.join'),
                icon: 'people',
                onSelect: () =>
                  void act(`join ${conferenceId}`, async () => {
                    location.href = (await call('getConference', { params })).link;
                  }),
              },
              {
                text: t('check.open'),
                icon: 'check',
                onSelect: () => (checking.value = true),
                testId: 'check',
              },
              ...(startedAt.value === null
                ? []
                : [
                    {
                      text: t(conference.locked.value ? 'console.unlock' : 'console.lock'),
                      icon: 'stop' as const,
                      onSelect: () =>
                        void act(`lock ${conferenceId}`, () =>
                          call('setLock', { params, body: { locked: !conference.locked.value } }),
                        ),
                      testId: 'lock',
                    },
                    {
                      text: t('console.hangUpAll'),
                      icon: 'leave' as const,
                      tone: 'danger' as const,
                      onSelect: () =>
                        void act(`hang-up ${conferenceId}`, () => call('endConference', { params })),
                      testId: 'hang-up-all',
                    },
                  ]),
              {
                text: t('home.card.end'),
                icon: 'stop',
                tone: 'danger',
                onSelect: () => (ending.value = true),
                testId: 'end',
              },
            ]}
            testId="conference-more"
          />
        </span>
      </div>
      {invitation.value && (
        <InvitationDialog invitation={invitation.value} onClose={() => (invitation.value = null)} />
      )}
      {checking.value && <CheckDialog conference={conference} onClose={() => (checking.value = false)} />}
      {calling.value && <CallDialog conference={conference} onClose={() => (calling.value = false)} />}
      {ending.value && (
        <ConfirmDialog
          title={t('home.end.title', { title })}
          text={t('home.end.text')}
          confirm={t('home.end.submit')}
          busy={isPending(`end ${conferenceId}`)}
          onConfirm={() =>
            void act(`end ${conferenceId}`, () => call('deleteConference', { params })).then(done => {
              ending.value = false;
              if (done) choose(null);
            })
          }
          onClose={() => (ending.value = false)}
        />
      )}
    </header>
  );
}

/** What is done to all sites at once. */
function SitesHead(props: { conference: BoardConference; asTopology: Signal<boolean> }) {
  const { conference, asTopology } = props;
  const { conferenceId, siteIds } = conference;
  const sites = conference.sites.value;
  const allMuted = sites.every(({ sound }) => sound.mouth.muted);
  const key = `mute-all ${conferenceId}`;
  const muteAll = () =>
    Promise.all(
      sites
        .filter(({ sound }) => sound.mouth.muted === allMuted)
        .map(({ siteId }) =>
          call('setSiteSound', { params: { conferenceId, siteId }, body: { mouth: { muted: !allMuted } } }),
        ),
    );
  return (
    <header class="sites-head">
      <h2>{t('room.people.count', { count: siteIds.value.length })}</h2>
      <Button
        tone="quiet"
        icon={asTopology.value ? 'people' : 'grid'}
        onClick={() => (asTopology.value = !asTopology.value)}
        testId="topology-toggle"
      >
        {t(asTopology.value ? 'topology.list' : 'topology.open')}
      </Button>
      <Button
        tone="quiet"
        icon={allMuted ? 'microphone' : 'microphoneOff'}
        busy={isPending(key)}
        onClick={() => void act(key, muteAll)}
        testId="mute-all"
      >
        {t(allMuted ? 'console.unmuteAll' : 'console.muteAll')}
      </Button>
    </header>
  );
}
