import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { projectRoot } from '../../base/project.js';
import { Metrics } from './metrics.js';

const folder = path.join(projectRoot, 'config/monitoring');

async function metricNames(): Promise<Set<string>> {
  const metrics = new Metrics({
    conferences: () => [],
    calls: () => 0,
    sfuWorkerDeaths: () => 0,
    capacity: () => ({ units: 8, used: 0 }),
    mixerRestarts: () => 0,
    recorderRestarts: () => 0,
    archiving: () => ({ uploaded: 0, failures: 0, waiting: 0 }),
    attemptsRefused: () => 0,
    sipBans: () => 0,
    sipTrunks: () => [{ name: 'pbx', state: 'up', calls: 0 }],
    sip: () => ({ requests: 1 }),
    diskFreeBytes: () => Promise.resolve(1),
    webHooks: () => ({ delivered: 1, retried: 0, failed: 0, dropped: 0, waiting: 0 }),
    events: () => ({ readers: 2, slowReaders: 1, told: 7 }),
    backup: () => ({ newestMs: null, failures: 0 }),
  });
  const { text } = await metrics.render();
  return new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(match => match[1]!));
}

const namesIn = (text: string) => new Set(text.match(/\bamphi_\w+/g) ?? []);

void t.test('alarm rules and dashboard ask for metrics that there are', async t => {
  const known = await metricNames();
  for (const file of ['alerts.yaml', 'grafana-dashboard.json']) {
    const asked = namesIn(fs.readFileSync(path.join(folder, file), 'utf8'));
    t.ok(asked.size > 5);
    for (const name of asked) t.ok(known.has(name), `${file}: ${name}`);
  }
});

void t.test('every alarm says what has happened and what to do', async t => {
  const { groups } = parse(fs.readFileSync(path.join(folder, 'alerts.yaml'), 'utf8')) as {
    groups: { rules: { alert: string; annotations: Record<string, string> }[] }[];
  };
  for (const { alert, annotations } of groups.flatMap(group => group.rules)) {
    t.match(annotations, { summary: /\w{3}/, action: /\w{3}/ }, alert);
  }
});
