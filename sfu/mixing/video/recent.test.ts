import t from 'tap';
import { Recent } from './recent.js';

void t.test('the oldest goes when there are too many bytes; what was asked for is young', async t => {
  const recent = new Recent<string>(100);
  recent.set('a', 'A', 40);
  recent.set('b', 'B', 40);
  t.equal(recent.get('a'), 'A');
  recent.set('c', 'C', 40);
  t.same([recent.get('a'), recent.get('b'), recent.get('c')], ['A', undefined, 'C']);
  recent.set('c', 'C2', 60);
  t.equal(recent.bytes, 100);
  recent.set('d', 'D', 200);
  t.same([recent.get('d'), recent.bytes], [undefined, 0], 'what is larger than all is not kept');
});
