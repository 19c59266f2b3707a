import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { IconButton } from './button.js';
import { t } from './i18n/language.js';
import { Icon, type IconName } from './icons.js';
import './notice.css';

export type NoticeTone = 'info' | 'good' | 'warning' | 'problem';

const iconOf: Record<NoticeTone, IconName> = {
  info: 'info',
  good: 'check',
  warning: 'warning',
  problem: 'warning',
};

/** Says in place what is the matter and what to do. */
export function Notice(props: {
  tone: NoticeTone;
  title?: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
  testId?: string;
}) {
  const { tone, title, children, action, testId } = props;
  return (
    <div class={`notice ${tone}`} role={tone === 'problem' ? 'alert' : 'status'} data-testid={testId}>
      <Icon name={iconOf[tone]} />
      <div class="notice-text">
        {title && <strong>{title}</strong>}
        {children && <p>{children}</p>}
      </div>
      {action && <div class="notice-action">{action}</div>}
    </div>
  );
}

interface Toast {
  id: number;
  tone: NoticeTone;
  text: string;
}

const toasts = signal<Toast[]>([]);
let nextId = 1;
/** Long enough to be read aloud; what needs an answer stays longer. */
const shownMs: Record<NoticeTone, number> = { info: 4_000, good: 4_000, warning: 8_000, problem: 10_000 };
const maxToasts = 4;

/** Tells something that has happened, in passing. */
export function tell(tone: NoticeTone, text: string): void {
  const toast = { id: nextId++, tone, text };
  toasts.value = [...toasts.value.filter(other => other.text !== text), toast].slice(-maxToasts);
  setTimeout(() => dismiss(toast.id), shownMs[tone]);
}

function dismiss(id: number): void {
  if (toasts.value.some(toast => toast.id === id)) {
    toasts.value = toasts.value.filter(toast => toast.id !== id);
  }
}

/** Once on every page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(toast => (
        <div key={toast.id} class={`toast ${toast.tone}`} data-testid="toast">
          <Icon name={iconOf[toast.tone]} size={18} />
          <span>{toast.text}</span>
          <IconButton
            icon="close"
            label={t('action.dismiss')}
            onClick={() => dismiss(toast.id)}
            tooltip="none"
          />
        </div>
      ))}
    </div>
  );
}
