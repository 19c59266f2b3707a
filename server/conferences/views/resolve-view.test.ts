import t from 'tap';
import { layoutNames, shapeOf, type LayoutName } from '../../../sfu/layouts/layout.js';
import { automaticView, type ConferenceViews, type TileWish, type ViewWish } from '../../api/views.js';
import { resolveView, type ViewInput } from './resolve-view.js';

const letters = (count: number) => Array.from({ length: count }, (_, n) => String.fromCharCode(97 + n));
const wish = (layout: LayoutName, tiles: TileWish[] = [], change: Partial<ViewWish> = {}): ViewWish => ({
  ...automaticView,
  layout,
  tiles,
  ...change,
});
const views = (conference: ViewWish, change: Partial<ConferenceViews> = {}): ConferenceViews => ({
  conference,
  sites: {},
  broadcast: null,
  watching: {},
  chosen: [],
  ...change,
});
const seen = (
  conference: ViewWish,
  input: Partial<ViewInput> & { change?: Partial<ConferenceViews> } = {},
) => {
  const { change, ...rest } = input;
  return resolveView({
    views: views(conference, change),
    viewer: null,
    sites: letters(6),
    contents: [],
    speech: [],
    nowMs: 0,
    ...rest,
  });
};
const shared = [{ sourceId: 'b/content', siteId: 'b' }];

void t.test(
  'the automatic layout follows who is there, content first, without the one who looks',
  async t => {
    t.same(seen(automaticView, { sites: ['a', 'b', 'c'] }).siteIds, ['a', 'b', 'c']);
    t.same(seen(automaticView, { sites: ['a', 'b', 'c'], viewer: 'b' }).siteIds, ['a', 'c']);
    t.same(seen(automaticView, { sites: ['a', 'b'], contents: shared }).siteIds, ['b/content', 'a', 'b']);
    t.same(seen(automaticView, { sites: ['a', 'b'], contents: shared, viewer: 'b' }).siteIds, ['a']);
    t.same(seen(automaticView, { sites: ['a'], viewer: 'a' }).siteIds, []);
    t.same(seen(wish('9'), { sites: [] }).siteIds, [], 'nobody is waited for with nine empty tiles');
  },
);

void t.test('who speaks changes places with the large one, all others stay', async t => {
  t.same(seen(wish('5+1')).siteIds, letters(6));
  t.same(seen(wish('5+1'), { speech: ['d'] }).siteIds, ['d', 'b', 'c', 'a', 'e', 'f']);
  t.same(seen(wish('2+8'), { speech: ['d', 'e'] }).siteIds.slice(0, 6), ['d', 'e', 'c', 'a', 'b', 'f']);
});

void t.test('in no layout anybody sees themselves large, nor anybody twice', async t => {
  const kinds: TileWish[][] = [
    [],
    [{ kind: 'site', siteId: 'a' }],
    [{ kind: 'join-order' }],
    [{ kind: 'chair' }],
    [
      { kind: 'round-robin', everyS: 5 },
      { kind: 'round-robin', everyS: 5 },
    ],
    [{ kind: 'content' }, { kind: 'empty' }, { kind: 'speech' }],
  ];
  for (const layout of layoutNames) {
    for (const tiles of kinds) {
      for (const count of [0, 1, 2, 5, 30]) {
        for (const ownPicture of [false, true]) {
          const sites = Array.from({ length: count }, (_, n) => (n < 26 ? letters(26)[n]! : `z${n}`));
          const { siteIds } = seen(wish(layout, tiles, { ownPicture }), {
            sites,
            viewer: 'a',
            speech: ['a', 'c'],
            contents: shared,
            nowMs: 12_345,
            change: { chosen: ['a', 'd'] },
          });
          const what = `${layout} ${JSON.stringify(tiles)} ${count} sites, own ${ownPicture}`;
          if (layout !== 'lecture' && siteIds.slice(0, shapeOf(layout).large).includes('a')) t.fail(what);
          if (!ownPicture && siteIds.includes('a')) t.fail(what);
          const known = siteIds.filter(siteId => siteId !== null);
          if (new Set(known).size !== known.length) t.fail(`${what}: ${known.join()}`);
          if (siteIds.length > shapeOf(layout === 'lecture' ? 'auto' : layout).tiles) t.fail(what);
        }
      }
    }
  }
  t.pass();
});

void t.test('the speaker sees who spoke before', async t => {
  t.same(seen(wish('1'), { viewer: 'd', speech: ['d', 'c', 'a'] }).siteIds, ['c']);
  t.same(seen(wish('1'), { viewer: 'b', speech: ['d', 'c', 'a'] }).siteIds, ['d']);
});

void t.test('with own pictures all but the speaker have the same view', async t => {
  const options = { sites: letters(6), speech: ['c', 'b'] };
  const keys = letters(6).map(viewer =>
    JSON.stringify(seen(wish('5+1', [], { ownPicture: true }), { ...options, viewer })),
  );
  t.equal(new Set(keys).size, 2);
  t.equal(keys.filter(key => key === keys[0]).length, 5);
});

void t.test('fixed, chosen and empty tiles; who is not there is made up for', async t => {
  const tiles: TileWish[] = [
    { kind: 'site', siteId: 'e' },
    { kind: 'chair' },
    { kind: 'empty' },
    { kind: 'site', siteId: 'gone' },
  ];
  const change = { chosen: ['left', 'f'] };
  t.same(seen(wish('4', tiles), { change }).siteIds, ['e', 'f', null, 'c']);
  t.same(seen(wish('4', tiles), { change, sites: ['a', 'e'] }).siteIds, ['e', 'a', null, null]);
});

void t.test('round robin shows all who have no other tile, one after the other', async t => {
  const tiles: TileWish[] = [{ kind: 'join-order' }, { kind: 'round-robin', everyS: 10 }];
  const shown = [0, 10, 20, 30, 40, 50].map(
    second => seen(wish('2', tiles), { nowMs: second * 1000 }).siteIds,
  );
  t.ok(shown.every(([first]) => first === 'a'));
  t.same(
    shown.map(([, second]) => second),
    ['b', 'c', 'd', 'e', 'f', 'b'],
  );
  t.same(seen(wish('2', tiles), { nowMs: 19_999 }).siteIds, ['a', 'c']);
  const both: TileWish[] = [
    { kind: 'round-robin', everyS: 10 },
    { kind: 'round-robin', everyS: 10 },
  ];
  t.same(seen(wish('2', both), { nowMs: 10_000 }).siteIds, ['c', 'd']);
});

void t.test(
  'broadcast goes before watch, watch before the view of the site, that before the conference’s',
  async t => {
    const own = { sites: { a: wish('4') } };
    t.equal(seen(wish('9'), { viewer: 'a', change: own }).layout, '4');
    t.equal(seen(wish('9'), { viewer: 'b', change: own }).layout, '9');
    const watch = { ...own, watching: { a: 'f' } };
    t.match(seen(wish('9'), { viewer: 'a', change: watch }), { layout: '1', siteIds: ['f'] });
    const broadcast = { ...watch, broadcast: 'c' };
    t.match(seen(wish('9'), { viewer: 'a', change: broadcast }), { layout: '1', siteIds: ['c'] });
    t.match(seen(wish('9'), { viewer: 'c', change: broadcast }), { layout: '9' });
    t.match(seen(wish('9'), { change: broadcast }), { layout: '1', siteIds: ['c'] }, 'the recording too');
    t.equal(seen(wish('7+1'), { viewer: 'b', change: broadcast, contents: shared }).siteIds[0], 'c');
    t.equal(seen(wish('9'), { viewer: 'a', change: { broadcast: 'gone' } }).layout, '9');
  },
);

void t.test('lecture: the class sees the lecturer, the lecturer sees the class', async t => {
  const lecture = wish('lecture', [{ kind: 'site', siteId: 'c' }]);
  t.match(seen(lecture, { viewer: 'a', speech: ['b'] }), { layout: 'lecture', siteIds: ['c'] });
  t.match(seen(lecture, { viewer: 'c' }), { layout: 'auto', siteIds: ['a', 'b', 'd', 'e', 'f'] });
  t.match(seen(wish('lecture'), { viewer: 'a', change: { chosen: ['d'] } }).siteIds, ['d']);
});

void t.test('content in or out, in the tile that is for it', async t => {
  t.same(seen(wish('content-strip'), { contents: shared }).siteIds, ['b/content', 'a', 'b', 'c', 'd', 'e']);
  t.equal(seen(wish('5+1', [], { content: false }), { contents: shared }).siteIds[0], 'a');
  const second = wish('2', [{ kind: 'speech' }, { kind: 'content' }]);
  t.same(seen(second, { contents: shared, speech: ['d'] }).siteIds, ['d', 'b/content']);
  t.same(seen(second, { speech: ['d'] }).siteIds, ['d', 'b']);
});

void t.test('with more sites than tiles, who speaks is seen all the same', async t => {
  const { siteIds } = seen(wish('4'), { sites: letters(10), speech: ['j', 'a', 'h', 'g'] });
  t.same(siteIds, ['a', 'b', 'h', 'j']);
});
