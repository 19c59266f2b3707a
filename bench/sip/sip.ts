import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../base/project.js';
import { Program } from '../../testing/peers/program.js';
import { freeUdpPort } from '../../testing/peers/ports.js';
import { runSipp, type SippResult } from '../../testing/peers/sipp.js';
import type { Bench } from '../main.js';
import { caseResult, percentile } from '../result.js';
import { withFolder } from '../scratch.js';
import { startKamailio } from './kamailio.js';

const endpoints = 6_000;
const password = 'bench-password';
const callee = 'callee';
/** As many at once; the rate is what comes of it. */
const atOnce = 50;
const asFastAsPossible = 5_000;

function lineOf(name: string): string {
  return `${name};[authentication username=${name} password=${password}]`;
}

interface Server {
  port: number;
  /** Undefined: it does not tell. */
  registered?: () => Promise<number>;
  close: () => Promise<void>;
}

interface Measured {
  perSecond: number;
  p95Ms: number;
  lost: number;
  retransmissions: number;
}

/** Registrations and set-ups a second over UDP on loopback, sipp as the load, Kamailio's registrar as the peer. */
export const sip: Bench = async ({ runs, say }) =>
  withFolder(async folder => {
    const names = Array.from({ length: endpoints }, (_, index) => `u${index}`);
    const list = path.join(folder, 'accounts.json');
    fs.writeFileSync(list, JSON.stringify({ names: [...names, callee], password }));
    const fields = path.join(folder, 'accounts.csv');
    fs.writeFileSync(fields, ['SEQUENTIAL', ...names.map(lineOf), ''].join('\n'));
    const devicePort = await freeUdpPort();
    const starts: Record<string, () => Promise<Server>> = {
      ours: () => startOurs(fs.mkdtempSync(path.join(folder, 'data-')), list),
      kamailio: () => startKamailio(folder, password),
    };
    const all: Record<string, Record<string, Measured[]>> = {};
    let held = 0;
    for (let run = 0; run < runs; run++) {
      for (const [name, start] of Object.entries(starts)) {
        const server = await start();
        try {
          const note = (what: string, measured: Measured) => {
            ((all[what] ??= {})[name] ??= []).push(measured);
            say(`${what} ${name}: ${JSON.stringify(measured)}`);
          };
          const registers = (rate: number) => register(server.port, fields, rate, devicePort);
          note('registrations', await registers(asFastAsPossible));
          if (run === 0) note('registrations at 100/s', await registers(100));
          if (server.registered) held = await server.registered();
          note('set-ups', await setUps(server.port, folder));
        } finally {
          await server.close();
        }
      }
    }
    const results = Object.entries(all).map(([what, { ours = [], kamailio = [] }]) =>
      caseResult(
        what,
        'per s',
        ours.map(({ perSecond }) => perSecond),
        { kamailio: kamailio.map(({ perSecond }) => perSecond) },
        {
          p95Ms: ours[0]?.p95Ms ?? Number.NaN,
          kamailioP95Ms: kamailio[0]?.p95Ms ?? Number.NaN,
          lost: ours.reduce((sum, { lost }) => sum + lost, 0),
          kamailioLost: kamailio.reduce((sum, { lost }) => sum + lost, 0),
          ...(what === 'registrations at 100/s' && { held }),
        },
      ),
    );
    const notes = [
      'Ours answers calls itself, with SDP; Kamailio passes them on to a registered sipp. More is better.',
      'Ours keeps bindings in SQLite, Kamailio in memory alone.',
    ];
    return { results, notes };
  });

/** All of `fields` from one port, so that a second time renews the first. */
async function register(
  port: number,
  fields: string,
  rate: number,
  devicePort: number,
  calls = endpoints,
): Promise<Measured> {
  const scenario = path.join(projectRoot, 'bench/sip/register.xml');
  return measured({ scenario, port, rate, calls, switches: ['-inf', fields, '-p', String(devicePort)] });
}

/** To a device that is a sipp; ours answers for it. */
async function setUps(port: number, folder: string): Promise<Measured> {
  const uasPort = await freeUdpPort();
  const fields = path.join(folder, 'callee.csv');
  fs.writeFileSync(fields, `SEQUENTIAL\n${lineOf(callee)}\n`);
  await register(port, fields, 1, uasPort, 1);
  const uas = new Program(
    'sipp',
    ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(uasPort), '-nostdin'],
    path.join(folder, 'uas.log'),
    { cwd: folder },
  );
  try {
    return await measured({ scenario: 'uac', port, rate: asFastAsPossible, calls: 2_000, switches: [] });
  } finally {
    await uas.close();
  }
}

async function measured(load: {
  scenario: string;
  port: number;
  rate: number;
  calls: number;
  switches: string[];
}): Promise<Measured> {
  const { scenario, port, rate, calls, switches } = load;
  const startedMs = performance.now();
  const result: SippResult = await runSipp({
    ...{ scenario, calls, callsPerSecond: rate, limit: atOnce, timeoutMs: 180_000 },
    target: `127.0.0.1:${port}`,
    service: callee,
    switches: ['-trace_rtt', ...switches],
  });
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    perSecond: result.successful / seconds,
    p95Ms: percentile(result.responseMs, 0.95),
    lost: calls - result.successful,
    retransmissions: result.retransmissions,
  };
}

async function startOurs(dataDir: string, list: string): Promise<Server> {
  const child = fork(path.join(projectRoot, 'build/bench/sip/ours.js'), [dataDir, list]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { port, registered: () => ask(child), close: () => end(child) };
}

async function ask(child: ChildProcess): Promise<number> {
  child.send('registered');
  const [{ registered }] = (await once(child, 'message')) as [{ registered: number }];
  return registered;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
