import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ButtonLink } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';
import { groupsOf, type ApiDocument } from './document.js';
import { OperationView } from './operation-view.js';
import './reference.css';

export const documentAddress = '/api/v1/openapi.json';

/** Everything that the server can be asked for, and tells of itself, out of its own OpenAPI document. */
export function ReferencePage() {
  const document = useSignal<ApiDocument | null>(null);
  const failed = useSignal(false);
  const search = useSignal('');
  useEffect(() => {
    fetch(documentAddress)
      .then(async response => (document.value = (await response.json()) as ApiDocument))
      .catch(() => (failed.value = true));
  }, []);
  const groups = document.value ? groupsOf(document.value, search.value) : [];
  return (
    <div class="reference">
      <header class="reference-head">
        <div>
          <h1>{t('reference.title')}</h1>
          <p class="quiet">{t('reference.text')}</p>
        </div>
        <ButtonLink href={documentAddress} icon="download" download testId="openapi-document">
          OpenAPI 3.1
        </ButtonLink>
      </header>
      {failed.value && <Notice tone="problem">{t('error.unreachable')}</Notice>}
      <div class="reference-search">
        <TextField
          label={t('reference.search')}
          value={search.value}
          onInput={value => (search.value = value)}
          maxLength={80}
          testId="reference-search"
        />
      </div>
      {document.value && groups.length === 0 && <p class="quiet">{t('reference.none')}</p>}
      {groups.map(({ name, entries }) => (
        <section key={name} class="reference-group" aria-label={name}>
          <h2 lang="en">{name}</h2>
          <div class="reference-entries">
            {entries.map(entry => (
              <OperationView key={entry.operation.operationId} entry={entry} document={document.value!} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
