import { formatDateTime, formatTime } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';

interface ConflictLike {
  kind: 'room-or-person' | 'capacity';
  what: string;
  beginsAt: string;
  endsAt: string;
}

export interface Check {
  conflicts: ConflictLike[];
  /** RFC 3339 */
  alternatives: string[];
}

const shown = 4;

/** What stands against a time, and the times that would do, each a button that takes it. */
export function ConflictNotice(props: {
  check: Check;
  timeZone: string;
  onTake: (beginsAt: string) => void;
}) {
  const { check, timeZone, onTake } = props;
  const tag = formatTag();
  const { conflicts, alternatives } = check;
  return (
    <div class="notice warning" role="alert" data-testid="plan-conflict">
      <Icon name="warning" />
      <div class="notice-text">
        <strong>{t('plan.conflict')}</strong>
        <ul class="plan-conflicts">
          {conflicts.slice(0, shown).map(({ kind, what, beginsAt, endsAt }) => (
            <li key={kind + what + beginsAt}>
              {kind === 'capacity'
                ? t('plan.conflict.ports', { what, from: formatDateTime(beginsAt, tag, timeZone) })
                : t('plan.conflict.who', {
                    what,
                    from: formatDateTime(beginsAt, tag, timeZone),
                    until: formatTime(endsAt, tag, timeZone),
                  })}
            </li>
          ))}
          {conflicts.length > shown && (
            <li>{t('plan.conflict.more', { count: conflicts.length - shown })}</li>
          )}
        </ul>
        {alternatives.length > 0 && (
          <div class="row plan-free">
            <span>{t('plan.free')}</span>
            {alternatives.map(beginsAt => (
              <button
                key={beginsAt}
                type="button"
                class="button secondary"
                onClick={() => onTake(beginsAt)}
                data-testid="plan-alternative"
              >
                {formatDateTime(beginsAt, tag, timeZone)}
              </button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
