import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from './button.js';
import { Icon, type IconName } from './icons.js';
import './menu.css';

export interface MenuItem {
  text: string;
  onSelect: () => void;
  icon?: IconName;
  /** For a choice among several: the one that holds. */
  checked?: boolean;
  tone?: 'plain' | 'danger';
  disabled?: boolean;
  testId?: string;
}

interface MenuProps {
  label: string;
  icon: IconName;
  items: MenuItem[];
  side?: 'below' | 'above';
  caption?: string;
  testId?: string;
}

/** A button that opens a list of commands (WAI-ARIA's menu button): arrows, Home, End, Escape. */
export function Menu({ label, icon, items, side = 'below', caption, testId }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const entries = () => [...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];

  useEffect(() => {
    if (!open) return;
    (entries().find(entry => entry.ariaChecked === 'true') ?? entries()[0])?.focus();
    const onPointerDown = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [open]);

  const close = (giveFocusBack: boolean) => {
    setOpen(false);
    if (giveFocusBack) root.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (target !== undefined) all[(target + all.length) % all.length]?.focus();
    else if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') return close(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <IconButton
        icon={icon}
        label={label}
        expanded={open}
        onClick={() => setOpen(!open)}
        tooltip={open ? 'none' : side}
        {...(caption === undefined ? {} : { caption })}
        {...(testId === undefined ? {} : { testId })}
      />
      {open && (
        <div class={`menu-list ${side}`} role="menu" aria-label={label}>
          {items.map(item => (
            <button
              key={item.text}
              type="button"
              class={`menu-item ${item.tone ?? 'plain'}`}
              role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked={item.checked}
              tabIndex={-1}
              disabled={item.disabled}
              data-testid={item.testId}
              onClick={() => {
                close(true);
                item.onSelect();
              }}
            >
              <span class="menu-mark">
                {item.checked ? (
                  <Icon name="check" size={18} />
                ) : (
                  item.icon && <Icon name={item.icon} size={18} />
                )}
              </span>
              {item.text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
