import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Scope } from '../../base/scope.js';
import { fuzzApi } from '../api-fuzz/api-fuzz.js';
import { ServerProcess } from '../harness/server-process.js';
import type { Soak } from './main.js';

/** The REST API against its own document: no 5xx, no breach on either side, and the server is the same afterwards. */
export const apiFuzz: Soak = async ({ minutes, seed, say }) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'amphi-api-fuzz-'));
  const scope = new Scope();
  try {
    const logFile = path.join(folder, 'server.log');
    const server = scope.own(await ServerProcess.start({ logFile }));
    const { pid } = server.child;
    const report = await fuzzApi(server, { seconds: minutes * 60, seed });
    const statuses = [...report.statuses].sort(([a], [b]) => a - b);
    say(`${report.requests} requests: ${statuses.map(([status, n]) => `${status}: ${n}`).join(', ')}`);
    say(`${report.done.size} of ${report.operations} operations done at least once`);
    for (const [fault, example] of report.faults) say(`FAULT: ${fault}\n    ${example}`);
    const alive =
      (await server.fetch('/healthz')).ok && server.child.pid === pid && server.child.exitCode === null;
    if (!alive) say('THE SERVER DOES NOT ANSWER');
    if (report.faults.size > 0) say(`log: ${logFile}`);
    else scope.onClose(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    return alive && report.faults.size === 0;
  } finally {
    await scope.close();
  }
};
