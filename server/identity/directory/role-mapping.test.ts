import t from 'tap';
import { validate } from '../../../config/load.js';
import { roles } from '../permissions.js';
import { entitlementOf } from './role-mapping.js';

void t.test('the first group that fits gives the institution; roles of another are left out', async t => {
  const mapping = [
    { group: 'cn=a,dc=x', roles: ['chair' as const], institution: 'A' },
    { group: 'cn=b,dc=x', roles: ['operator' as const], institution: 'B' },
    { group: 'cn=c,dc=x', roles: ['operator' as const, 'chair' as const], institution: 'A' },
  ];
  t.same(entitlementOf(['CN=A , DC=x'], mapping), { roles: ['chair'], institution: 'A' });
  t.same(entitlementOf(['cn=c,dc=x', 'cn=b,dc=x', 'cn=a,dc=x'], mapping), {
    roles: ['chair', 'operator'],
    institution: 'A',
  });
  t.equal(entitlementOf(['cn=a,dc=y', 'cn=aa,dc=x', 'a'], mapping), null);
});

void t.test('the configuration knows the roles, all of them and no others', async t => {
  const ldap = (role: string) => ({
    identity: {
      ldap: {
        url: 'ldaps://x',
        bindDn: 'x',
        bindPassword: 'x',
        base: 'x',
        roles: [{ group: 'x', roles: [role], institution: null }],
      },
    },
  });
  for (const role of roles) t.ok(validate(ldap(role), 'test').identity.ldap);
  t.throws(() => validate(ldap('king'), 'test'), { code: 'bad-config' });
});
