import t from 'tap';
import { Scope } from './scope.js';

void t.test('a scope releases in reverse order, goes on after a failure, and closes once', async t => {
  const order: number[] = [];
  const scope = new Scope();
  scope.onClose(() => order.push(1));
  scope.onClose(() => {
    order.push(2);
    throw new Error('second fails');
  });
  scope.onClose(async () => order.push(3));
  await t.rejects(scope.close(), { errors: [{ message: 'second fails' }] });
  await t.rejects(scope.close());
  t.same(order, [3, 2, 1]);
  t.throws(() => scope.onClose(() => 0), 'a closed scope takes nothing over');
});
