import { Dialog } from '../../ui/dialog.js';
import { t } from '../../ui/i18n/language.js';
import './help-dialog.css';
import { shortcuts } from './shortcuts.js';

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('help.title')} onClose={onClose} testId="help-dialog">
      <dl class="shortcut-list">
        {Object.entries(shortcuts).map(([command, { key, text }]) => (
          <div key={command}>
            <dt>{t(text)}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet shortcut-note">{t('help.note')}</p>
    </Dialog>
  );
}
