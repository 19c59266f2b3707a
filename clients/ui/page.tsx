import { effect } from '@preact/signals';
import { render, type ComponentType } from 'preact';
import './tokens.css';
import './base.css';

/** Draws a page into its document. */
export function mount(Page: ComponentType): void {
  const root = document.getElementById('page');
  if (!root) throw new Error('the document has no place for the page');
  render(<Page />, root);
}

/** Keeps the window's title in the page's language. */
export function titleFollows(title: () => string): void {
  effect(() => {
    document.title = title();
  });
}
