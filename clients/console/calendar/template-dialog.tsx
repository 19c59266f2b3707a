import { useSignal } from '@preact/signals';
import type { Template } from '../../../server/api/templates.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { TextField } from '../../ui/field.js';
import { language, t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import { linesWithoutMail, newPlan, planAfter, templateOf, type Plan } from './plan.js';
import { PlanForm } from './plan-form.js';

interface TemplateDialogProps {
  /** Null: a new one. */
  template: Template | null;
  onClose: () => void;
  onKept: () => void;
}

/** Makes a template, or changes one. Its plan takes place at no time. */
export function TemplateDialog({ template, onClose, onKept }: TemplateDialogProps) {
  const name = useSignal(template?.name ?? '');
  const title = useSignal(template?.title ?? '');
  const timeless = newPlan('2000-01-01T00:00', 'UTC', language.peek());
  const plan = useSignal<Plan>(template ? planAfter(template, timeless) : timeless);
  const task = useTask();
  const unwritable = linesWithoutMail(plan.value.guests);
  const ready =
    name.value.trim() !== '' &&
    title.value.trim() !== '' &&
    plan.value.minutes >= 5 &&
    unwritable.length === 0;
  const keep = () =>
    task.run(async () => {
      const body = { name: name.value.trim(), ...templateOf(title.value.trim(), plan.value) };
      if (template) {
        const { templateId, version } = template;
        await call('changeTemplate', { params: { templateId }, body, ifMatch: `"${version}"` });
      } else {
        await call('createTemplate', { body });
      }
      onKept();
    });
  return (
    <Dialog
      title={template ? template.name : t('template.new')}
      onClose={onClose}
      testId="template-dialog"
      actions={
        <Button
          tone="primary"
          busy={task.busy}
          disabled={!ready}
          onClick={() => void keep()}
          testId="template-save"
        >
          {t('plan.save')}
        </Button>
      }
    >
      <div class="stack">
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
        <TextField
          label={t('template.name')}
          value={name.value}
          onInput={value => (name.value = value)}
          maxLength={120}
          testId="template-name"
        />
        <TextField
          label={t('plan.title')}
          value={title.value}
          onInput={value => (title.value = value)}
          placeholder={t('home.create.name.example')}
          maxLength={120}
          testId="template-title"
        />
        <PlanForm
          timeless
          plan={plan.value}
          named={null}
          unwritable={unwritable}
          onName={() => {}}
          onPlan={change => (plan.value = { ...plan.value, ...change })}
        />
      </div>
    </Dialog>
  );
}
