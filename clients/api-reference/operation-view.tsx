import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t } from '../ui/i18n/language.js';
import { curlOf, propertiesOf, typeWords, type ApiDocument, type Entry, type Schema } from './document.js';

const deepest = 5;

interface OperationProps {
  entry: Entry;
  document: ApiDocument;
}

/** One operation: a line, and all about it once it is opened. */
export function OperationView({ entry, document }: OperationProps) {
  const open = useSignal(false);
  const { method, path, operation } = entry;
  return (
    <details
      class="reference-operation"
      id={operation.operationId}
      onToggle={event => (open.value = event.currentTarget.open)}
    >
      <summary>
        <span class={`reference-method ${method.toLowerCase()}`}>{method}</span>
        <code class="reference-path">{path.replace(/^\/api\/v1/, '')}</code>
        <span class="reference-summary" lang="en">
          {operation.summary}
        </span>
      </summary>
      {open.value && <Details entry={entry} document={document} />}
    </details>
  );
}

function Details({ entry, document }: OperationProps) {
  const { method, operation } = entry;
  const { parameters = [], requestBody, responses } = operation;
  const body = requestBody && Object.values(requestBody.content)[0]?.schema;
  return (
    <div class="reference-details">
      <p class="quiet">
        {method !== 'EVENT' && (
          <>
            {t('reference.access')} <code>{operation['x-access']}</code> · {t('reference.name')}{' '}
          </>
        )}
        <code>{operation.operationId}</code>
      </p>
      {method !== 'EVENT' && (
        <pre class="reference-curl" tabIndex={0} aria-label="curl">
          {curlOf(entry, location.origin)}
        </pre>
      )}
      {parameters.length > 0 && (
        <Part title={t('reference.parameters')}>
          <dl class="reference-properties" lang="en">
            {parameters.map(({ name, in: place, required, schema }) => (
              <Property key={`${place} ${name}`} {...{ name, schema, document }} required={required === true}>
                <span class="reference-place">{place}</span>
              </Property>
            ))}
          </dl>
        </Part>
      )}
      {body && (
        <Part title={t(method === 'EVENT' ? 'reference.event' : 'reference.body')}>
          <SchemaView schema={body} document={document} depth={0} />
        </Part>
      )}
      {method !== 'EVENT' &&
        Object.entries(responses).map(([status, { description, content }]) => (
          <Part key={status} title={`${status} · ${description}`} lang="en">
            {Object.entries(content ?? {}).map(([mediaType, { schema }]) => (
              <div key={mediaType}>
                <p class="quiet">{mediaType}</p>
                <SchemaView schema={schema} document={document} depth={0} />
              </div>
            ))}
          </Part>
        ))}
    </div>
  );
}

function Part({ title, lang, children }: { title: string; lang?: string; children: ComponentChildren }) {
  return (
    <section>
      <h3 lang={lang}>{title}</h3>
      {children}
    </section>
  );
}

function SchemaView({ schema, document, depth }: { schema: Schema; document: ApiDocument; depth: number }) {
  const properties = propertiesOf(document, schema);
  return (
    <div lang="en">
      {depth === 0 && <p class="reference-type">{typeWords(document, schema)}</p>}
      {properties.length > 0 && depth < deepest && (
        <dl class="reference-properties">
          {properties.map(([name, one, required]) => (
            <Property key={name} name={name} schema={one} required={required} document={document}>
              <SchemaView schema={one} document={document} depth={depth + 1} />
            </Property>
          ))}
        </dl>
      )}
    </div>
  );
}

interface PropertyProps {
  name: string;
  schema: Schema;
  required: boolean;
  document: ApiDocument;
  children?: ComponentChildren;
}

function Property({ name, schema, required, document, children }: PropertyProps) {
  return (
    <div class="reference-property">
      <dt>
        <code>{name}</code>
        {!required && <span class="quiet"> {t('reference.optional')}</span>}
      </dt>
      <dd>
        <span class="reference-type">{typeWords(document, schema)}</span>
        {schema.description !== undefined && <span class="quiet"> {schema.description}</span>}
        {children}
      </dd>
    </div>
  );
}
