import t from 'tap';
import { destinationOf } from './address.js';

void t.test('a link, or a number that may be given', async t => {
  t.same(destinationOf('/join/abc-DEF_123', ''), { by: 'link', link: 'abc-DEF_123' });
  t.same(destinationOf('/join/abc/', ''), { by: 'link', link: 'abc' });
  t.same(destinationOf('/join', '?number=123456'), { by: 'number', number: '123456' });
  t.same(destinationOf('/join', '?number=<script>'), { by: 'number', number: '' });
  t.same(destinationOf('/join', ''), { by: 'number', number: '' });
  t.same(
    destinationOf('/join/%E0%A4%A', ''),
    { by: 'link', link: '%E0%A4%A' },
    'broken escapes do not throw',
  );
});
