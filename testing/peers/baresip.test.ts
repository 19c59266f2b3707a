import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import t from 'tap';
import { Baresip } from './baresip.js';

void t.test('two rooms call each other: picture, sound, hold, refusal, death', async t => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'baresip-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const picture = { width: 640, height: 368, frameRate: 15 };
  const [alice, bob] = await Promise.all([
    Baresip.start({ user: 'alice', toneHz: 440, picture }),
    Baresip.start({ user: 'bob', toneHz: 880, transport: 'tcp', picture }),
  ]);
  t.teardown(() => alice.close());
  t.teardown(() => bob.close());

  await t.rejects(bob.dial(`sip:nobody@127.0.0.1:${alice.sipPort};transport=tcp`), /404|480|no such event/);

  await bob.dial(alice.uri);
  await bob.snapshot(path.join(folder, 'seen.png'));
  const png = await readFile(path.join(folder, 'seen.png'));
  t.equal(png.toString('latin1', 1, 4), 'PNG');
  t.equal(png.readUInt32BE(16), 640, 'it is the picture that the other sends');
  const video = await bob.videoStatistics();
  t.match(video, { width: 640, height: 368 });
  t.ok(video.framesShown > 0 && video.packetsReceived > 0);

  const [dump] = await bob.receivedAudio();
  const before = (await stat(dump!)).size;
  const heard = (await bob.audioStatistics()).packetsReceived;
  await bob.hold();
  const from = alice.events.length;
  await bob.resume();
  await alice.waitFor('CALL_REMOTE_SDP', 5000, Math.max(0, from - 1));
  let now = heard;
  while (now < heard + 10) now = (await bob.audioStatistics()).packetsReceived;
  t.ok(before > 44, 'it wrote down what it heard');
  t.match(await bob.callStat(), 'ESTABLISHED');

  const calls = alice.events.length;
  await bob.hangup();
  await alice.waitFor('CALL_CLOSED', 5000, calls);
  await bob.kill();
  await t.rejects(bob.dial(alice.uri), 'a dead room dials nobody');
});
