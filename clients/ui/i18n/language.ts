import { effect, signal } from '@preact/signals';
import { recall, remember } from '../remembered.js';
import { chinese } from './chinese.js';
import { english } from './english.js';
import { fill, type MessageKey, type Parameters } from './translate.js';

export type Language = 'en' | 'zh';

export const languages: Record<Language, { tag: string; messages: Record<MessageKey, string> }> = {
  zh: { tag: 'zh-CN', messages: chinese },
  en: { tag: 'en', messages: english },
};

/** The language of the page; setting it changes every text at once and is remembered. */
export const language = signal<Language>(initialLanguage());

effect(() => {
  document.documentElement.lang = languages[language.value].tag;
});

/**
 * How numbers and times are written: as in the person's region, where the browser's language is the page's
 * ("en-GB" writes days otherwise than "en-US").
 */
export function formatTag(): string {
  const { value } = language;
  const regional = navigator.languages.find(tag => tag.toLowerCase().startsWith(value));
  return regional ?? languages[value].tag;
}

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember('language', chosen);
}

/** A text of the page in its language. A component that calls it is drawn again when the language changes. */
export function t<K extends MessageKey>(key: K, ...[values]: Parameters<K>): string {
  return fill(languages[language.value].messages[key], values);
}

function initialLanguage(): Language {
  const remembered = recall('language');
  if (remembered === 'en' || remembered === 'zh') return remembered;
  const preferred = navigator.languages.find(tag => /^(zh|en)\b/i.test(tag));
  return preferred?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
