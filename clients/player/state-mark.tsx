import type { Recording } from '../../server/api/rest.js';
import { t } from '../ui/i18n/language.js';
import { Icon } from '../ui/icons.js';
import './state-mark.css';

/** Whether a recording is still being made, is whole, or was cut short. */
export function StateMark({ state }: { state: Recording['state'] }) {
  return (
    <span class={`state-mark ${state}`} data-testid="state">
      <Icon name={state === 'recording' ? 'record' : state === 'complete' ? 'check' : 'warning'} size={14} />
      {t(`recordings.state.${state}`)}
    </span>
  );
}
