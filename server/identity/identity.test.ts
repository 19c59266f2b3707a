import t from 'tap';
import { openDatabase } from '../store/database.js';
import { Settings } from '../store/settings.js';
import { AttemptLimit } from './attempt-limit.js';
import { Operator } from './operator.js';

void t.test('the operator token is made once, shown once, and known after a restart', async t => {
  const settings = new Settings(openDatabase(':memory:'));
  const first = new Operator(settings, 1000);
  t.match(first.newToken, /^[\w-]{22}$/);
  const second = new Operator(settings, 1000);
  t.equal(second.newToken, null);
  t.ok(second.isToken(first.newToken!));
  t.notOk(second.isToken('guess'));
});

void t.test('a session ends by itself and cannot be forged or prolonged', async t => {
  let now = 1_000_000;
  const operator = new Operator(new Settings(openDatabase(':memory:')), 60_000, () => now);
  const session = operator.newSession();
  t.ok(operator.isSession(session));
  const [expiry, signature] = session.split('.');
  t.notOk(operator.isSession(`${Number(expiry) + 1}.${signature}`));
  t.notOk(operator.isSession(`${expiry}.`));
  t.notOk(operator.isSession(''));
  now += 60_001;
  t.notOk(operator.isSession(session));
});

void t.test('guessing is stopped by source, and forgiven after a minute', async t => {
  let now = 0;
  const limit = new AttemptLimit(() => now);
  for (let n = 0; n < 10; n++) {
    t.ok(limit.allows('a'));
    limit.failed('a');
  }
  t.notOk(limit.allows('a'));
  t.ok(limit.allows('b'), 'others are not harmed');
  t.equal(limit.refused, 1);
  now = 60_001;
  t.ok(limit.allows('a'));
});
