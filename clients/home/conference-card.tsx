import type { Conference } from '../../server/api/rest.js';
import { Button, ButtonLink } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { t } from '../ui/i18n/language.js';
import { Icon } from '../ui/icons.js';
import { Menu } from '../ui/menu.js';

interface ConferenceCardProps {
  conference: Conference;
  onInvite: () => void;
  onEnd: () => void;
}

export function ConferenceCard({ conference, onInvite, onEnd }: ConferenceCardProps) {
  const { title, number, pin, link, siteCount, recording, conferenceId } = conference;
  return (
    <Card testId="conference">
      <div class="conference-card" data-conference-id={conferenceId}>
        <div class="conference-about">
          <h2>{title}</h2>
          <p class="conference-facts figures">
            <span>
              {t('home.card.number')} <strong>{number}</strong>
            </span>
            {pin !== null && (
              <span>
                {t('home.card.pin')} <strong>{pin}</strong>
              </span>
            )}
            <span class={siteCount > 0 ? 'conference-live' : ''}>
              {siteCount > 0 ? t('home.card.sites', { count: siteCount }) : t('home.card.nobody')}
            </span>
            {recording && (
              <span class="conference-recording">
                <Icon name="record" size={12} />
                {t('home.card.recording')}
              </span>
            )}
          </p>
        </div>
        <div class="conference-actions">
          <Button icon="link" onClick={onInvite} testId="card-invite">
            {t('home.card.invite')}
          </Button>
          <ButtonLink href={link} tone="primary" testId="card-join">
            {t('home.card.join')}
          </ButtonLink>
          <Menu
            icon="more"
            label={t('action.more')}
            items={[
              { text: t('home.card.end'), icon: 'stop', tone: 'danger', onSelect: onEnd, testId: 'card-end' },
            ]}
            testId="card-more"
          />
        </div>
      </div>
    </Card>
  );
}
