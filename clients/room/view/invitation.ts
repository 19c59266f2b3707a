import { t } from '../../ui/i18n/language.js';

/** What is known of the ways into a conference. */
export interface Invitation {
  title: string;
  number: string;
  /** What a hardware room dials. */
  sipAddress: string;
  /** The secret part of the link; absent for who came by number. */
  link?: string;
  pin?: string | null;
}

export const addressOf = (link: string): string => `${location.origin}/join/${encodeURIComponent(link)}`;

/** What a room dials, where the server has not told: the conference's number at this host. */
export const sipAddressOf = (number: string): string => `sip:${number}@${location.hostname}`;

/** The whole invitation, to be sent by mail or messenger. */
export function invitationText({ title, number, sipAddress, link, pin }: Invitation): string {
  const site = `${location.origin}/join`;
  // With a PIN a room dials NUMBER*PIN.
  const sip = pin ? sipAddress.replace(number, `${number}*${pin}`) : sipAddress;
  const text = t('invitation.text', { title, link: link === undefined ? site : addressOf(link), sip });
  return pin ? text + t('invitation.text.pin', { site, number, pin }) : text;
}
