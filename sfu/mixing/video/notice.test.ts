import t from 'tap';
import { Blitter } from '../../codecs/blitter.js';
import { TextRenderer } from '../../codecs/text.js';
import { Canvas } from './canvas.js';
import { Labels } from './labels.js';

void t.test(
  'a notice lies over the picture for as long as it is there, and is the same in each frame',
  async t => {
    const labels = new Labels(new TextRenderer());
    const lines = [
      '遥控器按键 · Keys of the remote control',
      '2 8   切换布局 · layout',
      '0   帮助 · this help',
    ];
    t.equal(labels.block(lines, 24, 1000), undefined, 'drawn behind the picture');
    while (labels.pending) labels.drawNext();
    const notice = labels.block(lines, 24, 1000)!;
    t.ok(notice.height >= 3 * 24 && notice.width > 300, `${notice.width}×${notice.height}`);
    t.equal(labels.block(lines, 24, 1000), notice, 'kept');

    const blitter = new Blitter();
    t.teardown(() => blitter.close());
    const canvas = new Canvas(1280, 720, blitter);
    const tiles = [{ place: { x: 0, y: 0, width: 1280, height: 720 } }];
    const bright = () => canvas.surface.planes[0].reduce((sum, luma) => sum + Number(luma > 150), 0);
    const dark = () => canvas.surface.planes[0].reduce((sum, luma) => sum + Number(luma < 32), 0);
    canvas.arrange({ tiles }, 0);
    canvas.compose(0);
    t.same([bright(), dark()], [0, 0]);
    canvas.arrange({ tiles, notice }, 0);
    canvas.compose(0);
    const text = bright();
    t.ok(text > 1_500, `${text} pixels of text`);
    t.ok(dark() > 10_000, 'on a dark plate');
    const first = Buffer.from(canvas.surface.planes[0]);
    for (let n = 1; n < 20; n++) canvas.compose(n);
    t.ok(first.equals(canvas.surface.planes[0]), 'nothing adds up');
    canvas.arrange({ tiles }, 20);
    canvas.compose(20);
    t.same([bright(), dark()], [0, 0], 'and it goes');
  },
);
