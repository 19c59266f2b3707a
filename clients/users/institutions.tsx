import { useSignal } from '@preact/signals';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { errorText } from '../ui/error-text.js';
import { SelectField, TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';
import { may } from '../ui/session.js';
import { useTask } from '../ui/use-task.js';

export type Institution = Awaited<ReturnType<typeof call<'listInstitutions'>>>[number];

/** `North · City Hospital · Surgery`; of null, the whole installation. */
export function institutionPath(
  id: string | null,
  institutions: readonly { institutionId: string | null; parentId: string | null; name: string }[],
): string {
  if (id === null) return t('users.everywhere');
  const names: string[] = [];
  for (let at: string | null = id; at !== null && names.length < institutions.length;) {
    const known = institutions.find(({ institutionId }) => institutionId === at);
    if (!known) break;
    names.unshift(known.name);
    at = known.parentId;
  }
  return names.join(' · ');
}

const below = { region: 'hospital', hospital: 'department', department: 'department' } as const;

/** Regions, their hospitals, and departments of these. */
export function Institutions(props: { institutions: readonly Institution[]; onChanged: () => void }) {
  const { institutions, onChanged } = props;
  return (
    <section class="institutions">
      <h2>{t('institutions.title')}</h2>
      <p class="quiet">{t('institutions.text')}</p>
      <Branch parentId={null} institutions={institutions} />
      {may('user:manage') && <NewInstitution institutions={institutions} onMade={onChanged} />}
    </section>
  );
}

function Branch({
  parentId,
  institutions,
}: {
  parentId: string | null;
  institutions: readonly Institution[];
}) {
  const known = new Set(institutions.map(({ institutionId }) => institutionId));
  const children = institutions.filter(
    other => other.parentId === parentId || (parentId === null && !known.has(other.parentId ?? '')),
  );
  if (children.length === 0) return null;
  return (
    <ul class="branch" data-testid={parentId === null ? 'institutions' : undefined}>
      {children.map(({ institutionId, name, kind }) => (
        <li key={institutionId}>
          {name} <span class="quiet">{t(`institution.${kind}`)}</span>
          <Branch parentId={institutionId} institutions={institutions} />
        </li>
      ))}
    </ul>
  );
}

function NewInstitution(props: { institutions: readonly Institution[]; onMade: () => void }) {
  const { institutions, onMade } = props;
  const name = useSignal('');
  const parentId = useSignal('');
  const task = useTask();
  const parent = institutions.find(({ institutionId }) => institutionId === parentId.value);
  const kind: Institution['kind'] = parent ? below[parent.kind] : 'region';
  const submit = (event: Event) => {
    event.preventDefault();
    void task.run(async () => {
      const body = { parentId: parent?.institutionId ?? null, kind, name: name.value.trim() };
      await call('createInstitution', { body });
      name.value = '';
      onMade();
    });
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <SelectField
        label={t('institutions.below')}
        value={parentId.value}
        options={[
          { value: '', text: t('users.everywhere') },
          ...institutions.map(({ institutionId }) => ({
            value: institutionId,
            text: institutionPath(institutionId, institutions),
          })),
        ]}
        onChange={value => (parentId.value = value)}
        testId="institution-parent"
      />
      <TextField
        label={t(`institutions.new.${kind}`)}
        value={name.value}
        onInput={value => (name.value = value)}
        maxLength={120}
        testId="institution-name"
      />
      {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
      <Button type="submit" busy={task.busy} disabled={name.value.trim() === ''} testId="add-institution">
        {t('institutions.add')}
      </Button>
    </form>
  );
}
