import t from 'tap';
import { TileMemory } from './tile-memory.js';
import { TilePool } from './tile-pool.js';

void t.test(
  'memory is used again by a tile of its size, without its picture, once it has rested',
  async t => {
    const pool = new TilePool();
    const first = pool.take(64, 36, 0);
    const tile = new TileMemory(first, 64, 36);
    tile.publish();
    tile.live = true;
    pool.give(first, 1_000);
    t.not(pool.take(64, 36, 1_500), first, 'threads may still write it');
    t.not(pool.take(32, 18, 5_000), first, 'another size');
    const again = pool.take(64, 36, 5_000);
    t.equal(again, first);
    t.equal(tile.sequence, 0);
    t.equal(tile.live, false);
    t.not(pool.take(64, 36, 5_000), first, 'only once');
  },
);

void t.test('what nobody wants again is forgotten', async t => {
  const pool = new TilePool();
  pool.give(pool.take(64, 36, 0), 0);
  const bytes = pool.bytes;
  pool.give(pool.take(32, 18, 0), 100_000);
  t.ok(pool.bytes < bytes);
});
