import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Template, TemplateContent } from '../../../server/api/templates.js';
import { call } from '../../rest/client.js';
import { Button, IconButton } from '../../ui/button.js';
import { ConfirmDialog, Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import { choose } from '../address.js';
import { TemplateDialog } from './template-dialog.js';

/** What conferences are made after: to start one at once, to plan one, to change and forget templates. */
export function TemplatesDialog(props: { onClose: () => void; onPlan: (template: TemplateContent) => void }) {
  const templates = useSignal<Template[] | null>(null);
  /** What is changed; 'new': one that is not kept yet. */
  const edited = useSignal<Template | 'new' | null>(null);
  const forgetting = useSignal<Template | null>(null);
  const task = useTask();
  const load = () => task.run(async () => void (templates.value = await call('listTemplates')));
  useEffect(() => void load(), []);
  const start = ({ templateId }: Template) =>
    task.run(async () => {
      const { conferenceId } = await call('createAfterTemplate', { params: { templateId }, body: {} });
      props.onClose();
      choose(conferenceId);
    });
  const forget = ({ templateId }: Template) =>
    task.run(async () => {
      await call('deleteTemplate', { params: { templateId } });
      forgetting.value = null;
      templates.value = await call('listTemplates');
    });

  if (forgetting.value)
    return (
      <ConfirmDialog
        title={t('template.forget.title', { name: forgetting.value.name })}
        text={t('template.forget.text')}
        confirm={t('template.forget.submit')}
        busy={task.busy}
        onConfirm={() => void forget(forgetting.value!)}
        onClose={() => (forgetting.value = null)}
      />
    );
  if (edited.value)
    return (
      <TemplateDialog
        template={edited.value === 'new' ? null : edited.value}
        onClose={() => (edited.value = null)}
        onKept={() => {
          edited.value = null;
          void load();
        }}
      />
    );
  return (
    <Dialog
      title={t('template.all')}
      onClose={props.onClose}
      testId="templates-dialog"
      actions={
        <>
          <Button icon="plus" onClick={() => (edited.value = 'new')} testId="template-new">
            {t('template.new')}
          </Button>
          <Button tone="primary" onClick={props.onClose}>
            {t('action.close')}
          </Button>
        </>
      }
    >
      <div class="stack">
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
        {templates.value?.length === 0 && <p class="quiet">{t('template.none')}</p>}
        <ul class="templates">
          {templates.value?.map(template => (
            <li key={template.templateId} class="template" data-testid="template">
              <div class="template-text">
                <strong>{template.name}</strong>
                <p class="quiet">{summaryOf(template)}</p>
              </div>
              <Button busy={task.busy} onClick={() => void start(template)} testId="template-start">
                {t('template.start')}
              </Button>
              <Button onClick={() => props.onPlan(template)} testId="template-plan">
                {t('template.plan')}
              </Button>
              <IconButton
                icon="settings"
                label={t('template.change', { name: template.name })}
                onClick={() => (edited.value = template)}
                tooltip="none"
                testId="template-change"
              />
              <IconButton
                icon="trash"
                label={t('template.forget', { name: template.name })}
                onClick={() => (forgetting.value = template)}
                tooltip="none"
                testId="template-forget"
              />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** Its title, how long it takes, and who is in it. */
function summaryOf({ title, plan }: Template): string {
  if (!plan) return title;
  const names = plan.parties.map(({ name }) => name).join(', ');
  return [title, t('template.length', { minutes: plan.minutes }), names].filter(Boolean).join(' · ');
}
