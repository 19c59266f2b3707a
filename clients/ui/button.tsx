import type { ComponentChildren } from 'preact';
import './button.css';
import { Icon, type IconName } from './icons.js';

type Tone = 'primary' | 'secondary' | 'quiet' | 'danger';

interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  tone?: Tone;
  icon?: IconName;
  type?: 'button' | 'submit';
  /** It is being done: it cannot be pressed again. */
  busy?: boolean;
  disabled?: boolean;
  wide?: boolean;
  testId?: string;
}

export function Button(props: ButtonProps) {
  const {
    children,
    onClick,
    tone = 'secondary',
    icon,
    type = 'button',
    busy,
    disabled,
    wide,
    testId,
  } = props;
  return (
    <button
      type={type}
      class={`button ${tone}${wide ? ' wide' : ''}`}
      onClick={onClick}
      disabled={Boolean(disabled ?? false) || Boolean(busy)}
      aria-busy={busy ? 'true' : undefined}
      data-testid={testId}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

/** Looks like a button, leads to another page. */
export function ButtonLink(props: {
  href: string;
  children: ComponentChildren;
  tone?: Tone;
  icon?: IconName;
  download?: boolean;
  testId?: string;
}) {
  const { href, children, tone = 'secondary', icon, download, testId } = props;
  return (
    <a class={`button ${tone}`} href={href} download={download} data-testid={testId}>
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </a>
  );
}

interface IconButtonProps {
  icon: IconName;
  /** What pressing it does; read aloud, and shown as a tooltip. */
  label: string;
  onClick: (event: MouseEvent) => void;
  /** `off` is for what is turned off and matters (a muted microphone); `alert` for what ends something, `hangUp` the same in a list. */
  tone?: 'plain' | 'off' | 'on' | 'alert' | 'hangUp';
  /** For buttons that stay pressed. Absent: an action. */
  pressed?: boolean;
  expanded?: boolean;
  /** The key that does the same. */
  shortcut?: string;
  /** Shown under the icon where there is room. */
  caption?: string;
  disabled?: boolean;
  /** It is being done: a turning ring instead of its picture, and it cannot be pressed again. */
  busy?: boolean;
  tooltip?: 'above' | 'below' | 'none';
  /** A small figure at the icon; the label says it in words. */
  badge?: number;
  testId?: string;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, onClick, tone = 'plain', pressed, expanded, shortcut, caption } = props;
  const { disabled, busy, tooltip = 'above', badge, testId } = props;
  return (
    <button
      type="button"
      class={`icon-button ${tone}${caption ? ' captioned' : ''}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-keyshortcuts={shortcut}
      aria-disabled={busy ? 'true' : undefined}
      aria-busy={busy ? 'true' : undefined}
      disabled={disabled}
      onClick={event => {
        if (!busy) onClick(event); // not `disabled`: the focus would be lost
      }}
      data-testid={testId}
    >
      <span class="icon-button-face" data-badge={badge}>
        {busy ? <span class="spinner" aria-hidden="true" /> : <Icon name={icon} />}
      </span>
      {caption && (
        <span class="caption" aria-hidden="true">
          {caption}
        </span>
      )}
      {tooltip !== 'none' && (
        <span class={`tooltip ${tooltip}`} aria-hidden="true">
          {label}
          {shortcut && <kbd>{shortcut}</kbd>}
        </span>
      )}
    </button>
  );
}
