import { incompatible, roles, type Role } from '../../server/identity/permissions.js';
import { t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';

/** Which roles somebody has, with what each may; says when they do not go together. */
export function RoleChoice(props: {
  held: readonly Role[];
  onChange: (held: Role[]) => void;
  disabled?: boolean;
}) {
  const { held, onChange, disabled = false } = props;
  return (
    <>
      <fieldset class="roles">
        <legend>{t('users.roles')}</legend>
        {roles.map(role => (
          <label key={role} class="role">
            <input
              type="checkbox"
              checked={held.includes(role)}
              disabled={disabled}
              onChange={event => {
                const others = held.filter(other => other !== role);
                onChange(event.currentTarget.checked ? [...others, role] : others);
              }}
              data-testid={`role-${role}`}
            />
            <span>
              {t(`role.${role}`)} <span class="quiet">{t(`role.${role}.text`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {incompatible([...held]) && <Notice tone="warning">{t('users.clash')}</Notice>}
    </>
  );
}
