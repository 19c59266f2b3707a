import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TemplateContent } from '../../../server/api/templates.js';
import { call, RestError } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog, Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { formatDateTime } from '../../ui/format.js';
import { formatTag, language, t } from '../../ui/i18n/language.js';
import { Notice, tell } from '../../ui/notice.js';
import { isPinOrNone } from '../../ui/pin.js';
import { signedOutBy } from '../../ui/session.js';
import { useTask } from '../../ui/use-task.js';
import { choose } from '../address.js';
import { ConflictNotice, type Check } from './conflict-notice.js';
import { isZone, wallClock, type Day } from './days.js';
import { linesWithoutMail, newPlan, planAfter, planOf, requestOf, type Plan } from './plan.js';
import { PlanForm, type Named } from './plan-form.js';

interface PlanDialogProps {
  edited: { conferenceId: string } | { day: Day; template?: TemplateContent };
  onClose: () => void;
  /** Something was planned, changed or cancelled. */
  onChanged: () => void;
}

/** Plans a conference, or shows a planned one to be changed or cancelled. */
export function PlanDialog({ edited, onClose, onChanged }: PlanDialogProps) {
  const known = 'conferenceId' in edited ? edited.conferenceId : null;
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const plan = useSignal<Plan | null>('day' in edited ? planFor(edited, ownZone) : null);
  const named = useSignal<Named>({
    title: 'day' in edited ? (edited.template?.title ?? '') : '',
    pin: '',
    chairPin: '',
  });
  const version = useSignal(0);
  /** Was made already, but its time was refused: the next try takes it. */
  const made = useSignal<string | null>(known);
  const check = useSignal<Check | null>(null);
  const cancelling = useSignal(false);
  const task = useTask();

  useEffect(() => {
    if (known === null) return;
    void task.run(async () => {
      const params = { conferenceId: known };
      const [conference, state] = await Promise.all([
        call('getConference', { params }),
        call('getSchedule', { params }),
      ]);
      named.value = { title: conference.title, pin: '', chairPin: '' };
      version.value = state.version;
      plan.value = planOf(state.schedule);
    });
  }, [known]);

  /** What was made for a time that it did not get is taken back. */
  const close = () => {
    if (known === null && made.value !== null)
      void call('deleteConference', { params: { conferenceId: made.value } }).catch(signedOutBy);
    onClose();
  };
  const save = (force: boolean) =>
    task.run(async () => {
      const request = requestOf(plan.value!);
      const ofOwn = made.value === null ? {} : { conferenceId: made.value };
      const found = await call('checkSchedule', { body: { ...request, ...ofOwn } });
      check.value = found;
      if (found.conflicts.some(({ kind }) => kind === 'capacity')) return;
      if (found.conflicts.length > 0 && !force) return;
      const title = named.value.title.trim();
      if (made.value === null) {
        const [pin, chairPin] = [named.value.pin.trim(), named.value.chairPin.trim()];
        const conference = await call('createConference', {
          body: { title, ...(pin !== '' && { pin }), ...(chairPin !== '' && { chairPin }) },
        });
        made.value = conference.conferenceId;
      }
      const { occurrences } = await call('setSchedule', {
        params: { conferenceId: made.value },
        body: { ...request, force },
        ifMatch: `"${version.value}"`,
      });
      const first = occurrences.find(({ state }) => state !== 'over');
      const when = first ? formatDateTime(first.beginsAt, formatTag()) : '';
      tell('good', t('plan.saved', { title, when }));
      onChanged();
    });
  const keep = () =>
    task.run(async () => {
      const { title } = named.value;
      await call('createTemplateOf', { params: { conferenceId: known! }, body: { name: title } });
      tell('good', t('template.kept', { name: title }));
    });
  const cancel = () =>
    task.run(async () => {
      await call('cancelSchedule', { params: { conferenceId: known! } });
      tell('good', t('plan.cancelled', { title: named.value.title }));
      onChanged();
    });

  const { value } = plan;
  const unwritable = value ? linesWithoutMail(value.guests) : [];
  const ready =
    value !== null &&
    named.value.title.trim() !== '' &&
    isPinOrNone(named.value.pin) &&
    isPinOrNone(named.value.chairPin) &&
    value.begins !== '' &&
    value.minutes >= 5 &&
    value.times >= 1 &&
    isZone(value.timeZone) &&
    unwritable.length === 0;
  const refused =
    task.error instanceof RestError && ['conflict', 'no-capacity'].includes(task.error.code)
      ? task.error.detail
      : null;
  const forcible = check.value?.conflicts.every(({ kind }) => kind !== 'capacity') ?? false;

  if (cancelling.value)
    return (
      <ConfirmDialog
        title={t('plan.cancel.title', { title: named.value.title })}
        text={t('plan.cancel.text')}
        confirm={t('plan.cancel')}
        busy={task.busy}
        onConfirm={() => void cancel()}
        onClose={() => (cancelling.value = false)}
      />
    );
  return (
    <Dialog
      title={known === null ? t('calendar.new') : named.value.title}
      onClose={close}
      testId="plan-dialog"
      actions={
        <>
          {known !== null && (
            <>
              <Button onClick={() => choose(known)} testId="plan-open">
                {t('plan.open')}
              </Button>
              <Button busy={task.busy} onClick={() => void keep()} testId="plan-keep">
                {t('template.keep')}
              </Button>
              <Button tone="danger" onClick={() => (cancelling.value = true)} testId="plan-cancel">
                {t('plan.cancel')}
              </Button>
            </>
          )}
          {check.value !== null && check.value.conflicts.length > 0 && forcible && (
            <Button busy={task.busy} disabled={!ready} onClick={() => void save(true)} testId="plan-force">
              {t('plan.force')}
            </Button>
          )}
          <Button
            tone="primary"
            busy={task.busy}
            disabled={!ready}
            onClick={() => void save(false)}
            testId="plan-save"
          >
            {known === null ? t('plan.submit') : t('plan.save')}
          </Button>
        </>
      }
    >
      <div class="stack">
        {check.value !== null && check.value.conflicts.length > 0 && value && (
          <ConflictNotice
            check={check.value}
            timeZone={isZone(value.timeZone) ? value.timeZone : ownZone}
            onTake={beginsAt => {
              plan.value = { ...value, begins: wallClock(beginsAt, value.timeZone) };
              check.value = null;
            }}
          />
        )}
        {task.error !== null && <Notice tone="problem">{refused ?? errorText(task.error)}</Notice>}
        {value && (
          <PlanForm
            plan={value}
            named={known === null ? named.value : null}
            unwritable={unwritable}
            onName={value => (named.value = value)}
            onPlan={change => {
              plan.value = { ...plan.value!, ...change };
              check.value = null;
            }}
          />
        )}
      </div>
    </Dialog>
  );
}

function planFor({ day, template }: { day: Day; template?: TemplateContent }, timeZone: string): Plan {
  const plan = newPlan(`${day}T${nextHour()}`, timeZone, language.peek());
  return template ? planAfter(template, plan) : plan;
}

/** On the clock. At the end of the day: the morning, since it is the next one that is meant. */
function nextHour(): string {
  const hour = new Date().getHours() + 1;
  return `${String(hour > 23 ? 9 : hour).padStart(2, '0')}:00`;
}
