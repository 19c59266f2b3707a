import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'ldapts';
import { selfSigned } from './certificate.js';
import { freeTcpPort, tcpPortOpen } from './ports.js';
import { Program } from './program.js';

const run = promisify(execFile);
const startLimitMs = 20_000;
const slapd = '/usr/sbin/slapd';

/** OpenLDAP with a directory of a small hospital; it takes passwords over TLS only. */
export class Slapd {
  static readonly suffix = 'dc=hospital,dc=test';
  static readonly bindDn = `cn=amphi,${Slapd.suffix}`;
  static readonly bindPassword = 'service-secret';
  #program: Program | undefined;

  private constructor(
    private readonly folder: string,
    readonly ports: { plain: number; tls: number },
    /** PEM file. */
    readonly ca: string,
  ) {}

  static available(): boolean {
    return existsSync(slapd);
  }

  /** @param ldif what is below the suffix. Needs Debian's slapd. */
  static async start(ldif: string): Promise<Slapd> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'slapd-'));
    const file = (name: string) => path.join(folder, name);
    const { cert, key } = await selfSigned('directory');
    await mkdir(file('data'));
    await writeFile(file('cert.pem'), cert);
    await writeFile(file('key.pem'), key);
    const schemas = ['core', 'cosine', 'inetorgperson'].map(
      name => `include /etc/ldap/schema/${name}.schema`,
    );
    await writeFile(
      file('slapd.conf'),
      [
        ...schemas,
        'modulepath /usr/lib/ldap',
        'moduleload back_mdb',
        `TLSCertificateFile ${file('cert.pem')}`,
        `TLSCertificateKeyFile ${file('key.pem')}`,
        'security simple_bind=128',
        'allow bind_v2',
        'database mdb',
        `suffix ${Slapd.suffix}`,
        `rootdn ${Slapd.bindDn}`,
        `rootpw ${Slapd.bindPassword}`,
        `directory ${file('data')}`,
        '',
      ].join('\n'),
    );
    const top = `dn: ${Slapd.suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: hospital\no: Hospital\n\n`;
    await writeFile(file('entries.ldif'), top + ldif);
    await run('/usr/sbin/slapadd', ['-f', file('slapd.conf'), '-l', file('entries.ldif')]);
    const ports = { plain: await freeTcpPort(), tls: await freeTcpPort() };
    const server = new Slapd(folder, ports, file('cert.pem'));
    await server.restart();
    return server;
  }

  async restart(): Promise<void> {
    const { plain, tls } = this.ports;
    const urls = `ldap://127.0.0.1:${plain} ldaps://127.0.0.1:${tls}`;
    const conf = path.join(this.folder, 'slapd.conf');
    const log = path.join(this.folder, 'slapd.log');
    // With -d it stays in the foreground.
    const program = new Program(slapd, ['-f', conf, '-h', urls, '-d', 'stats'], log);
    this.#program = program;
    const gaveUp = new AbortController();
    const timer = setTimeout(() => gaveUp.abort(new Error(`slapd: ${program.output()}`)), startLimitMs);
    void program.exited.then(code =>
      gaveUp.abort(new Error(`slapd ended with ${code}: ${program.output()}`)),
    );
    try {
      (await tcpPortOpen(tls, gaveUp.signal)).destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  /** What it was asked: one line each, with filters and results. */
  log(): string {
    return this.#program?.output(1_000_000) ?? '';
  }

  /** Resolves with the log when `text` is in it: it is written a little after the answer. */
  async logged(text: string): Promise<string> {
    for (const untilMs = Date.now() + startLimitMs; Date.now() < untilMs;) {
      if (this.log().includes(text)) return this.log();
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    throw new Error(`slapd has not written ${text}: ${this.log().slice(-2000)}`);
  }

  /** Changes it as its administrator does. */
  async administer(change: (client: Client) => Promise<void>): Promise<void> {
    const url = `ldaps://127.0.0.1:${this.ports.tls}`;
    const client = new Client({ url, tlsOptions: { ca: await readFile(this.ca) } });
    try {
      await client.bind(Slapd.bindDn, Slapd.bindPassword);
      await change(client);
    } finally {
      await client.unbind();
    }
  }

  async stop(): Promise<void> {
    await this.#program?.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
