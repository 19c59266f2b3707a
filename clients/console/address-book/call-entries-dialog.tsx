import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField, TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { signedOutBy } from '../../ui/session.js';
import { useTask } from '../../ui/use-task.js';
import { choose } from '../address.js';

/** Of one request. */
const maxRooms = 50;
type Conference = Awaited<ReturnType<typeof call<'listConferences'>>>[number];

/** Calls one entry or a whole group into a conference that is there, or a new one; then shows the conference. */
export function CallEntriesDialog(props: {
  /** Of the entry or the group. */
  name: string;
  entries: readonly AddressEntry[];
  onClose: () => void;
}) {
  const { name, entries, onClose } = props;
  const conferences = useSignal<Conference[] | null>(null);
  const into = useSignal('');
  const title = useSignal(name);
  /** A new one, until rooms are called into it. */
  const made = useSignal<string | null>(null);
  const task = useTask();
  /** What was made for calls that were refused is taken back. */
  const close = () => {
    if (made.value !== null)
      void call('deleteConference', { params: { conferenceId: made.value } }).catch(signedOutBy);
    onClose();
  };
  useEffect(() => {
    void task.run(async () => {
      const found = await call('listConferences');
      into.value = found[0]?.conferenceId ?? '';
      conferences.value = found;
    });
  }, []);
  const isNew = into.value === '';
  const ready = conferences.value !== null && (!isNew || title.value.trim() !== '');
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    void task.run(async () => {
      if (isNew) {
        const conference = await call('createConference', { body: { title: title.value.trim() } });
        // A second try, after a refusal, calls into the same one.
        made.value = conference.conferenceId;
        conferences.value = [conference, ...conferences.value!];
        into.value = conference.conferenceId;
      }
      const conferenceId = into.value;
      const rooms = entries.map(({ addresses, displayName }) => ({ address: addresses[0]!, displayName }));
      for (let at = 0; at < rooms.length; at += maxRooms)
        await call('dialOut', { params: { conferenceId }, body: { rooms: rooms.slice(at, at + maxRooms) } });
      if (made.value === conferenceId) made.value = null;
      choose(conferenceId);
    });
  };
  return (
    <Dialog title={t('book.dial.title', { name })} onClose={close} testId="call-entries-dialog">
      <form class="stack" onSubmit={submit}>
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
        {entries.length > 1 && (
          <p>
            {t('book.dial.rooms', {
              count: entries.length,
              names: entries.map(({ displayName }) => displayName).join(' · '),
            })}
          </p>
        )}
        <SelectField
          label={t('book.dial.into')}
          value={into.value}
          options={[
            ...(conferences.value ?? []).map(conference => ({
              value: conference.conferenceId,
              text: `${conference.title} · ${conference.number}`,
            })),
            { value: '', text: t('book.dial.new') },
          ]}
          onChange={value => (into.value = value)}
          testId="call-into"
        />
        {isNew && (
          <TextField
            label={t('book.dial.newTitle')}
            value={title.value}
            maxLength={120}
            required
            onInput={text => (title.value = text)}
            testId="call-title"
          />
        )}
        <Button type="submit" tone="primary" busy={task.busy} disabled={!ready} testId="call-now">
          {t('book.dial.submit')}
        </Button>
      </form>
    </Dialog>
  );
}
