import t from 'tap';
import { Baresip } from './baresip.js';
import { runSipp } from './sipp.js';

void t.test('sipp calls a room, and says so when nobody is there', async t => {
  const room = await Baresip.start({ user: 'room', video: false });
  t.teardown(() => room.close());
  const result = await runSipp({
    scenario: 'uac',
    target: `127.0.0.1:${room.sipPort}`,
    service: 'room',
    calls: 2,
    switches: ['-d', '100'],
  });
  t.match(result, { exitCode: 0, successful: 2, failed: 0, errors: '' });
  t.equal(room.events.filter(event => event.type === 'CALL_ESTABLISHED').length, 2);

  const refused = await runSipp({
    scenario: 'uac',
    target: `127.0.0.1:${room.sipPort}`,
    service: 'nobody',
    timeoutMs: 5000,
  });
  t.match(refused, { exitCode: 1, successful: 0, failed: 1 });
  t.match(refused.errors, '404');
});
