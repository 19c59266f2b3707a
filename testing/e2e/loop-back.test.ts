import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import type { LoopBackResult } from '../../server/api/loop-back-operations.js';
import { hueSeenBy, levelOnce } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';

const picture = { width: 640, height: 360, frameRate: 25 };

void t.test('C5: a room sees and hears itself, by its own call and by ours', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-loop-back-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const server = await ServerProcess.start({
    config: { sip: { loopBackNumber: '9196', dialOut: { allow: ['127.0.0.1'], ringS: 5 } } },
  });
  t.teardown(() => server.close());
  const clip = path.join(folder, 'green.mp4');
  await makePicture(clip, { colour: '0x20a030', width: 640, height: 360, seconds: 60 });
  const room = await Baresip.start({ picture, clip, toneHz: 440, user: 'OR-3' });
  t.teardown(() => room.close());

  await room.dial(`sip:9196@127.0.0.1:${server.sipPort}`);
  t.equal(await hueSeenBy(room, 'green', path.join(folder, 'seen.png')), 'green', 'its own picture');
  t.ok((await levelOnce(room, 440, true)) > audibleDb, 'its own sound');
  await room.hangup();

  const { conferenceId } = await server.createConference({ title: 'Round' });
  const test = (address: string) =>
    server.request<LoopBackResult>('POST', `/conferences/${conferenceId}/check/loop-back`, { address });
  const { failure, findings } = await test(room.uri);
  t.equal(failure, null);
  t.match(findings, { picture: { width: 640, height: 360 }, fractionLost: 0 });
  t.ok(findings!.picture!.framesPerSecond >= 20 && findings!.soundDbov! > -40, JSON.stringify(findings));
  await room.waitFor('CALL_CLOSED', 5_000);

  const phone = await Baresip.start({ user: 'Ward', video: false });
  t.teardown(() => phone.close());
  const heard = (await test(phone.uri)).findings!;
  t.match(heard, { picture: null });
  t.ok(heard.soundDbov! > -40, 'a telephone has no picture');
  const away = await Baresip.start({ user: 'Away', answers: false });
  t.teardown(() => away.close());
  t.match(await test(away.uri), { failure: 'no-answer', findings: null });
});
