import { execFile, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { DtlsServer, isDtls } from '../sfu/rtp/dtls.js';
import type { Fingerprint } from '../sfu/rtp/dtls/handshake.js';
import type { SrtpProtection } from '../sfu/rtp/session.js';
import { srtpSuites } from '../sfu/rtp/srtp/suite.js';
import { SeededRandom } from '../testing/synthetic/seeded-random.js';
import { fingerprintOf, makeDtlsIdentity } from './dtls-identity.js';

const run = promisify(execFile);

/** A certificate for OpenSSL, which plays the client. */
async function clientCertificate(t: Test, kind: 'ec' | 'rsa') {
  const folder = t.testdir();
  const [key, certificate] = ['key.pem', 'certificate.pem'].map(name => path.join(folder, name)) as [
    string,
    string,
  ];
  const newKey = kind === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : ['rsa:2048'];
  const options = ['-newkey', ...newKey, '-nodes', '-subj', '/CN=peer', '-keyout', key, '-out', certificate];
  await run('openssl', ['req', '-x509', ...options]);
  const pem = await readFile(certificate, 'utf8');
  return { key, certificate, der: Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64') };
}

/** Our server at a socket; `drops` says which datagrams of ours are lost. */
async function listen(t: Test, fingerprints: Fingerprint[], drops: (sent: number) => boolean = () => false) {
  const identity = await makeDtlsIdentity();
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let from: dgram.RemoteInfo | undefined;
  let sent = 0;
  const keys: SrtpProtection[] = [];
  const failures: string[] = [];
  const server = new DtlsServer(identity, fingerprints, {
    send: datagram => {
      if (!drops(sent++)) socket.send(datagram, from!.port, from!.address);
    },
    onKeys: agreed => keys.push(agreed),
    onFailure: reason => failures.push(reason),
  });
  socket.on('message', (data, remote) => {
    from = remote;
    t.ok(isDtls(data));
    server.receive(data, `${remote.address}:${remote.port}`);
  });
  t.teardown(() => {
    server.close();
    socket.close();
  });
  return { server, keys, failures, identity, port: socket.address().port };
}

/** OpenSSL's client: what it printed. It ends when `until` is printed, or after `limitMs`. */
async function connect(port: number, options: string[], until: RegExp, limitMs = 8_000): Promise<string> {
  const client = spawn('openssl', ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${port}`, ...options]);
  let output = '';
  const timer = setTimeout(() => client.kill(), limitMs);
  const collect = (data: Buffer): void => {
    output += String(data);
    if (until.test(output)) client.kill();
  };
  client.stdout.on('data', collect);
  client.stderr.on('data', collect);
  await once(client, 'exit');
  clearTimeout(timer);
  return output;
}

/** What OpenSSL exported, as the two keys of RFC 5764 §4.2. */
function exported(output: string, { key, salt }: { key: number; salt: number }) {
  const material = Buffer.from(/Keying material: ([0-9A-F]+)/.exec(output)![1]!, 'hex');
  const side = (n: number): string =>
    Buffer.concat([
      material.subarray(n * key, (n + 1) * key),
      material.subarray(2 * key + n * salt, 2 * key + (n + 1) * salt),
    ]).toString('base64');
  return { client: side(0), server: side(1) };
}

const exporter = (bytes: number) => [
  '-keymatexport',
  'EXTRACTOR-dtls_srtp',
  '-keymatexportlen',
  String(bytes),
];

for (const [kind, profile, suite, lost] of [
  ['ec', 'SRTP_AES128_CM_SHA1_80', 'AES_CM_128_HMAC_SHA1_80', []],
  ['rsa', 'SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_32', 'AEAD_AES_256_GCM', []],
  ['ec', 'SRTP_AES128_CM_SHA1_80', 'AES_CM_128_HMAC_SHA1_80', [0, 1, 3]],
] as const) {
  void t.test(`OpenSSL and we come to the same keys: ${kind}, ${suite}, ${lost.length} lost`, async t => {
    const { key, certificate, der } = await clientCertificate(t, kind);
    const { keys, failures, port, identity } = await listen(t, [fingerprintOf(der)], sent =>
      (lost as readonly number[]).includes(sent),
    );
    const lengths = srtpSuites[suite];
    const output = await connect(
      port,
      [
        '-key',
        key,
        '-cert',
        certificate,
        '-use_srtp',
        profile,
        ...exporter(2 * (lengths.key + lengths.salt)),
      ],
      /Keying material: [0-9A-F]+\s/,
    );
    t.same(failures, []);
    t.equal(keys.length, 1);
    const { client, server } = exported(output, lengths);
    t.same(keys[0], { receive: { suite, keyAndSalt: client }, send: { suite, keyAndSalt: server } });
    t.match(output, /Extended master secret: yes/);
    t.ok(output.includes(identity.certificate.slice(0, 64)), 'it saw our certificate');
  });
}

void t.test('who is not whom signalling announced gets no keys', async t => {
  const { key, certificate, der } = await clientCertificate(t, 'ec');
  const other = fingerprintOf(Buffer.from('somebody else'));
  const options = ['-use_srtp', 'SRTP_AES128_CM_SHA1_80'];
  const refused = async (fingerprints: Fingerprint[], with_: string[], reason: RegExp) => {
    const { keys, failures, port } = await listen(t, fingerprints);
    await connect(port, with_, /never/, 1_500);
    t.same(keys, []);
    t.match(failures[0], reason);
  };
  await refused([other], [...options, '-key', key, '-cert', certificate], /not that of its fingerprint/);
  await refused([fingerprintOf(der)], options, /shows no certificate/);
  await refused([fingerprintOf(der)], ['-key', key, '-cert', certificate], /no SRTP profile/);
  await refused(
    [fingerprintOf(der)],
    [...options, '-key', key, '-cert', certificate, '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384'],
    /no cipher suite/,
  );
});

void t.test('garbage and changed handshakes: no key, no crash, no answer larger than a hello', async t => {
  const identity = await makeDtlsIdentity();
  const random = new SeededRandom(3);
  let sentBytes = 0;
  let keys = 0;
  const server = new DtlsServer(identity, [fingerprintOf(Buffer.from('x'))], {
    send: datagram => (sentBytes += datagram.length),
    onKeys: () => keys++,
    onFailure: () => undefined,
  });
  t.teardown(() => server.close());
  const header = (type: number, body: Buffer, epoch = 0) =>
    Buffer.concat([
      Buffer.from([type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 0, body.length >> 8, body.length & 0xff]),
      body,
    ]);
  let receivedBytes = 0;
  for (let n = 0; n < 20_000; n++) {
    const body = random.bytes(random.below(120));
    // Half look like a handshake message of this length.
    if (n % 2 && body.length > 12) {
      body[0] = [1, 11, 15, 16, 20][n % 5]!;
      body.fill(0, 1, 12);
      body[3] = body[11] = body.length - 12;
    }
    const datagram = header(20 + random.below(4), body, n % 7 === 0 ? 1 : 0);
    receivedBytes += datagram.length;
    server.receive(datagram, 'somebody');
  }
  t.equal(keys, 0);
  t.ok(sentBytes < receivedBytes);
});
