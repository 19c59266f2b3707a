import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Conference } from '../../server/api/rest.js';
import { call } from '../rest/client.js';
import { InvitationDialog } from '../room/view/invitation-dialog.js';
import { sipAddressOf, type Invitation } from '../room/view/invitation.js';
import { EmptyState } from '../ui/card.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { errorText } from '../ui/error-text.js';
import { t } from '../ui/i18n/language.js';
import { Notice, tell } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';
import { ConferenceCard } from './conference-card.js';
import { CreateForm } from './create-form.js';

const pollIntervalMs = 4_000;
const list = () => call('listConferences');

/** The operator's start page: what there is, and a new one. */
export function Conferences({ joinByNumber }: { joinByNumber: ComponentChildren }) {
  const { value: conferences, error, refresh } = usePolled(list, pollIntervalMs);
  const invitation = useSignal<Invitation | null>(null);
  const ending = useSignal<Conference | null>(null);
  const busy = useSignal(false);
  useEffect(() => void signedOutBy(error), [error]);

  const invite = async (conference: Conference) => {
    const { title, number, pin } = conference;
    const link = conference.link.replace(/^\/join\//, '');
    // What a room dials depends on the server's address and SIP port, which it knows best.
    const sipAddress = await call('getInvitation', { params: { link } }).then(
      known => known.sipAddress,
      () => sipAddressOf(number),
    );
    invitation.value = { title, number, pin, link, sipAddress };
  };
  const end = async (conference: Conference) => {
    busy.value = true;
    try {
      await call('deleteConference', { params: { conferenceId: conference.conferenceId } });
      tell('good', t('home.end.done', { title: conference.title }));
      await refresh();
    } catch (cause) {
      if (!signedOutBy(cause)) tell('problem', errorText(cause));
    } finally {
      busy.value = false;
      ending.value = null;
    }
  };

  return (
    <div class="home-operator">
      <section class="home-list" aria-label={t('home.title')}>
        <h1>{t('home.title')}</h1>
        {error !== null && <Notice tone="warning">{errorText(error)}</Notice>}
        {conferences?.length === 0 && (
          <div class="home-box">
            <EmptyState icon="people" title={t('home.list.empty')}>
              {t('home.list.empty.text')}
            </EmptyState>
          </div>
        )}
        <ul class="home-cards">
          {conferences?.map(conference => (
            <li key={conference.conferenceId}>
              <ConferenceCard
                conference={conference}
                onInvite={() => void invite(conference)}
                onEnd={() => (ending.value = conference)}
              />
            </li>
          ))}
        </ul>
      </section>
      <div class="home-side">
        <section class="home-box">
          <h2>{t('home.create.title')}</h2>
          <CreateForm
            onCreated={conference => {
              tell('good', t('home.create.done', { title: conference.title }));
              void refresh();
              void invite(conference);
            }}
          />
        </section>
        {joinByNumber}
      </div>
      {invitation.value && (
        <InvitationDialog invitation={invitation.value} onClose={() => (invitation.value = null)} />
      )}
      {ending.value && (
        <ConfirmDialog
          title={t('home.end.title', { title: ending.value.title })}
          text={t('home.end.text')}
          confirm={t('home.end.submit')}
          busy={busy.value}
          onConfirm={() => ending.value && void end(ending.value)}
          onClose={() => (ending.value = null)}
        />
      )}
    </div>
  );
}
