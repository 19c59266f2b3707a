import { useRef, useState } from 'preact/hooks';
import { Button } from './button.js';
import './copy-field.css';
import { t } from './i18n/language.js';
import { tell } from './notice.js';

const copiedShownMs = 2_000;

/** A text to be passed on, with a button that copies it. */
export function CopyField({ label, value, testId }: { label: string; value: string; testId?: string }) {
  const text = useRef<HTMLElement>(null);
  return (
    <div class="copy-field">
      <span class="copy-label">{label}</span>
      <code ref={text} class="copy-text" data-testid={testId}>
        {value}
      </code>
      <CopyButton value={value} />
    </div>
  );
}

export function CopyButton(props: { value: string; text?: string; tone?: 'primary' | 'secondary' }) {
  const { value, text = t('action.copy'), tone = 'secondary' } = props;
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), copiedShownMs);
    } catch {
      tell('warning', t('error.clipboard'));
    }
  };
  return (
    <Button tone={tone} icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
      {copied ? t('action.copied') : text}
    </Button>
  );
}
