import path from 'node:path';
import t from 'tap';
import { projectRoot } from '../../base/project.js';
import { startTestGateway, FakeReception, until } from '../../sip-gateway/fake-reception.js';
import { ApiApp } from '../../testing/harness/api-app.js';
import { runSipp } from '../../testing/peers/sipp.js';

interface Summary {
  callId: string;
  state: string;
  target: string;
  end: { cause: string } | null;
}
interface Trace {
  messages: { direction: string; text: string; peer: string }[];
}

void t.test('an operator reads the messages of real calls, without PIN and digits', async t => {
  const takesAll = new FakeReception({ route: async () => ({ accept: true }) });
  const { gateway, port, reception } = await startTestGateway({}, takesAll);
  t.teardown(() => gateway.close());
  const api = new ApiApp();
  api.calls = gateway.history;
  await api.open({ get: async () => null, list: async () => [] });
  t.teardown(() => api.close());
  const { cookie } = api.signedIn('op', 'operator', null);
  const ask = <T>(place: string) => api.ask<T>('GET', place, { cookie });

  const scenario = path.join(projectRoot, 'sip-gateway/scenarios/info.xml');
  const playing = runSipp({ scenario, target: `127.0.0.1:${port}`, service: '8001*9182', timeoutMs: 10_000 });
  await reception.waitFor('dtmf 5');
  const [running] = (await ask<Summary[]>('/calls')).json;
  t.match(running, { state: 'active', target: '8001****', end: null });
  const call = reception.establishedCalls[0]!;
  call.requestKeyframe();
  await until(() => gateway.counters['received.2xx'] === 1);
  call.hangup('enough');
  t.equal((await playing).successful, 1);
  await until(() => gateway.counters['received.2xx'] === 2);

  const [summary] = (await ask<Summary[]>('/calls')).json;
  t.match(summary, { callId: running!.callId, state: 'ended', end: { cause: 'hangup' } });
  const base = `/calls/${summary!.callId}`;
  const trace = await ask<Trace>(`${base}/trace`);
  const lines = trace.json.messages.map(({ direction, text }) => `${direction} ${text.split('\r\n')[0]}`);
  t.match(lines[0], /^received INVITE sip:8001\*{4}@127/);
  t.ok(lines.includes('sent SIP/2.0 200 OK'));
  t.ok(lines.some(line => line.startsWith('received INFO')));
  t.ok(lines.some(line => line.startsWith('sent INFO')));
  t.match(lines.at(-1), 'received SIP/2.0 200 OK', 'the answer to BYE, which came after the end');
  t.notMatch(trace.text, '9182');
  t.notMatch(trace.text, /Signal ?= ?5/);
  const drawing = await ask(`${base}/ladder`);
  t.match(drawing.headers['content-type'], /^text\/plain/);
  t.match(drawing.text, /\|- INVITE sip:8001\*{4}@127[^\n]*->\| {2}audio:/);
  t.match(drawing.text, /\|<-+ 200 OK \(UDP\) -\|/);
  const kept = await ask(`${base}/transcript`);
  t.match(kept.headers['content-disposition'], /call-\w+\.txt/);
  t.equal(kept.text.match(/^---- /gm)?.length, trace.json.messages.length);
  t.equal((await ask('/calls/0000000000000000/trace')).status, 404);

  const chair = api.signedIn('chair', 'chair', null).cookie;
  t.equal((await api.ask('GET', `${base}/trace`, { cookie: chair })).status, 403);
  const noted = [...api.audit.all({ from: '', until: '9999' })].map(
    ({ action, object }) => `${action} ${object}`,
  );
  t.ok(noted.includes(`getCallTrace call:${summary!.callId}`), 'who read it is in the audit');
});
