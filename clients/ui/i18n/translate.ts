import type { english } from './english.js';

export type MessageKey = keyof typeof english;

/** The names in braces of a message. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
/** Nothing for a message without parameters, else one object with all of them. */
export type Parameters<K extends MessageKey> = [Names<(typeof english)[K]>] extends [never]
  ? []
  : [values: Record<Names<(typeof english)[K]>, string | number>];

/** A message without parameters. */
export type PlainKey = { [K in MessageKey]: Parameters<K> extends [] ? K : never }[MessageKey];

/** Puts `values` into the braces of `text`. */
export function fill(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
