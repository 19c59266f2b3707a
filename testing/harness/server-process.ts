import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../base/project.js';
import type { Conference, NewConference, Recording } from '../../server/api/rest.js';

export interface ServerOptions {
  /** Kept between two servers to test a restart; a temporary one otherwise, deleted at the end. */
  dataDir?: string;
  /** Further configuration, in the shape of reference.yaml. */
  config?: Record<string, unknown>;
  /** File that the log goes to. */
  logFile?: string;
}

const startTimeoutMs = 20_000;

/** A real server in a process of its own, on loopback and free ports, as `npm start` runs it. */
export class ServerProcess {
  readonly url: string;
  readonly sipPort: number;
  /** Of `admin`, at the first start only; it must be changed. */
  readonly adminPassword: string;

  private constructor(
    readonly child: ChildProcess,
    readonly dataDir: string,
    readonly token: string,
    banner: Map<string, string>,
    private readonly ownsDataDir: boolean,
  ) {
    this.url = banner.get('Web')!.replace(/\/$/, '');
    this.adminPassword = /password (\S+)/.exec(banner.get('User') ?? '')?.[1] ?? '';
    this.sipPort = Number(/:(\d+)/.exec(banner.get('SIP')!.replace(/^sip:NUMBER@/, ''))![1]);
  }

  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'amphi-test-'));
    fs.mkdirSync(dataDir, { recursive: true });
    const configFile = path.join(dataDir, 'test-config.json');
    const { http, sip, sfu, media, ...rest } = (options.config ?? {}) as Record<string, object>;
    fs.writeFileSync(
      configFile, // YAML is a superset of JSON
      JSON.stringify({
        host: '127.0.0.1',
        ...rest,
        http: { port: 0, ...http },
        sip: { port: 0, ...sip },
        sfu: { port: 0, ...sfu },
        media: { portMin: 0, portMax: 0, ...media },
      }),
    );
    const log = options.logFile === undefined ? 'ignore' : fs.openSync(options.logFile, 'a');
    const main = path.join(projectRoot, 'build/server/main.js');
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', main, '--config', configFile, '--data', dataDir],
      { stdio: ['ignore', 'pipe', log] },
    );
    const banner = await readBanner(child);
    const tokenFile = path.join(dataDir, 'test-token');
    const shown = banner.get('Token')?.split(' ')[0];
    if (shown !== undefined) fs.writeFileSync(tokenFile, shown); // shown only once; a restart needs it again
    const token = fs.readFileSync(tokenFile, 'utf8');
    return new ServerProcess(child, dataDir, token, banner, options.dataDir === undefined);
  }

  createConference(body: NewConference): Promise<Conference> {
    return this.request('POST', '/conferences', body);
  }

  listRecordings(): Promise<Recording[]> {
    return this.request('GET', '/recordings');
  }

  /** A REST request as the operator. @throws on a status of 400 and above */
  async request<T>(method: string, apiPath: string, body?: unknown): Promise<T> {
    const response = await this.fetch(`/api/v1${apiPath}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${apiPath}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Anything of the web server, as the operator; its self-made certificate is accepted. */
  fetch(resource: string, init: RequestInit = {}): Promise<Response> {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    return fetch(this.url + resource, {
      ...init,
      headers: { authorization: `Bearer ${this.token}`, ...(init.headers as Record<string, string>) },
    });
  }

  /** Process ids of the children whose command line holds `text`: `media-process`, `mediasoup-worker`. */
  childPids(text: string): number[] {
    return fs
      .readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
      .filter(pid => {
        try {
          const parent = Number(/PPid:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
          return parent === this.child.pid && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
        } catch {
          return false; // it has ended in the meantime
        }
      });
  }

  /** As a power cut: nothing is told. */
  async kill(): Promise<void> {
    const exited = exitOf(this.child);
    this.child.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {
    const exited = exitOf(this.child);
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
    if (this.ownsDataDir) fs.rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => child.once('exit', () => resolve()));
}

/** The lines `Name: value` that the server prints until it is ready. */
function readBanner(child: ChildProcess): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const banner = new Map<string, string>();
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('the server did not become ready'));
    }, startTimeoutMs);
    child.once('exit', code => {
      clearTimeout(timer);
      reject(new Error(`the server ended at its start (${code}); see its log`));
    });
    createInterface({ input: child.stdout! }).on('line', line => {
      const match = /^(\w+):\s+(.*)$/.exec(line);
      if (match) banner.set(match[1]!, match[2]!);
      if (line !== 'Amphi is ready.') return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(banner);
    });
  });
}
