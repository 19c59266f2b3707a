import t from 'tap';
import { silentLog } from '../../../base/log.js';
import type { ConferencePlan, VideoEncoding } from '../plan.js';
import { Capacity } from './capacity.js';
import { hdUnits } from './hd-units.js';
import { planLoad } from './plan-load.js';

const hd1080p30: VideoEncoding = {
  codec: 'H264',
  profile: 'high',
  width: 1920,
  height: 1080,
  frameRate: 30,
  bitrate: 4_000_000,
  keyframeIntervalS: 0,
  packetizationMode: 1,
};

function plan(outputs: { siteIds: string[]; encoder: VideoEncoding }[], sites = ['a', 'b']): ConferencePlan {
  return {
    conferenceId: 'c',
    sessions: [],
    sources: sites.map(siteId => ({ siteId, name: siteId, video: `in:${siteId}` })),
    relays: [],
    transcodes: [],
    outputs: outputs.map(({ siteIds, encoder }, n) => ({
      id: `out${n}`,
      video: { session: `out${n}`, view: { layout: 'auto', siteIds, labels: true }, encoder },
    })),
  };
}

void t.test('M8: one 1080p60 port is two of 1080p30, four of 720p30, eight of SD', async t => {
  const whole = hdUnits({ width: 1920, height: 1080, frameRate: 60 });
  t.equal(hdUnits({ width: 1920, height: 1080, frameRate: 30 }) * 2, whole);
  t.equal(hdUnits({ width: 1280, height: 720, frameRate: 30 }) * 4, whole);
  t.equal(hdUnits({ width: 704, height: 576, frameRate: 30 }) * 8, whole);
  t.equal(hdUnits({ width: 352, height: 288, frameRate: 15 }) * 8, whole);
  t.equal(hdUnits({ width: 720, height: 1280, frameRate: 30 }), 1, 'a phone held upright');
});

void t.test('equal pictures are counted once, whoever is not seen not at all', async t => {
  const one = planLoad(plan([{ siteIds: ['a'], encoder: hd1080p30 }]));
  t.equal(planLoad(plan([{ siteIds: ['a'], encoder: hd1080p30 }], ['a', 'b', 'c'])), one);
  const equal = { siteIds: ['a'], encoder: hd1080p30 };
  t.equal(planLoad(plan([equal, equal, equal])), one);
  t.ok(planLoad(plan([equal, { siteIds: ['b'], encoder: hd1080p30 }])) > one * 1.9);
  const small = () => ({ width: 320, height: 180, frameRate: 30 });
  t.ok(planLoad(plan([equal]), small) < one);
});

void t.test('a newcomer gets the largest picture that fits, then smaller ones, then none', async t => {
  const capacity = new Capacity({ units: 4, preset: 'superfast', log: silentLog });
  t.match(capacity.largestPicture(60), { height: 1080, frameRate: 60 });
  t.match(
    capacity.largestPicture(30),
    { height: 1080, frameRate: 30 },
    'no more than the configuration allows',
  );
  const given: string[] = [];
  for (;;) {
    const picture = capacity.largestPicture(30);
    if (!picture) break;
    given.push(`${picture.height}p${picture.frameRate}`);
    capacity.reserve(picture);
  }
  t.same(given, ['1080p30', '1080p30']);
  t.throws(() => capacity.admitEncoder(hd1080p30), { code: 'machine-full' });
});

void t.test('what a conference uses counts; what is given back can be given again', async t => {
  const capacity = new Capacity({ units: 4, preset: 'superfast', log: silentLog });
  capacity.setLoad('c', 2.7);
  t.match(capacity.largestPicture(30), { height: 720 });
  const release = capacity.reserve({ width: 1280, height: 720, frameRate: 30 });
  t.equal(capacity.largestPicture(30), null);
  release();
  t.match(capacity.largestPicture(30), { height: 720 });
  capacity.setLoad('c', 3.4);
  t.match(capacity.largestPicture(30), { height: 576 }, 'standard definition still goes');
  capacity.setLoad('c', 0);
  t.match(capacity.largestPicture(30), { height: 1080 });
});

void t.test('the machine is measured', async t => {
  const capacity = new Capacity({ units: null, preset: 'superfast', log: silentLog });
  t.equal(capacity.units, Infinity);
  await capacity.calibrate();
  t.comment(`${capacity.units} ports of 720p30`);
  t.ok(capacity.units >= 1 && capacity.units < 2_000);
});
