import t from 'tap';
import { fuzzApi } from '../api-fuzz/api-fuzz.js';
import { ServerProcess } from '../harness/server-process.js';

/** Each operation once, some twice; `npm run soak -- api-fuzz` goes on for longer. */
const requests = 130;

void t.test('asked rightly and wrongly from its own document, the server never breaks it', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const report = await fuzzApi(server, { seconds: 60, seed: 1, requests });
  t.same(
    [...report.faults].map(fault => fault.join('\n')),
    [],
  );
  t.equal(report.requests, requests);
  t.ok(report.done.size > 25, `${report.done.size} of ${report.operations} done`);
  for (const refused of [400, 401, 404]) t.ok(report.statuses.get(refused)! > 3, `${refused}`);
  t.equal(report.statuses.get(429) ?? 0, 0, 'it was let through');
  t.ok((await server.fetch('/healthz')).ok, 'the server answers as before');
});
