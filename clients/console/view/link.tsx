import type { ComponentChildren } from 'preact';
import { addressOf, choose } from '../address.js';

/** Leads to a conference, or to all, within the page. */
export function ConsoleLink(props: {
  conferenceId: string | null;
  children: ComponentChildren;
  class?: string;
  current?: boolean;
  label?: string;
  testId?: string;
}) {
  const { conferenceId, children, current, label, testId } = props;
  return (
    <a
      href={addressOf(conferenceId)}
      class={props.class}
      aria-current={current ? 'page' : undefined}
      aria-label={label}
      data-testid={testId}
      data-conference-id={conferenceId}
      onClick={event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a window of its own
        event.preventDefault();
        choose(conferenceId);
      }}
    >
      {children}
    </a>
  );
}
