import fs from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { UserError, messageOf } from '../../base/errors.js';
import { localAddresses } from '../../sfu/workers/listen-addresses.js';

export interface Certificate {
  cert: string;
  key: string;
}

const validDays = 825;
const renewBeforeMs = 30 * 24 * 3600 * 1000;

/** The configured certificate, else a self-signed one that is made once and kept in `dataDir`. */
export async function loadCertificate(options: {
  certificate: string | null;
  key: string | null;
  dataDir: string;
  announcedAddress: string | null;
}): Promise<Certificate> {
  if (options.certificate !== null || options.key !== null)
    return readConfigured(options.certificate, options.key);
  const dir = path.join(options.dataDir, 'tls');
  const files = { cert: path.join(dir, 'certificate.pem'), key: path.join(dir, 'key.pem') };
  if (isFresh(files.cert))
    return { cert: fs.readFileSync(files.cert, 'utf8'), key: fs.readFileSync(files.key, 'utf8') };
  const made = await makeCertificate(options.announcedAddress);
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  fs.writeFileSync(files.key, made.key, { mode: 0o600 });
  fs.writeFileSync(files.cert, made.cert);
  return made;
}

function readConfigured(certificate: string | null, key: string | null): Certificate {
  if (certificate === null || key === null) {
    throw new UserError('bad-config', 'http.certificate and http.key belong together: set both or none.');
  }
  return { cert: readPem(certificate), key: readPem(key) };
}

/** @throws UserError `bad-config` */
export function readPem(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('bad-config', `The certificate cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function isFresh(file: string): boolean {
  return (
    fs.existsSync(file) &&
    Date.now() - fs.statSync(file).mtimeMs < validDays * 24 * 3600 * 1000 - renewBeforeMs
  );
}

async function makeCertificate(announcedAddress: string | null): Promise<Certificate> {
  const addresses = new Set([...localAddresses(), ...(announcedAddress === null ? [] : [announcedAddress])]);
  const altNames = [
    ...['localhost', hostname()].map(value => ({ type: 2 as const, value })),
    ...[...addresses].map(ip => ({ type: 7 as const, ip })),
  ];
  const made = await generate([{ name: 'commonName', value: hostname() }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validDays * 24 * 3600 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { cert: made.cert, key: made.private };
}
