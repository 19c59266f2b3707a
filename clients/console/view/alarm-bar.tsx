import { useSignal } from '@preact/signals';
import { Button, IconButton } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import type { Alarm } from '../alarms.js';
import { soundOn } from '../alarm-sound.js';
import type { Console } from '../console.js';
import { ConsoleLink } from './link.js';

const shownAtOnce = 2;

/** What is wrong in any conference, worst first, and what to do about it. */
export function AlarmBar({ console }: { console: Console }) {
  const all = useSignal(false);
  const alarms = console.unseen();
  if (alarms.length === 0) return null;
  const shown = all.value ? alarms : alarms.slice(0, shownAtOnce);
  return (
    <section class="alarms" aria-label={t('console.alarms', { count: alarms.length })} data-testid="alarms">
      <ul aria-live="assertive">
        {shown.map(alarm => (
          <AlarmLine key={alarm.id} console={console} alarm={alarm} />
        ))}
      </ul>
      <div class="alarms-foot">
        {alarms.length > shownAtOnce && (
          <Button tone="quiet" onClick={() => (all.value = !all.value)}>
            {all.value ? t('console.alarms.fewer') : t('console.alarms.all', { count: alarms.length })}
          </Button>
        )}
        <IconButton
          icon={soundOn.value ? 'sound' : 'soundOff'}
          label={t(soundOn.value ? 'console.alarms.silence' : 'console.alarms.sound')}
          pressed={soundOn.value}
          onClick={() => (soundOn.value = !soundOn.value)}
          tooltip="none"
          testId="alarm-sound"
        />
      </div>
    </section>
  );
}

function AlarmLine({ console, alarm }: { console: Console; alarm: Alarm }) {
  const { kind, siteName, conferenceId } = alarm;
  const title = console.board.conference(conferenceId)?.summary.value.title ?? '';
  return (
    <li class={`alarm ${kind}`} data-testid="alarm" data-kind={kind}>
      <Icon name="warning" />
      <div>
        <strong>{t(`alarm.${kind}`, { name: siteName })}</strong>{' '}
        <ConsoleLink conferenceId={conferenceId}>{title}</ConsoleLink>
        <p>{t(`alarm.${kind}.action`)}</p>
      </div>
      <Button tone="quiet" icon="check" onClick={() => console.see(alarm.id)} testId="alarm-seen">
        {t('console.alarms.seen')}
      </Button>
    </li>
  );
}
