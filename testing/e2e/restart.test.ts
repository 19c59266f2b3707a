import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { hueOf, meanColour, readPicture } from '../judge/picture.js';
import { audibleDb, toneLevelDb } from '../judge/tones.js';
import { freeUdpPorts } from '../peers/ports.js';
import { ServerProcess } from '../harness/server-process.js';
import { Baresip } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';
import { readWav } from '../peers/wav.js';

const middle = { x: 0.6, y: 0.4, width: 0.3, height: 0.15 };
/** The product promises 5 s; a machine that is busy with other tests gets longer. */
const backWithinMs = 20_000;

void t.test('the server is killed: rooms stay connected, and see and hear each other again', async t => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'amphi-restart-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  const [port] = await freeUdpPorts(1);
  const options = { dataDir, config: { sip: { port } } };
  let server = await ServerProcess.start(options);
  t.teardown(() => server.close());
  const { number, conferenceId } = await server.createConference({ title: 'Two rooms', pin: '4711' });
  const room = async (colour: string, toneHz: number, transport: 'udp' | 'tcp') => {
    const clip = path.join(dataDir, `${toneHz}.mp4`);
    await makePicture(clip, { colour, width: 640, height: 360, seconds: 90 });
    const baresip = await Baresip.start({ clip, toneHz, transport, mediaEncryption: 'srtp' });
    t.teardown(() => baresip.close());
    const uri = `sip:${number}*4711@127.0.0.1:${port}`;
    await baresip.dial(transport === 'tcp' ? `${uri};transport=tcp` : uri);
    return baresip;
  };
  const red = await room('0xc02020', 440, 'udp');
  const blue = await room('0x2040d0', 880, 'tcp');
  const sees = async (baresip: Baresip, wanted: string) => {
    const file = path.join(dataDir, `${wanted}.png`);
    for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
      await new Promise(resolve => setTimeout(resolve, 300));
      await baresip.snapshot(file);
      if (hueOf(meanColour(await readPicture(file), middle)) === wanted) return true;
    }
    return false;
  };
  t.ok(await sees(red, 'blue'));
  t.ok(await sees(blue, 'red'));

  const shown = async () =>
    (await Promise.all([red, blue].map(one => one.videoStatistics()))).map(s => s.framesShown);
  const killedAt = Date.now();
  await server.kill();
  const before = await shown();
  server = await ServerProcess.start(options);
  for (;;) {
    const now = await shown();
    if (now.every((frames, n) => frames > before[n]! + 5)) break;
    if (Date.now() - killedAt > 30_000) break;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  const tookMs = Date.now() - killedAt;
  t.comment(`picture again ${tookMs} ms after the kill`);
  t.ok(tookMs < backWithinMs, `${tookMs} ms`);
  t.ok(await sees(red, 'blue'), 'the first sees the second again');
  t.ok(await sees(blue, 'red'));
  await new Promise(resolve => setTimeout(resolve, 3_000));
  for (const [baresip, hz] of [
    [red, 880],
    [blue, 440],
  ] as const) {
    const { sampleRate, samples } = await readWav((await baresip.receivedAudio()).at(-1)!);
    const level = toneLevelDb({ sampleRate, samples: samples.slice(-2 * sampleRate) }, hz);
    t.ok(level > audibleDb, `${hz} Hz: ${level.toFixed(0)} dB`);
    t.notOk(
      baresip.events.some(({ type }) => type === 'CALL_CLOSED'),
      'the call was never gone',
    );
  }
  t.equal((await sites()).length, 2);

  // Who hangs up is gone for good; who did so while we were down is not called back.
  await red.hangup();
  await server.kill();
  await blue.close();
  server = await ServerProcess.start(options);
  await new Promise(resolve => setTimeout(resolve, 5_000));
  t.same(await sites(), []);

  function sites(): Promise<{ name: string }[]> {
    return server.request('GET', `/conferences/${conferenceId}/sites`);
  }
});
