import type { CallProgress } from '../../../server/api/outgoing-calls.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { useNow } from './use-now.js';

/** A room that is being called into the conference: who, and how far it is. */
export function CalledRow({ call }: { call: CallProgress }) {
  const now = useNow(call.nextTryAt !== null);
  return (
    <li class="people-row" data-testid="called" data-state={call.state}>
      <div class="people-line">
        <Icon name="room" />
        <div class="people-who">
          <span class="people-name">{call.displayName}</span>
          <span class="people-kind">{describe(call, now)}</span>
        </div>
      </div>
    </li>
  );
}

function describe({ state, failure, nextTryAt }: CallProgress, now: number): string {
  const progress = t(`room.called.${state}`);
  if (failure === null || state === 'trying' || state === 'ringing') return progress;
  const reason = t(`room.called.failure.${failure}`);
  if (nextTryAt === null) return reason;
  return t('room.called.again', {
    reason,
    seconds: Math.max(0, Math.ceil((Date.parse(nextTryAt) - now) / 1000)),
  });
}
