import t from 'tap';
import { LipSync } from './lip-sync.js';

void t.test('a picture waits until its sound is mixed, in another view of the same memory', async t => {
  const writer = new LipSync(LipSync.allocate());
  const reader = new LipSync(writer.memory);
  const slot = LipSync.slotOf('conference', 'site');
  t.equal(reader.read(slot), null);
  t.equal(reader.delayMs(slot, 1_000_000, 5000), 0, 'nothing known: no delay');
  // At 5000 of our clock the sound of 1 000 000 of its clock is mixed.
  writer.write(slot, 1_000_000, 5000);
  t.same(reader.read(slot), { capturedMs: 1_000_000, atMs: 5000 });
  t.equal(reader.delayMs(slot, 1_000_060, 5010), 50);
  t.equal(reader.delayMs(slot, 999_900, 5010), 0, 'a picture that is late is shown at once');
  t.equal(reader.delayMs(slot, 1_005_000, 5010), 0, 'other clocks are not believed');
  t.equal(reader.delayMs(slot, 1_002_060, 7000), 0, 'old readings neither');
});

void t.test('slots that meet are told apart by their tags', async t => {
  const sync = new LipSync(LipSync.allocate());
  const slot = LipSync.slotOf('a', 'b');
  const other = { ...slot, tag: slot.tag + 1 };
  sync.write(slot, 1, 2);
  t.equal(sync.read(other), null);
  sync.write(other, 3, 4);
  t.equal(sync.read(slot), null);
  sync.clear(slot);
  t.same(sync.read(other), { capturedMs: 3, atMs: 4 }, "clearing one does not clear the other's");
  sync.clear(other);
  t.equal(sync.read(other), null);
});
