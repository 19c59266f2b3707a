import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call, RestError } from '../rest/client.js';
import { errorText } from '../ui/error-text.js';
import { t } from '../ui/i18n/language.js';
import { mount, titleFollows } from '../ui/page.js';
import { destinationOf } from './address.js';
import { takeOver, type Entry } from './entry-handoff.js';
import { LocalMedia } from './media/local-media.js';
import { Session, type Way } from './session.js';
import { SignallingError } from './signalling.js';
import { ConferencePage } from './view/conference-page.js';
import { EndedPage, MessagePage } from './view/ended-page.js';
import { EntryPage } from './view/entry-page.js';
import { PreJoinPage } from './view/pre-join-page.js';
import type { Invitation } from './view/invitation.js';

/**
 *   entry (number and PIN) ──> pre-join ──> conference ──> ended
 *   link ── looked up ───────────^
 */
function RoomPage() {
  const destination = useMemo(() => destinationOf(location.pathname, location.search), []);
  const entry = useSignal<Entry | null>(destination.by === 'number' ? (takeOver() ?? null) : null);
  const invitation = useSignal<Invitation | null>(null);
  const lookupError = useSignal<unknown>(null);
  const joinError = useSignal<unknown>(null);
  const session = useSignal<Session | null>(null);
  const local = useMemo(() => new LocalMedia(), []);

  const lookUp = async () => {
    if (destination.by !== 'link') return;
    lookupError.value = null;
    try {
      const { title, number, sipAddress } = await call('getInvitation', {
        params: { link: destination.link },
      });
      invitation.value = { title, number, sipAddress, link: destination.link };
    } catch (error) {
      lookupError.value = error;
    }
  };
  useEffect(() => void lookUp(), []);

  const join = (way: Way, name: string) => {
    joinError.value = null;
    const joining = new Session({ conference: way, name }, local);
    session.value = joining;
    const stop = joining.phase.subscribe(phase => {
      if (phase === 'joining') return;
      queueMicrotask(() => stop());
      if (phase !== 'ended') return;
      // Never got in: the person stays at the door and is told why.
      const { value: reason } = joining.endReason;
      joinError.value = reason instanceof SignallingError ? reason : null;
      session.value = null;
      if (reason instanceof SignallingError && reason.code === 'wrong-pin') entry.value = null;
    });
  };

  if (session.value && session.value.phase.value === 'ended') {
    return <EndedPage reason={session.value.endReason.value} />;
  }
  if (session.value && session.value.phase.value !== 'joining') {
    return <ConferencePage session={session.value} local={local} invitation={invitation.value} />;
  }
  if (destination.by === 'link') {
    const { value: error } = lookupError;
    if (error instanceof RestError && error.status === 404) {
      return <MessagePage title={t('ended.failed')} text={t('error.no-such-conference')} />;
    }
    if (error) {
      return <MessagePage title={t('ended.failed')} text={errorText(error)} onRetry={() => void lookUp()} />;
    }
    if (!invitation.value) return <MessagePage title={t('join.checking')} busy />;
  }
  if (destination.by === 'number' && !entry.value) {
    return (
      <EntryPage
        number={destination.number}
        error={joinError.value}
        onEntry={given => {
          joinError.value = null;
          entry.value = given;
        }}
      />
    );
  }
  const way: Way = destination.by === 'link' ? { link: destination.link } : { ...entry.value! };
  return (
    <PreJoinPage
      title={invitation.value?.title ?? t('join.title')}
      number={invitation.value?.number ?? entry.value?.number ?? ''}
      local={local}
      joining={session.value !== null}
      unreachable={session.value?.unreachable.value ?? false}
      error={joinError.value}
      onJoin={name => join(way, name)}
    />
  );
}

titleFollows(() => `${t('join.title')} · ${t('app.name')}`);
mount(RoomPage);
