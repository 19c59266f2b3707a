import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { projectRoot } from '../../base/project.js';
import { ServerProcess } from '../../testing/harness/server-process.js';
import { SilentSite } from '../../testing/harness/silent-site.js';
import { runSipp } from '../../testing/peers/sipp.js';
import { CallLogRecords } from '../store/call-log-records.js';
import { openDatabase } from '../store/database.js';
import type { CallLogEntry } from '../api/call-log-operations.js';
import type { ConferenceReport, Usage } from '../api/usage-operations.js';
import type { SiteState } from '../api/signalling.js';

const scenario = (name: string) => path.join(projectRoot, 'sip-gateway/scenarios', name);

void t.test(
  'stays and calls are noted with the reason of their end, over a crash',
  { timeout: 60_000 },
  async t => {
    const dataDir = t.testdir();
    const config = { conference: { vanishedAfterS: 2 } };
    let server = await ServerProcess.start({ dataDir, config });
    t.teardown(() => server.close());
    const { conferenceId, link } = await server.createConference({
      ...{ title: '远程会诊', number: '8001', pin: '9182' },
    });
    const records = () => server.request<CallLogEntry[]>('GET', '/call-records');
    const until = async (name: string, code: string): Promise<CallLogEntry> => {
      for (let tries = 0; tries < 100; tries++, await sleep(100)) {
        const found = (await records()).find(record => record.name === name);
        if (found?.reason?.code === code) return found;
      }
      throw new Error(`${name} did not end as ${code}: ${JSON.stringify(await records())}`);
    };

    const doctor = await SilentSite.join(server, link, 'Doctor');
    const nurse = await SilentSite.join(server, link, 'Nurse');
    const porter = await SilentSite.join(server, link, 'Porter');
    const patient = await SilentSite.join(server, link, 'Patient');
    t.teardown(() => patient.vanish());
    const [running] = (await records()).filter(({ name }) => name === 'Doctor');
    t.match(running, { conferenceId, title: '远程会诊', number: '8001', result: 'running', endedAt: null });
    doctor.leave();
    porter.vanish();
    await server.request('DELETE', `/conferences/${conferenceId}/sites/${nurse.siteId}`);
    t.match(await until('Doctor', 'left'), { way: 'link', result: 'completed' });
    t.match(await until('Nurse', 'removed'), { result: 'completed' });
    t.match(await until('Porter', 'network-lost'), { result: 'lost' });

    const target = `127.0.0.1:${server.sipPort}`;
    const playing = runSipp({
      scenario: scenario('info.xml'),
      target,
      service: '8001*9182',
      timeoutMs: 15_000,
    });
    let room: SiteState | undefined;
    while (!room) {
      await sleep(200);
      const sites = await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
      room = sites.find(({ kind }) => kind === 'sip');
    }
    await sleep(2_500); // one look at its line
    await server.request('DELETE', `/conferences/${conferenceId}/sites/${room.siteId}`);
    await playing;
    const call = await until(room.name, 'removed');
    t.match(call, { way: 'sip', direction: 'incoming', to: '8001', audioCodec: /^PCM/, result: 'completed' });
    t.match(call.from, /^sip:/);
    t.ok(call.durationS! >= 2);
    await runSipp({ scenario: scenario('not-found.xml'), target, service: '4711', timeoutMs: 10_000 });
    await sleep(1_200);
    const refused = (await records()).find(({ to }) => to === '4711');
    t.match(refused, { conferenceId: null, result: 'refused', answeredAt: null, durationS: null });

    const killedAt = new Date().toISOString();
    const report = await server.request<ConferenceReport>('GET', `/conferences/${conferenceId}/report`);
    t.match(report, { title: '远程会诊', number: '8001', endedAt: null, recordings: [], runs: [{}] });
    t.same(
      report.sites.map(({ name }) => name),
      ['Doctor', 'Nurse', 'Porter', 'Patient', room.name],
    );
    const today = new Date().toISOString().slice(0, 10);
    const period = `period=month&from=${today}&until=${today}`;
    const usage = await server.request<Usage>('GET', `/usage?${period}&zone=Asia/Shanghai`);
    t.match(usage.buckets, [{ conferences: 1, peakSites: 4 }]);
    t.match(usage.institutions, [{ institutionId: null }]);
    // `text()` would take the mark off by which spreadsheets know UTF-8.
    const csv = await (await server.fetch(`/api/v1/usage/export?${period}&language=zh`)).arrayBuffer();
    t.match(Buffer.from(csv).toString(), /^\ufeff起始日,会议数,.*\r\n\d{4}-\d\d-01,1,\d+,0,\d+,\d+,4\r\n$/);
    t.equal((await server.fetch(`/api/v1/usage?${period}&zone=Mars/One`)).status, 400);

    await server.kill();
    server = await ServerProcess.start({ dataDir, config });
    const patientsStay = await until('Patient', 'network-lost');
    t.ok(patientsStay.endedAt! > killedAt, 'it was waited for');

    await SilentSite.join(server, link, 'Visitor');
    await server.close();
    const database = openDatabase(dataDir);
    t.teardown(() => database.close());
    const kept = new CallLogRecords(database).during(conferenceId, '', '9999');
    t.same(
      kept.filter(({ way }) => way === 'link').map(({ name, reason }) => `${name} ${reason}`),
      [
        'Doctor left',
        'Nurse removed',
        'Porter network-lost',
        'Patient network-lost',
        'Visitor server-stopping',
      ],
      'each once, in the order of coming',
    );
  },
);
