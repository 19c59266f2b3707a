import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { call } from '../../rest/client.js';
import { Button, IconButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import type { BoardConference } from '../board.js';
import { act, isPending } from '../pending.js';
import { AddressBook, type Chosen } from './address-book.js';

/** Calls rooms into the conference, several at once. */
export function CallDialog({ conference, onClose }: { conference: BoardConference; onClose: () => void }) {
  const { conferenceId } = conference;
  const text = useSignal('');
  const chosen = useSignal<Chosen>(new Map());
  const error = useSignal<unknown>(null);
  const id = useId();
  const key = `call ${conferenceId}`;
  const submit = async (event: Event) => {
    event.preventDefault();
    const written = text.value.split(/[\s,;，；]+/).filter(word => word !== '');
    const typed = written.map(address => [address, { address }] as const);
    const fromBook = [...chosen.value.values()].map(
      ({ addresses: [address = ''], displayName }) => [address, { address, displayName }] as const,
    );
    // Who is chosen and typed too is called once.
    const rooms = [
      ...new Map<string, { address: string; displayName?: string }>([...typed, ...fromBook]).values(),
    ];
    if (rooms.length === 0) return;
    error.value = null;
    const dial = () => call('dialOut', { params: { conferenceId }, body: { rooms } });
    if (await act(key, dial, cause => (error.value = cause))) onClose();
  };
  return (
    <Dialog title={t('console.call.title')} onClose={onClose} testId="call-dialog">
      <form class="stack" onSubmit={event => void submit(event)}>
        <AddressBook chosen={chosen} />
        <div class="field">
          <label for={id}>{t('console.call.addresses')}</label>
          <textarea
            id={id}
            class="input"
            rows={2}
            value={text.value}
            spellcheck={false}
            aria-describedby={`${id}-hint`}
            onInput={event => (text.value = event.currentTarget.value)}
            data-testid="call-addresses"
          />
          <p id={`${id}-hint`} class="field-note">
            {t('console.call.hint')}
          </p>
        </div>
        {error.value !== null && <Notice tone="problem">{errorText(error.value)}</Notice>}
        <Button type="submit" tone="primary" busy={isPending(key)} testId="call-submit">
          {t('console.call.submit')}
        </Button>
      </form>
    </Dialog>
  );
}

/** Rooms that are being called, and those that could not be reached, with the reason. */
export function Calls({ conference }: { conference: BoardConference }) {
  const { conferenceId } = conference;
  const calls = conference.calls.value.filter(
    ({ state }) => !['answered', 'ended', 'cancelled'].includes(state),
  );
  if (calls.length === 0) return null;
  return (
    <ul class="calls" aria-label={t('console.calls')} aria-live="polite" data-testid="calls">
      {calls.map(({ callId, displayName, state, failure }) => (
        <li key={callId} data-testid="outgoing-call" data-state={state}>
          {state !== 'failed' && <span class="spinner" aria-hidden="true" />}
          <strong>{displayName}</strong> {t(`call.${state}`)}
          {failure !== null && `: ${t(`failure.${failure}`)}`}
          {state !== 'failed' && (
            <IconButton
              icon="close"
              label={t('console.call.cancel', { name: displayName })}
              busy={isPending(`cancel ${callId}`)}
              onClick={() =>
                void act(`cancel ${callId}`, () =>
                  call('cancelOutgoingCall', { params: { conferenceId, callId } }),
                )
              }
              tooltip="none"
            />
          )}
        </li>
      ))}
    </ul>
  );
}
