import { useEffect, useRef } from 'preact/hooks';
import type { PlainKey } from '../../ui/i18n/translate.js';

export type Command = 'microphone' | 'camera' | 'share' | 'view' | 'people' | 'fullscreen' | 'help';

export const shortcuts: Record<Command, { key: string; text: PlainKey }> = {
  microphone: { key: 'M', text: 'help.microphone' },
  camera: { key: 'V', text: 'help.camera' },
  share: { key: 'S', text: 'help.share' },
  view: { key: 'G', text: 'help.view' },
  people: { key: 'P', text: 'help.people' },
  fullscreen: { key: 'F', text: 'help.fullscreen' },
  help: { key: '?', text: 'help.help' },
};

/** Runs commands by single keys, while nothing is typed in and no dialog is open. */
export function useShortcuts(run: (command: Command) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      const target = event.target as Element | null;
      if (target?.closest('input, select, textarea, dialog, [role=menu], [contenteditable]')) return;
      const key = event.key.toUpperCase();
      const command = (Object.keys(shortcuts) as Command[]).find(name => shortcuts[name].key === key);
      if (!command) return;
      event.preventDefault();
      latest.current(command);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
