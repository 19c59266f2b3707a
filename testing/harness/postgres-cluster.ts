import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from 'selfsigned';

const password = 'a pass/word@:?';
/** Debian keeps the programs of each version in a folder of its own. */
const folders = '/usr/lib/postgresql';

/** A PostgreSQL of its own in a temporary folder, on loopback and a free port; passwords are asked for. */
export class PostgresCluster {
  #server: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly bin: string,
    readonly port: number,
  ) {}

  static async start(): Promise<PostgresCluster> {
    const newest = fs.readdirSync(folders).sort((a, b) => Number(b) - Number(a))[0]!;
    const bin = path.join(folders, newest, 'bin');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amphi-postgres-'));
    const passwordFile = path.join(folder, 'password');
    fs.writeFileSync(passwordFile, password);
    const made = await generate([{ name: 'commonName', value: 'database' }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    fs.writeFileSync(path.join(folder, 'certificate'), made.cert);
    fs.writeFileSync(path.join(folder, 'key'), made.private, { mode: 0o600 });
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'postgres', folder]);
    const cluster = new PostgresCluster(folder, bin, await freePort());
    const [program, ...args] = asPostgres(path.join(bin, 'initdb'), [
      ...['--pgdata', cluster.#data, '--username', 'amphi', '--pwfile', passwordFile, '--no-sync'],
      // Of another language than the tests expect anything from.
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C.UTF-8'],
    ]);
    execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder });
    await cluster.run();
    return cluster;
  }

  get #data(): string {
    return path.join(this.folder, 'data');
  }

  /** PEM file, its own authority, of 127.0.0.1 alone. */
  get certificate(): string {
    return path.join(this.folder, 'certificate');
  }

  /** Of a database in it, with the password. */
  url(database = 'postgres', user = 'amphi'): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  /** Again, after `stop`. */
  async run(): Promise<void> {
    const [program, ...args] = asPostgres(path.join(this.bin, 'postgres'), [
      ...['-D', this.#data, '-p', String(this.port), '-h', '127.0.0.1', '-k', ''],
      ...['-c', 'ssl=on', '-c', `ssl_cert_file=${this.certificate}`],
      ...['-c', `ssl_key_file=${path.join(this.folder, 'key')}`],
      ...['-c', 'fsync=off', '-c', 'max_connections=60', '-c', 'shared_buffers=16MB'],
    ]);
    this.#server = spawn(program!, args, { stdio: 'ignore', cwd: this.folder });
    const ready = path.join(this.bin, 'pg_isready');
    for (let tries = 0; tries < 200; tries++) {
      try {
        execFileSync(ready, ['-h', '127.0.0.1', '-p', String(this.port), '-q']);
        return;
      } catch {
        await sleep(50);
      }
    }
    throw new Error('PostgreSQL does not start');
  }

  /** At once, as by a failure: connections are cut. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const ended = new Promise(resolve => server.once('exit', resolve));
    server.kill('SIGQUIT');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** PostgreSQL refuses to run as root. */
function asPostgres(program: string, args: string[]): string[] {
  if (process.getuid?.() !== 0) return [program, ...args];
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', program, ...args];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
