import { CopyButton, CopyField } from '../../ui/copy-field.js';
import { Dialog } from '../../ui/dialog.js';
import { t } from '../../ui/i18n/language.js';
import { addressOf, invitationText, type Invitation } from './invitation.js';

/** How others get in: link, number, SIP address, and all of it as one text. */
export function InvitationDialog(props: { invitation: Invitation; onClose: () => void }) {
  const { invitation, onClose } = props;
  const { number, sipAddress, link, pin } = invitation;
  return (
    <Dialog
      title={t('invitation.title')}
      onClose={onClose}
      testId="invitation-dialog"
      actions={
        link !== undefined && (
          <CopyButton value={invitationText(invitation)} text={t('invitation.text.copy')} tone="primary" />
        )
      }
    >
      <div class="stack">
        {link === undefined ? (
          <p>{t('invitation.byNumber', { site: `${location.origin}/join`, number })}</p>
        ) : (
          <CopyField label={t('invitation.link')} value={addressOf(link)} testId="invitation-link" />
        )}
        <CopyField
          label={t('invitation.sip')}
          value={pin ? sipAddress.replace(number, `${number}*${pin}`) : sipAddress}
          testId="invitation-sip"
        />
        <CopyField label={t('invitation.number')} value={number} />
      </div>
    </Dialog>
  );
}
