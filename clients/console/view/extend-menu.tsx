import { call } from '../../rest/client.js';
import { formatTime } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Menu } from '../../ui/menu.js';
import { tell } from '../../ui/notice.js';
import type { BoardConference } from '../board.js';
import { act } from '../pending.js';

const choices = [15, 30, 60];

/** Lets a planned conference end later, and says whom that collides with. */
export function ExtendMenu({ conference }: { conference: BoardConference }) {
  const { conferenceId } = conference;
  const extend = async (minutes: number) => {
    const params = { conferenceId };
    const { endsAt, conflicts } = await call('extendConference', { params, body: { minutes } });
    const time = formatTime(endsAt, formatTag());
    const [first] = conflicts;
    if (!first) return tell('good', t('console.extended', { time }));
    const what = [
      first.what,
      ...(conflicts.length > 1 ? [t('plan.conflict.more', { count: conflicts.length - 1 })] : []),
    ];
    tell('warning', t('console.extended.conflict', { time, what: what.join(' ') }));
  };
  return (
    <Menu
      icon="clock"
      label={t('console.extend')}
      items={choices.map(minutes => ({
        text: t('console.extend.by', { minutes }),
        onSelect: () => void act(`extend ${conferenceId}`, () => extend(minutes)),
        testId: `extend-${minutes}`,
      }))}
      testId="extend"
    />
  );
}
