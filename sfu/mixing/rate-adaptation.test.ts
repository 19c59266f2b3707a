import t from 'tap';
import { encoding, sessionPair } from '../../testing/synthetic/test-conference.js';
import type { ConferencePlan, ConferenceStatistics, SessionStatistics } from './plan.js';
import { encodingAt, RateAdaptation } from './rate-adaptation.js';

const statistics: SessionStatistics = {
  packetsReceived: 0,
  bytesReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
  packetsSent: 100,
  bytesSent: 100_000,
  packetIndex: 100,
  malformed: 0,
  unauthenticated: 0,
  unexpected: 0,
  keyframesReceived: 0,
  source: null,
  remoteFractionLost: 0,
  remoteReports: 0,
  remoteEstimate: null,
  roundTripMs: null,
};

void t.test('a receiver with a bad network gets less; the others keep what they have', async t => {
  const view = { layout: 'auto', siteIds: ['x'], labels: false } as const;
  const plan: ConferencePlan = {
    conferenceId: 'c',
    sessions: [(await sessionPair('a', 'out')).ours, (await sessionPair('b', 'out')).ours],
    sources: [],
    relays: [],
    transcodes: [],
    outputs: ['a', 'b'].map(session => ({
      id: session,
      video: { session, view: { ...view, siteIds: ['x'] }, encoder: encoding },
    })),
  };
  const adaptation = new RateAdaptation();
  const ratesOf = (adapted: ConferencePlan) => adapted.outputs.map(({ video }) => video!.encoder.bitrate);
  t.same(ratesOf(adaptation.adapted(plan)), [1_000_000, 1_000_000]);
  let remoteReports = 0;
  const report = (loss: number): ConferenceStatistics => ({
    sessions: {
      a: { ...statistics, remoteFractionLost: loss, remoteReports: ++remoteReports },
      b: statistics,
    },
    sources: {},
    outputs: {},
    graph: [],
  });
  t.notOk(adaptation.onStatistics('c', report(0.01), 1_000));
  t.ok(adaptation.onStatistics('c', report(0.6), 2_000));
  t.same(ratesOf(adaptation.adapted(plan)), [256_000, 1_000_000]);
  t.same(ratesOf(adaptation.adapted({ ...plan, outputs: plan.outputs.slice(0, 1) })), [256_000]);
  t.equal(adaptation.adapted(plan).sessions[0]!.send!.copies, undefined, 'it asks again itself');
  adaptation.forget('c');
  t.same(ratesOf(adaptation.adapted(plan)), [1_000_000, 1_000_000]);
});

void t.test('who cannot ask again gets copies, within the same bit rate', async t => {
  const { ours } = await sessionPair('a', 'out');
  const audio = {
    ...ours,
    id: 'sound',
    kind: 'audio',
    feedback: { nack: false, pli: false, fir: false },
  } as const;
  const view = { layout: 'auto', siteIds: ['x'], labels: false } as const;
  const plan: ConferencePlan = {
    conferenceId: 'c',
    sessions: [{ ...ours, feedback: { ...ours.feedback, nack: false } }, audio],
    sources: [],
    relays: [],
    transcodes: [],
    outputs: [
      {
        id: 'a',
        video: { session: 'a', view: { ...view, siteIds: ['x'] }, encoder: encoding },
        audio: { session: 'sound' },
      },
    ],
  };
  const adaptation = new RateAdaptation();
  adaptation.adapted(plan);
  const bad = { ...statistics, remoteFractionLost: 0.2, remoteReports: 1 };
  const report = { sessions: { a: bad, sound: bad }, sources: {}, outputs: {}, graph: [] };
  t.ok(adaptation.onStatistics('c', report, 1_000));
  t.notOk(adaptation.onStatistics('c', report, 2_000), 'the same report again');
  const { sessions, outputs } = adaptation.adapted(plan);
  t.same(
    sessions.map(({ send }) => send!.copies),
    [4, 4],
  );
  t.equal(outputs[0]!.video!.encoder.bitrate, 200_000);
});

void t.test(
  'sound and picture of who cannot ask again fit through 256 kbit/s from the first report on',
  async t => {
    const { ours } = await sessionPair('a', 'out');
    const feedback = { nack: false, pli: false, fir: false };
    const view = { layout: 'auto', siteIds: ['x'], labels: false } as const;
    const plan: ConferencePlan = {
      conferenceId: 'c',
      sessions: [
        { ...ours, feedback },
        { ...ours, id: 'sound', kind: 'audio', feedback },
      ],
      sources: [],
      relays: [],
      transcodes: [],
      outputs: [
        {
          id: 'a',
          video: { session: 'a', view: { ...view, siteIds: ['x'] }, encoder: encoding },
          audio: { session: 'sound' },
        },
      ],
    };
    const capacity = 256_000;
    const soundRate = 87_000; // G.711 with its headers
    const adaptation = new RateAdaptation();
    const sentRate = () => {
      const { sessions, outputs } = adaptation.adapted(plan);
      const [picture, sound] = sessions.map(({ send }) => 1 + (send!.copies ?? 0));
      return outputs[0]!.video!.encoder.bitrate * 1.06 * picture! + soundRate * sound!;
    };
    let fitting = 0;
    const reports = 24;
    for (let n = 1; n <= reports; n++) {
      // Of the five seconds since the last report; what does not fit waits 400 ms before it is lost.
      const loss = Math.max(0, 1 - capacity / sentRate());
      const session = {
        ...statistics,
        remoteFractionLost: loss,
        remoteReports: n,
        roundTripMs: loss > 0 ? 440 : 40,
      };
      const report = { sessions: { a: session, sound: session }, sources: {}, outputs: {}, graph: [] };
      adaptation.onStatistics('c', report, n * 5_000);
      const fits = sentRate() <= capacity;
      if (n === 1) t.ok(fits, 'one big step is enough');
      if (fits) fitting++;
    }
    t.ok(fitting >= reports - 3, `${fitting} of ${reports}: all but a few tries of more, each left at once`);
  },
);

void t.test('a picture becomes smaller where the bit rate is too low for it', async t => {
  const full = { ...encoding, width: 1920, height: 1080, bitrate: 2_000_000 };
  t.match(encodingAt(full, 768_000), { width: 1920, bitrate: 768_000 });
  t.match(encodingAt(full, 384_000), { width: 1280, height: 720 });
  t.match(encodingAt(full, 64_000), { width: 320, height: 180 });
  t.match(encodingAt({ ...encoding, width: 352, height: 288 }, 64_000), { width: 352, height: 288 });
});
