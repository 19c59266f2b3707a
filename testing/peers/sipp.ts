import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Program } from './program.js';

export interface SippOptions {
  /** A scenario of sipp's own (`uac`, `uas`, …) or the path of an XML file. */
  scenario: string;
  /** `host:port` that it calls; absent when it waits for calls. */
  target?: string;
  /** The user part of the request URI (`[service]`). */
  service?: string;
  transport?: 'udp' | 'tcp';
  /** Calls in total, calls a second, calls at once. Default 1, 10, no limit. */
  calls?: number;
  callsPerSecond?: number;
  limit?: number;
  /** More of its switches, e.g. `['-d', '1000']`: how long a call lasts, ms. */
  switches?: string[];
  /** It is ended after this. Default 60 000. */
  timeoutMs?: number;
}

export interface SippResult {
  /** 0: every call succeeded; 1: at least one failed; 97, 99 and others: sipp -h tells. */
  exitCode: number | string;
  successful: number;
  failed: number;
  retransmissions: number;
  /** Of each call, ms, with the switch `-trace_rtt`: what its scenario measures. */
  responseMs: number[];
  /** Its own account of what went wrong; empty when nothing did. */
  errors: string;
}

/** Runs sipp until its calls are done. Needs Debian's sip-tester. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sipp-'));
  const stats = path.join(folder, 'stats.csv');
  const errors = path.join(folder, 'errors.log');
  try {
    const program = new Program(
      'sipp',
      [
        ...(options.target ? [options.target] : []),
        ...(options.scenario.endsWith('.xml')
          ? ['-sf', path.resolve(options.scenario)]
          : ['-sn', options.scenario]),
        ...(options.service ? ['-s', options.service] : []),
        ...['-t', options.transport === 'tcp' ? 't1' : 'u1', '-i', '127.0.0.1', '-mi', '127.0.0.1'],
        ...['-m', String(options.calls ?? 1), '-r', String(options.callsPerSecond ?? 10)],
        ...(options.limit ? ['-l', String(options.limit)] : []),
        ...['-trace_stat', '-stf', stats, '-fd', '1', '-trace_err', '-error_file', errors, '-nostdin'],
        ...['-timeout', `${Math.ceil((options.timeoutMs ?? 60_000) / 1000)}s`, '-timeout_error'],
        ...(options.switches ?? []),
      ],
      path.join(folder, 'sipp.log'),
      { cwd: folder },
    );
    const overdue = setTimeout(() => program.kill(), (options.timeoutMs ?? 60_000) + 3000);
    const exitCode = await program.exited;
    clearTimeout(overdue);
    const rtt = (await readdir(folder)).find(name => name.endsWith('_rtt.csv'));
    return {
      exitCode,
      ...parseStats(await textOf(stats)),
      responseMs: rtt === undefined ? [] : parseResponseTimes(await textOf(path.join(folder, rtt))),
      errors: await textOf(errors),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The last line of its statistics; `(C)` columns count from the start. */
export function parseStats(csv: string): Pick<SippResult, 'successful' | 'failed' | 'retransmissions'> {
  const lines = csv.trim().split('\n');
  const names = (lines[0] ?? '').split(';');
  const values = (lines.at(-1) ?? '').split(';');
  const cumulative = (name: string): number => Number(values[names.indexOf(`${name}(C)`)] ?? 0) || 0;
  return {
    successful: cumulative('SuccessfulCall'),
    failed: cumulative('FailedCall'),
    retransmissions: cumulative('Retransmissions'),
  };
}

/** Lines of `time;ms;name` under a head. */
function parseResponseTimes(csv: string): number[] {
  const lines = csv.trim().split('\n').slice(1);
  return lines.map(line => Number(line.split(';')[1])).filter(Number.isFinite);
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
