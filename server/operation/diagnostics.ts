import { execFileSync } from 'node:child_process';
import os from 'node:os';
import type { LogLines } from '../../base/log.js';
import { projectRoot } from '../../base/project.js';
import type { Config } from '../../config/schema.js';
import type { Conference } from '../conferences/conference.js';
import type { HealthCheck } from './health.js';

export interface DiagnosticSources {
  config: Config;
  health: HealthCheck;
  conferences: () => Conference[];
  metrics: () => Promise<{ text: string }>;
  log: LogLines;
}

/**
 * Everything that somebody far away needs to find a fault, in one document: machine, versions, configuration
 * without secrets, state, metrics, the newest log lines. It names conferences and sites by their ids only.
 */
export async function diagnostics({ config, health, conferences, metrics, log }: DiagnosticSources) {
  return {
    takenAt: new Date().toISOString(),
    version: { commit: commit(), node: process.version, uptimeS: Math.round(process.uptime()) },
    machine: {
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      processors: os.cpus().map(({ model }) => model),
      memoryBytes: { total: os.totalmem(), free: os.freemem() },
      load: os.loadavg(),
      diskFreeBytes: await health.freeBytes(),
    },
    config: withoutSecrets(config),
    health: health.health(),
    readiness: await health.readiness(),
    conferences: conferences().map(({ conferenceId, sites, recording }) => ({
      conferenceId,
      recording: recording.state !== null,
      sites: sites.map(({ siteId, kind, quality }) => ({ siteId, kind, quality })),
    })),
    metrics: (await metrics()).text.split('\n'),
    log: log.newest(),
  };
}

/** Values whose names say that they are secret, passwords in URLs; of those that are set, only that they are. */
const urlPassword = /(:\/\/[^/?#@]*:)[^/?#@]+(?=@)/;
const secretName = /secret|password|credential|accesskey|token|^pin$/i;

export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(urlPassword, '$1(set)');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretName.test(name) && typeof inner === 'string' && inner !== '' ? '(set)' : withoutSecrets(inner),
    ]),
  );
}

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: projectRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null; // unpacked from an archive
  }
}
