import Type from 'typebox';
import { closed, type Operation } from './operation.js';

export const mailOperations = {
  listMail: {
    method: 'GET',
    path: '/conferences/:conferenceId/mail',
    access: 'conference:control',
    summary: 'Mails about the conference and whether they were sent, newest first; go on with `offset`',
    params: Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed),
    query: Type.Object(
      {
        offset: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      closed,
    ),
    result: Type.Array(
      Type.Object(
        {
          mailId: Type.String(),
          kind: Type.String({ description: 'invitation, update, cancellation, reminder' }),
          recipient: Type.String(),
          state: Type.Enum(['waiting', 'sent', 'failed'], { description: 'failed: no more tries' }),
          attempts: Type.Integer(),
          nextTryAt: Type.String({ description: 'RFC 3339' }),
          problem: Type.Union([Type.String(), Type.Null()], {
            description: 'What the mail server said last',
          }),
          createdAt: Type.String({ description: 'RFC 3339' }),
        },
        closed,
      ),
    ),
  },
} as const satisfies Record<string, Operation>;
