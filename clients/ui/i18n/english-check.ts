/** The look at a conference before it begins. */
export const englishCheck = {
  'check.open': 'Check before it begins',
  'check.title': 'Is everything ready?',
  'check.again': 'Check again',
  'check.busy': 'The rooms are asked; nothing rings there …',
  'check.ready': 'Everything is ready.',
  'check.notReady': 'Something stands against it:',
  'check.noRooms': 'No rooms are planned for it; people join by link or number.',
  'check.room.in-conference': 'is in a conference already',
  'check.room.answers': 'answers',
  'check.room.silent': 'does not answer: is it switched on, and does the firewall let SIP through?',
  'check.room.unreachable': 'its address leads nowhere: look at it in the plan',
  'check.room.not-registered': 'is not registered: switch it on, or look at its account',
  'check.room.not-allowed': 'may not be called from here: the administrator can allow it (sip.dialOut.allow)',
  'check.units': 'Video ports: {free} free now, {needed} needed for the rooms.',
  'check.units.many': 'Video ports are not limited.',
  'check.space': 'Space for {hours} hours of recording.',
} as const;
