import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { projectRoot } from '../../base/project.js';
import { ApiApp } from '../../testing/harness/api-app.js';
import { openApi } from './documentation.js';

const file = path.join(projectRoot, 'server/api/authorisation-matrix.md');
const subjects = [
  'nobody',
  'operator',
  'chair',
  'participant',
  'viewer',
  'auditor',
  'administrator',
  'root',
] as const;
const objects = ['own', 'house', 'foreign'] as const;

const head = `# Who may do what
Made by \`authorisation-matrix.test.ts\`, which asks the running API for every operation of its OpenAPI document and
fails when an answer differs from this table. After a wished change: \`AMPHI_WRITE_MATRIX=1 node build/server/api/authorisation-matrix.test.js\`, read the difference, commit it.

All users but the auditor and **root** (an administrator of the whole installation) are of hospital A. The object of an operation (conference, recording, user) is **own**: a
conference that the chair has made and the participant and viewer are members of, or a user or SIP account of hospital A; **house**:
a conference of hospital A that they have nothing to do with; **foreign**: of hospital B. One answer alone: the
operation has no such object, and lists show only what may be seen.
yes: allowed · 401: sign in first · no: 403, the role does not allow it · 404: not this object, as if it did not exist.
`;

interface Documented {
  operationId: string;
  'x-access': string;
}

void t.test(
  'every operation, for every role, on own and foreign objects, answers as the table says',
  async t => {
    const api = new ApiApp();
    t.teardown(() => api.close());
    // The guard alone is asked: what it lets through ends here and changes nothing.
    await api.open(
      {
        get: async recordingId => ({ conferenceId: recordingId }) as never,
        list: async () => [],
      },
      app =>
        app.addHook('onRoute', route => {
          route.handler = (_request, reply) => reply.code(299).send();
          delete route.schema;
        }),
    );
    const { access } = api.identity;
    const institution = (institutionId: string) =>
      access.insertInstitution({ institutionId, parentId: null, kind: 'hospital', name: institutionId });
    institution('A');
    institution('B');
    const users = Object.fromEntries(
      subjects
        .filter(role => role !== 'nobody')
        .map(name => {
          const ofAll = name === 'auditor' || name === 'root';
          const role = name === 'root' ? 'administrator' : name;
          return [name, api.signedIn(name, role, ofAll ? null : 'A')];
        }),
    ) as Record<string, { userId: string; cookie: string }>;
    const colleague = api.accounts.create({
      userName: 'x',
      displayName: 'x',
      institutionId: 'A',
      roles: [],
    }).userId;
    const stranger = api.accounts.create({
      userName: 'y',
      displayName: 'y',
      institutionId: 'B',
      roles: [],
    }).userId;
    access.setOwner('own', users.chair!.userId, 'A');
    access.setOwner('house', colleague, 'A');
    access.setOwner('foreign', stranger, 'B');
    for (const [accountName, institutionId] of Object.entries({ own: 'A', house: 'A', foreign: 'B' }))
      api.sipAccounts.create({
        ...{ accountName, institutionId, displayName: accountName },
        aliases: [],
        disabled: false,
      });
    const owners = { own: users.chair!.userId, house: colleague, foreign: stranger };
    for (const [templateId, ownerId] of Object.entries(owners))
      api.templates.insert({
        ...{ templateId, ownerId, name: templateId, content: '{}', version: 1, createdAt: '' },
        institutionId: templateId === 'foreign' ? 'B' : 'A',
      });
    access.setMember('own', users.participant!.userId, 'participant');
    access.setMember('own', users.viewer!.userId, 'viewer');

    const answer = async (method: string, address: string, subject: string) => {
      const cookie = users[subject]?.cookie;
      const { status } = await api.ask(method.toUpperCase() as 'GET', address.replace('/api/v1', ''), {
        ...(cookie !== undefined && { cookie }),
      });
      const words: Record<number, string> = { 299: 'yes', 401: '401', 403: 'no', 404: '404' };
      return words[status] ?? `unexpected ${status}`;
    };
    const { paths } = openApi('/api/v1') as { paths: Record<string, Record<string, Documented>> };
    const rows: string[] = [];
    for (const [place, methods] of Object.entries(paths)) {
      for (const [method, { operationId, 'x-access': needs }] of Object.entries(methods)) {
        const kind = /\{(conferenceId|recordingId|templateId|userId|accountName)\}/.exec(place)?.[1];
        const cells: string[] = [];
        for (const subject of subjects) {
          const answers: string[] = [];
          for (const object of kind === undefined ? ['own'] : objects) {
            const user = object === 'foreign' ? stranger : colleague;
            const id = kind === 'userId' ? user : object;
            const address = place.replace(`{${kind}}`, id).replaceAll(/\{\w+\}/g, 'other');
            answers.push(await answer(method, address, subject));
            api.guard!.forgetRates();
          }
          cells.push(new Set(answers).size === 1 && answers[0] !== '404' ? answers[0]! : answers.join(' '));
        }
        t.notMatch(cells.join(), /unexpected/, operationId);
        rows.push(`| ${operationId} | ${needs} | ${cells.join(' | ')} |`);
      }
    }
    const table = [
      head,
      `| operation | needs | ${subjects.join(' | ')} |`,
      `|${'---|'.repeat(subjects.length + 2)}`,
      ...rows,
      '',
    ].join('\n');
    if (process.env.AMPHI_WRITE_MATRIX === '1') fs.writeFileSync(file, table);
    const written = new Set(fs.readFileSync(file, 'utf8').split('\n'));
    const differing = table.split('\n').filter(line => !written.has(line));
    t.same(differing, [], 'rows that are not in the table');
    t.equal(written.size, new Set(table.split('\n')).size, 'the table has no other rows');
  },
);
