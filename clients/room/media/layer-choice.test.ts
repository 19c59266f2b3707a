import t from 'tap';
import { layerFor } from './layer-choice.js';

void t.test('a tile gets the smallest layer that fills it', async t => {
  t.equal(layerFor(100, 3), 0);
  t.equal(layerFor(225, 3), 0, 'slightly enlarged');
  t.equal(layerFor(300, 3), 1);
  t.equal(layerFor(500, 3), 2);
  t.equal(layerFor(2160, 3), 2, 'no more than there is');
  t.equal(layerFor(2160, 1), 0);
  t.equal(layerFor(500, 2), 1);
});

void t.test('a size between two layers does not switch to and fro', async t => {
  t.equal(layerFor(235, 3, 0), 0, 'barely too large: stays');
  t.equal(layerFor(235, 3, 1), 1, 'barely small enough: stays');
  t.equal(layerFor(300, 3, 0), 1, 'clearly too large: up');
  t.equal(layerFor(150, 3, 1), 0, 'clearly small enough: down');
  t.equal(layerFor(100, 3, 2), 0, 'two steps at once');
});
