import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'minio';
import { Scope } from '../../base/scope.js';
import { freeTcpPort, tcpPortOpen } from './ports.js';
import { Program } from './program.js';

type ServerName = 'account' | 'container' | 'object' | 'proxy';
type Ports = Record<ServerName, number>;

const storageServers = ['account', 'container', 'object'] as const;
/** Python on a busy machine. */
const startLimitMs = 60_000;
const lastOutputBytes = 3000;

/** The one that has Debian's packages; another may be first in the path. */
const systemPython = '/usr/bin/python3';
/** Where what is stored: one disk, one copy. Does what swift-ring-builder does, at once instead of in nine runs. */
const ringProgram = `
import sys
from swift.common.ring import RingBuilder
for file, port in zip(sys.argv[1::2], sys.argv[2::2]):
    builder = RingBuilder(part_power=2, replicas=1, min_part_hours=0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'disk', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(file)
`;

/**
 * A real S3 server that checks signatures: OpenStack Swift with its s3api, in a folder of its own, on loopback.
 * Three servers store (accounts, buckets, objects); the proxy before them speaks S3.
 */
export class ObjectStore {
  readonly endpoint: string;
  readonly region = 'us-east-1';
  readonly accessKey = 'amphi:archive';
  readonly secretKey = 'a-secret-of-this-test-only';
  readonly #scope: Scope;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #programs = new Map<ServerName, Program>();

  private constructor(folder: string, ports: Ports, scope: Scope) {
    this.endpoint = `http://127.0.0.1:${ports.proxy}`;
    this.#folder = folder;
    this.#ports = ports;
    this.#scope = scope;
  }

  /** Whether this machine has Swift, for tests that are skipped without it. */
  static available(): boolean {
    return existsSync('/usr/bin/swift-proxy-server') && existsSync('/usr/bin/swift-object-server');
  }

  /** Resolves when it answers. Needs Debian's swift-proxy, swift-account, swift-container and swift-object. */
  static async start(): Promise<ObjectStore> {
    let failure: unknown;
    // The ports may be taken between their choice and its start.
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return await ObjectStore.#startOnce();
      } catch (cause) {
        failure = cause;
      }
    }
    throw failure;
  }

  static async #startOnce(): Promise<ObjectStore> {
    const scope = new Scope();
    try {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'object-store-'));
      scope.onClose(() => rm(folder, { recursive: true, force: true }));
      const ports = {
        account: await freeTcpPort(),
        container: await freeTcpPort(),
        object: await freeTcpPort(),
        proxy: await freeTcpPort(),
      };
      const store = new ObjectStore(folder, ports, scope);
      scope.onClose(() => store.kill());
      await store.#configure();
      await store.restart();
      return store;
    } catch (cause) {
      await scope.close();
      throw cause;
    }
  }

  async createBucket(name: string): Promise<void> {
    await this.client().makeBucket(name, this.region);
  }

  /** For looking at what is stored, apart from the code under test. */
  client(): Client {
    return new Client({
      endPoint: '127.0.0.1',
      port: this.#ports.proxy,
      useSSL: false,
      accessKey: this.accessKey,
      secretKey: this.secretKey,
      region: this.region,
      pathStyle: true,
    });
  }

  /** It takes no connections any more, requests under way break off. What is stored stays. */
  async stop(): Promise<void> {
    await this.#programs.get('proxy')?.close();
  }

  /** After `stop()` or `kill()`: resolves when it answers again, at the same endpoint. */
  async restart(): Promise<void> {
    const names = [...storageServers, 'proxy'] as const;
    await Promise.all(names.map(name => this.#run(name)));
    // A signed request, which also tells Swift from a stranger at its port.
    await this.client().listBuckets();
  }

  /** All of it is gone at once, as when the power fails. */
  async kill(): Promise<void> {
    for (const program of this.#programs.values()) program.kill('SIGKILL');
    await Promise.all([...this.#programs.values()].map(program => program.exited));
  }

  /** What its servers printed, for messages of failed tests. */
  log(): string {
    return [...this.#programs].map(([name, program]) => `${name}:\n${program.output()}`).join('\n');
  }

  /** Ends it and forgets what is stored. */
  close(): Promise<void> {
    return this.#scope.close();
  }

  async #run(name: ServerName): Promise<void> {
    if (this.#programs.get(name)?.running) return;
    const program = new Program(
      `swift-${name}-server`,
      [this.#fileOf(name), '--verbose'],
      path.join(this.#folder, `${name}.log`),
    );
    this.#programs.set(name, program);
    const gaveUp = new AbortController();
    const giveUp = (why: string): void =>
      gaveUp.abort(new Error(`swift-${name}-server ${why}: ${program.output(lastOutputBytes)}`));
    const timer = setTimeout(() => giveUp('opens no port'), startLimitMs);
    void program.exited.then(code => giveUp(`ended with ${code}`));
    try {
      const socket = await tcpPortOpen(this.#ports[name], gaveUp.signal);
      socket.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  #fileOf(name: ServerName): string {
    return path.join(this.#folder, `${name}-server.conf`);
  }

  async #configure(): Promise<void> {
    await mkdir(path.join(this.#folder, 'devices', 'disk'), { recursive: true });
    await writeFile(
      path.join(this.#folder, 'swift.conf'),
      // Names of this store only: without them Swift does not start.
      '[swift-hash]\nswift_hash_path_prefix = test\nswift_hash_path_suffix = test\n',
    );
    for (const name of storageServers) await writeFile(this.#fileOf(name), this.#storageConfig(name));
    await writeFile(this.#fileOf('proxy'), this.#proxyConfig());
    await this.#buildRings();
  }

  /** workers = 0: one process that is the server, so that its signals reach all of it. */
  #common(name: ServerName): string[] {
    return [
      '[DEFAULT]',
      'bind_ip = 127.0.0.1',
      `bind_port = ${this.#ports[name]}`,
      'bind_timeout = 5',
      'workers = 0',
      `user = ${os.userInfo().username}`,
      `swift_dir = ${this.#folder}`,
      `devices = ${path.join(this.#folder, 'devices')}`,
      'mount_check = false',
      'fallocate_reserve = 0',
    ];
  }

  #storageConfig(name: (typeof storageServers)[number]): string {
    return [
      ...this.#common(name),
      // No daemon catches up what a busy machine answers too late: an object would be missing from lists for ever.
      'container_update_timeout = 60',
      'conn_timeout = 10',
      'node_timeout = 60',
      '[pipeline:main]',
      `pipeline = ${name}-server`,
      `[app:${name}-server]`,
      `use = egg:swift#${name}`,
      '',
    ].join('\n');
  }

  #proxyConfig(): string {
    const [account, user] = this.accessKey.split(':');
    const filters = [
      'catch_errors',
      'gatekeeper',
      'healthcheck',
      'cache',
      'listing_formats',
      's3api',
      'tempauth',
      'bulk',
      'slo',
      'versioned_writes',
    ];
    const settings: Record<string, string[]> = {
      // tempauth wants a cache to be named; without one that runs it asks the storage servers.
      cache: ['memcache_servers = 127.0.0.1:9', 'error_suppression_limit = 0'],
      // Signatures name it.
      s3api: [`location = ${this.region}`],
      tempauth: [`user_${account}_${user} = ${this.secretKey} .admin`],
    };
    const egg = (filter: string): string => (filter === 'cache' ? 'memcache' : filter);
    return [
      ...this.#common('proxy'),
      '[pipeline:main]',
      `pipeline = ${filters.join(' ')} proxy-server`,
      '[app:proxy-server]',
      'use = egg:swift#proxy',
      'account_autocreate = true',
      'conn_timeout = 10',
      'node_timeout = 60',
      'recoverable_node_timeout = 60',
      ...filters.flatMap(name => [
        `[filter:${name}]`,
        `use = egg:swift#${egg(name)}`,
        ...(settings[name] ?? []),
      ]),
      '',
    ].join('\n');
  }

  async #buildRings(): Promise<void> {
    const rings = storageServers.flatMap(name => [this.#ringOf(name), String(this.#ports[name])]);
    await promisify(execFile)(systemPython, ['-c', ringProgram, ...rings]);
  }

  #ringOf(name: (typeof storageServers)[number]): string {
    return path.join(this.#folder, `${name}.ring.gz`);
  }
}
