import t from 'tap';
import { TextRenderer, type TextBitmap } from '../../codecs/text.js';
import { Labels } from './labels.js';
import { inARow, markBitmap } from './marks.js';

void t.test('a text is drawn once for all layouts of about one size, and nobody waits for it', async t => {
  const drawn: string[] = [];
  const renderer = {
    render: (text: string, size: number): TextBitmap => {
      drawn.push(`${text} ${size}`);
      return { width: 40, height: size * 1.5, coverage: new Uint8Array(60 * size).fill(255) };
    },
  };
  const labels = new Labels(renderer);
  t.equal(labels.plate('手术室 1', [], 20, 200), undefined);
  t.equal(labels.plate('手术室 1', [], 22, 300), undefined);
  t.ok(labels.pending);
  labels.drawNext();
  t.notOk(labels.pending);
  const first = labels.plate('手术室 1', [], 20, 200);
  t.ok(first);
  t.equal(labels.plate('手术室 1', [], 23, 300), first, 'the same, since all of it fits');
  t.ok(labels.plate('手术室 1', [], 20, 30)!.width < first!.width, 'cut where it does not');
  t.ok(labels.plate('手术室 1', ['muted'], 20, 200)!.width > first!.width, 'a mark takes its place');
  t.same(drawn, ['手术室 1 18']);
});

void t.test('Chinese has ink, and a name without a font still has its marks', async t => {
  const ink = (overlay: { add: Uint8Array } | null | undefined) =>
    overlay!.add.filter(value => value > 128).length;
  const labels = new Labels(new TextRenderer());
  labels.plain('骨科会诊中心', [], 24, 400);
  labels.drawNext();
  t.ok(ink(labels.plain('骨科会诊中心', [], 24, 400)) > 200);
  const bare = new Labels({ render: () => null });
  bare.plate('x', [], 20, 200);
  bare.drawNext();
  t.equal(bare.plate('x', [], 20, 200), null);
  t.ok(ink(bare.plate('x', ['muted', 'weak'], 20, 200)) > 50);
});

void t.test('marks stand beside each other, each with its own shape', async t => {
  const [muted, weak] = [markBitmap('muted', 30), markBitmap('weak', 30)];
  t.not(Buffer.compare(muted.coverage, weak.coverage), 0);
  const both = inARow([muted, weak])!;
  t.equal(both.width, 60);
  for (const y of [10, 15, 20]) {
    t.same(both.coverage.slice(y * 60, y * 60 + 30), muted.coverage.slice(y * 30, y * 30 + 30));
    t.same(both.coverage.slice(y * 60 + 30, y * 60 + 60), weak.coverage.slice(y * 30, y * 30 + 30));
  }
});
