import t from 'tap';
import { operations } from '../api/rest.js';
import { requests } from '../api/signalling.js';
import { grants, incompatible, permissions, roles } from './permissions.js';

void t.test('every REST operation and every signalling message names what it needs', async t => {
  for (const [name, { access }] of Object.entries(operations)) {
    t.ok(['public', 'link', 'account', ...Object.keys(permissions)].includes(access), name);
  }
  for (const [name, { access }] of Object.entries(requests)) {
    t.ok(['public', 'joined', ...Object.keys(permissions)].includes(access), name);
  }
});

void t.test('what changes something is never public, but signing in and out', async t => {
  const open = Object.entries(operations)
    .filter(([, { access, method }]) => access === 'public' && method !== 'GET')
    .map(([name]) => name);
  t.same(open, ['createSession', 'deleteSession']);
});

void t.test('every permission is given by a role; an auditor can do nothing else', async t => {
  for (const permission of Object.keys(permissions) as (keyof typeof permissions)[]) {
    t.ok(
      roles.some(role => grants[role][permission]),
      permission,
    );
  }
  t.same(Object.keys(grants.auditor), ['audit:read']);
  t.ok(incompatible(['auditor', 'operator']));
  t.notOk(incompatible(['administrator', 'operator']));
});
