import type { ComponentChildren } from 'preact';
import './card.css';
import { Icon, type IconName } from './icons.js';

/** A surface for one thing. */
export function Card({ children, testId }: { children: ComponentChildren; testId?: string }) {
  return (
    <article class="card" data-testid={testId}>
      {children}
    </article>
  );
}

/** What a list says while there is nothing in it. */
export function EmptyState(props: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  const { icon, title, children, action } = props;
  return (
    <div class="empty-state" data-testid="empty-state">
      <Icon name={icon} size={36} />
      <h2>{title}</h2>
      {children && <p class="quiet">{children}</p>}
      {action}
    </div>
  );
}
