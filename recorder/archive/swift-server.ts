import { execFile, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'minio';
import type { S3Options } from './s3-archive.js';

const run = promisify(execFile);
const loopback = '127.0.0.1';
const accessKey = 'test:tester';
const secretKey = 'testing';

/**
 * For tests: OpenStack Swift with its S3 API, in the foreground on loopback ports: an S3 server of others that checks
 * signatures. Debian: swift-proxy, -account, -container, -object, memcached.
 */
export class SwiftServer {
  readonly #children: ChildProcess[] = [];
  readonly #killAtExit = (): void => this.#kill();

  private constructor(
    private readonly directory: string,
    private readonly ports: Record<'proxy' | 'account' | 'container' | 'object' | 'memcached', number>,
  ) {
    process.once('exit', this.#killAtExit);
  }

  static available(): boolean {
    return ['swift-proxy-server', 'swift-ring-builder', 'memcached'].every(name =>
      fs.existsSync(`/usr/bin/${name}`),
    );
  }

  /** With an empty bucket of that name. */
  static async start(bucket: string): Promise<SwiftServer> {
    const [proxy, account, container, object, memcached] = await Promise.all(
      Array.from({ length: 5 }, freePort),
    );
    const server = new SwiftServer(fs.mkdtempSync(path.join(os.tmpdir(), 'swift-')), {
      proxy: proxy!,
      account: account!,
      container: container!,
      object: object!,
      memcached: memcached!,
    });
    try {
      await server.#configure();
      await server.startServers();
      await server.#makeBucket(bucket);
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  options(bucket: string): S3Options {
    const endpoint = `http://${loopback}:${this.ports.proxy}`;
    return { endpoint, bucket, region: 'us-east-1', accessKey, secretKey, prefix: 'amphi/' };
  }

  async startServers(): Promise<void> {
    const memcachedUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    this.#spawn('memcached', ['-l', loopback, '-p', String(this.ports.memcached), ...memcachedUser]);
    for (const kind of ['account', 'container', 'object', 'proxy'] as const) {
      this.#spawn(`swift-${kind}-server`, [path.join(this.directory, `${kind}.conf`)]);
    }
    await Promise.all(Object.values(this.ports).map(port => listening(port)));
  }

  /** Kills its processes; what is stored stays for `startServers`. */
  async stopServers(): Promise<void> {
    const exits = this.#children.map(child => new Promise(resolve => child.once('exit', resolve)));
    this.#kill();
    await Promise.all(exits);
  }

  async close(): Promise<void> {
    await this.stopServers();
    process.off('exit', this.#killAtExit);
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  #kill(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
  }

  #spawn(command: string, args: string[]): void {
    const log = fs.openSync(path.join(this.directory, `${command}.log`), 'a');
    this.#children.push(spawn(command, args, { stdio: ['ignore', log, log] }));
    fs.closeSync(log);
  }

  async #configure(): Promise<void> {
    const { directory, ports } = this;
    fs.mkdirSync(path.join(directory, 'devices', 'd1'), { recursive: true });
    const write = (name: string, content: string): void =>
      fs.writeFileSync(path.join(directory, name), content);
    write(
      'swift.conf',
      '[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n[storage-policy:0]\nname = p\ndefault = yes\n',
    );
    const common = (port: number): string =>
      `[DEFAULT]\nbind_ip = ${loopback}\nbind_port = ${port}\nswift_dir = ${directory}\nuser = ${os.userInfo().username}\nworkers = 0\n`;
    const rings: Promise<void>[] = [];
    for (const kind of ['account', 'container', 'object'] as const) {
      const storage = `devices = ${path.join(directory, 'devices')}\nmount_check = false\n`;
      const app = `[pipeline:main]\npipeline = ${kind}-server\n[app:${kind}-server]\nuse = egg:swift#${kind}\n`;
      write(`${kind}.conf`, `${common(ports[kind])}${storage}${app}`);
      rings.push(this.#makeRing(kind, ports[kind]));
    }
    const filters = {
      catch_errors: '',
      cache: `memcache_servers = ${loopback}:${ports.memcached}\n`,
      listing_formats: '',
      bulk: '',
      s3api: 'location = us-east-1\n',
      tempauth: 'user_test_tester = testing .admin\n',
      slo: '',
    };
    const sections = Object.entries(filters).map(
      ([name, content]) =>
        `[filter:${name}]\nuse = egg:swift#${name === 'cache' ? 'memcache' : name}\n${content}`,
    );
    const pipeline = `[pipeline:main]\npipeline = ${Object.keys(filters).join(' ')} proxy-server\n`;
    const app = '[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n';
    write('proxy.conf', `${common(ports.proxy)}${pipeline}${app}${sections.join('')}`);
    await Promise.all(rings);
  }

  async #makeRing(kind: string, port: number): Promise<void> {
    const builder = path.join(this.directory, `${kind}.builder`);
    await run('swift-ring-builder', [builder, 'create', '2', '1', '0']);
    await run('swift-ring-builder', [builder, 'add', `r1z1-${loopback}:${port}/d1`, '1']);
    await run('swift-ring-builder', [builder, 'rebalance']);
  }

  async #makeBucket(bucket: string): Promise<void> {
    const client = new Client({
      endPoint: loopback,
      port: this.ports.proxy,
      useSSL: false,
      accessKey,
      secretKey,
    });
    for (let attempt = 1; ; attempt++) {
      try {
        return await client.makeBucket(bucket, 'us-east-1');
      } catch (error) {
        if (attempt === 40) throw new Error(`${String(error)}\n${this.#logs()}`);
        await new Promise(resolve => setTimeout(resolve, 250));
      }
    }
  }

  #logs(): string {
    const names = fs.readdirSync(this.directory).filter(name => name.endsWith('.log'));
    return names.map(name => fs.readFileSync(path.join(this.directory, name), 'utf8').slice(-800)).join('\n');
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>(resolve => server.listen(0, loopback, resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = net.connect(port, loopback);
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
      setTimeout(() => socket.destroy(), 1000).unref();
    });
    if (open) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
