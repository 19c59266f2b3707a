import { useId } from 'preact/hooks';

/** Several texts, one a line. */
export function LinesField(props: {
  label: string;
  hint?: string;
  value: string;
  onInput: (value: string) => void;
  testId: string;
}) {
  const { label, hint, value, onInput, testId } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="input"
        rows={2}
        value={value}
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={event => onInput(event.currentTarget.value)}
        data-testid={testId}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="field-note">
          {hint}
        </p>
      )}
    </div>
  );
}
