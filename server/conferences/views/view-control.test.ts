import t from 'tap';
import { completeView, ViewControl } from './view-control.js';

function control(siteIds = ['a', 'b', 'c']) {
  const told = { chosen: 0, moved: 0 };
  const owner = { siteIds, chosen: () => void told.chosen++, moved: () => void told.moved++ };
  let nowMs = 0;
  const views = new ViewControl(completeView({}), owner, () => nowMs);
  return { views, told, at: (ms: number) => (nowMs = ms) };
}

void t.test('choices are told; a site that is not there is refused', async t => {
  const { views, told } = control();
  t.teardown(() => views.close());
  views.setConferenceView(completeView({ layout: '5+1' }));
  views.setSiteView('a', completeView({ layout: '4' }));
  views.broadcast('b');
  views.watch('a', 'c');
  views.choose(['c', 'a']);
  t.equal(told.chosen, 5);
  t.match(views.state, {
    conference: { layout: '5+1', labels: true },
    sites: { a: { layout: '4' } },
    broadcast: 'b',
    watching: { a: 'c' },
    chosen: ['c', 'a'],
  });
  for (const wrong of [
    () => views.broadcast('x'),
    () => views.watch('x', 'a'),
    () => views.watch('a', 'x'),
    () => views.choose(['a', 'x']),
    () => views.setSiteView('x', null),
  ]) {
    t.throws(wrong, { code: 'not-found' });
  }
  t.throws(() => views.watch('a', 'a'), { code: 'not-allowed' });
  views.setSiteView('a', null);
  views.watch('a', null);
  views.broadcast(null);
  t.match(views.state, { sites: {}, watching: {}, broadcast: null });
});

void t.test('who leaves is forgotten everywhere', async t => {
  const { views } = control();
  t.teardown(() => views.close());
  views.setSiteView('b', completeView({ layout: '4' }));
  views.broadcast('b');
  views.watch('a', 'b');
  views.watch('b', 'c');
  views.choose(['b', 'c']);
  views.heard('b');
  views.left('b');
  t.same(views.state.sites, {});
  t.same(views.state.watching, {});
  t.equal(views.state.broadcast, null);
  t.same(views.state.chosen, ['c']);
  t.same(views.input.speech, []);
});

void t.test('another voice takes over by itself, a round goes on by itself', async t => {
  const { views, told, at } = control();
  t.teardown(() => views.close());
  views.heard('a');
  t.equal(told.moved, 1, 'the first at once');
  at(10_000);
  views.heard('b');
  at(10_599);
  await new Promise(resolve => setTimeout(resolve, 20));
  t.same(views.input.speech, ['a']);
  at(10_600);
  views.heard('b');
  t.same(views.input.speech, ['b', 'a']);
  t.equal(told.moved, 2);
  at(11_990);
  views.setConferenceView(completeView({ layout: '1', tiles: [{ kind: 'round-robin', everyS: 2 }] }));
  at(12_000);
  await new Promise(resolve => setTimeout(resolve, 60));
  t.equal(told.moved, 3);
});
