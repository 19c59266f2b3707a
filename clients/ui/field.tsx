import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './field.css';
import { Icon } from './icons.js';

interface Common {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it; replaces the hint. */
  error?: string | undefined;
  testId?: string;
}

interface FieldProps extends Common {
  children: (attributes: { id: string; describedBy: string | undefined }) => ComponentChildren;
}

function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  const noteId = note === undefined ? undefined : `${id}-note`;
  return (
    <div class={`field${error === undefined ? '' : ' wrong'}`}>
      <label for={id}>{label}</label>
      {children({ id, describedBy: noteId })}
      {note !== undefined && (
        <p id={noteId} class="field-note" role={error === undefined ? undefined : 'alert'}>
          {note}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Common {
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'password';
  inputMode?: 'text' | 'numeric';
  autoComplete?: string;
  placeholder?: string;
  maxLength?: number;
  required?: boolean;
  autoFocus?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { value, onInput, type = 'text', inputMode, autoComplete = 'off', placeholder } = props;
  const { maxLength, required, autoFocus, error, testId } = props;
  return (
    <Field {...props}>
      {({ id, describedBy }) => (
        <input
          id={id}
          class="input"
          {...({ type } as { type: 'text' })}
          value={value}
          inputMode={inputMode}
          autocomplete={autoComplete}
          placeholder={placeholder}
          maxLength={maxLength}
          required={required}
          autofocus={autoFocus}
          spellcheck={false}
          aria-describedby={describedBy}
          aria-invalid={error === undefined ? undefined : 'true'}
          data-testid={testId}
          onInput={event => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps extends Common {
  value: string;
  options: { value: string; text: string }[];
  onChange: (value: string) => void;
  disabled?: boolean;
}

export function SelectField(props: SelectFieldProps) {
  const { value, options, onChange, disabled, testId } = props;
  return (
    <Field {...props}>
      {({ id, describedBy }) => (
        <div class="select">
          <select
            id={id}
            class="input"
            value={value}
            disabled={disabled}
            aria-describedby={describedBy}
            data-testid={testId}
            onChange={event => onChange(event.currentTarget.value)}
          >
            {options.map(option => (
              <option key={option.value} value={option.value}>
                {option.text}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" size={16} />
        </div>
      )}
    </Field>
  );
}
