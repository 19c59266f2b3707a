// Builds the mediasoup worker from the sources in its npm package against Debian's libraries alone,
// for machines that cannot download the prebuilt one. Takes about 5 minutes on 2 cores.
//
// Two things differ from upstream's own build:
// - `srtp.h` beside this file gives Debian's libsrtp 2 the call shapes of libsrtp 3;
// - Debian's OpenSSL has kernel TLS, whose BIO control calls the worker's callback must not answer with 1,
//   or the first DTLS handshake crashes (patched below).
import { spawn, execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import fs from 'node:fs';
import path from 'node:path';

/** Raise it when the way of building changes, so that cached workers are built anew. */
export const buildRecipe = 1;

export const debianPackages = [
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libusrsctp-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
  'pkg-config',
  'g++',
  'make',
];

const libraries = [
  'libuv',
  'libsrtp2',
  'usrsctp',
  'openssl',
  'absl_strings',
  'absl_flat_hash_map',
  'absl_flat_hash_set',
  'absl_optional',
  'absl_bad_optional_access',
  'absl_inlined_vector',
  'flatbuffers',
];

/**
 * @param {{ mediasoupDir: string, workDir: string, output: string, onProgress: (done: number, total: number) => void }} options
 * @returns {Promise<void>} rejects with the compiler's last lines
 */
export async function buildWorker({ mediasoupDir, workDir, output, onProgress }) {
  const worker = path.join(workDir, 'worker');
  fs.rmSync(workDir, { recursive: true, force: true });
  fs.mkdirSync(workDir, { recursive: true });
  fs.cpSync(path.join(mediasoupDir, 'worker'), worker, { recursive: true });
  patchKtlsCallback(worker);

  const fbs = path.join(workDir, 'include', 'FBS');
  fs.mkdirSync(fbs, { recursive: true });
  fs.mkdirSync(path.join(workDir, 'compat'), { recursive: true });
  fs.copyFileSync(new URL('./srtp.h', import.meta.url), path.join(workDir, 'compat', 'srtp.h'));
  const schemas = fs.readdirSync(path.join(worker, 'fbs')).filter(name => name.endsWith('.fbs'));
  execFileSync('flatc', [
    '--cpp',
    '--cpp-field-case-style',
    'lower',
    '--reflect-names',
    '--scoped-enums',
    '--filename-suffix',
    '',
    '-o',
    fbs,
    ...schemas.map(name => path.join(worker, 'fbs', name)),
  ]);

  const sources = [...ownSources(worker), ...webrtcSources(worker)];
  fs.writeFileSync(path.join(workDir, 'Makefile'), makefile(workDir, worker, sources));
  await make(workDir, sources.length, onProgress);
  fs.mkdirSync(path.dirname(output), { recursive: true });
  fs.copyFileSync(path.join(workDir, 'mediasoup-worker'), `${output}.new`);
  fs.chmodSync(`${output}.new`, 0o755);
  fs.renameSync(`${output}.new`, output);
  fs.rmSync(workDir, { recursive: true, force: true });
}

function patchKtlsCallback(worker) {
  const file = path.join(worker, 'src/RTC/DtlsTransport.cpp');
  const before = fs.readFileSync(file, 'utf8');
  const after = before.replace('(operationType == BIO_CB_RETURN)', '((operationType & BIO_CB_RETURN) != 0)');
  if (after === before)
    throw new Error(`${file}: the line to patch is not there; is this another mediasoup?`);
  fs.writeFileSync(file, after);
}

function ownSources(worker) {
  const root = path.join(worker, 'src');
  return fs
    .readdirSync(root, { recursive: true })
    .map(name => String(name))
    .filter(name => name.endsWith('.cpp') && path.basename(name) !== 'DepLibUring.cpp')
    .map(name => path.join(root, name));
}

function webrtcSources(worker) {
  const meson = fs.readFileSync(path.join(worker, 'deps/libwebrtc/meson.build'), 'utf8');
  return [...meson.matchAll(/'(libwebrtc\/[^']+\.cc)'/g)].map(match =>
    path.join(worker, 'deps/libwebrtc', match[1]),
  );
}

function makefile(workDir, worker, sources) {
  const include = [
    'compat',
    'include',
    'worker/include',
    'worker/deps/libwebrtc',
    'worker/deps/libwebrtc/libwebrtc',
  ]
    .map(dir => `-I${path.join(workDir, dir)}`)
    .join(' ');
  const flags =
    '-O2 -DNDEBUG -std=c++17 -w -DMS_LITTLE_ENDIAN -DMS_EXECUTABLE -DFLATBUFFERS_LOCALE_INDEPENDENT=1';
  const cflags = execFileSync('pkg-config', ['--cflags', ...libraries], { encoding: 'utf8' }).trim();
  const libs = execFileSync('pkg-config', ['--libs', ...libraries], { encoding: 'utf8' }).trim();
  const objectOf = source => `obj/${path.relative(worker, source).replaceAll('/', '_')}.o`;
  const rules = sources.map(
    source =>
      `${objectOf(source)}: ${source}\n\t@g++ ${flags} ${include} ${cflags} -c $< -o $@\n\t@echo compiled`,
  );
  return [
    `mediasoup-worker: ${sources.map(objectOf).join(' ')}\n\t@g++ -o $@ $^ ${libs} -lpthread`,
    ...rules,
    '',
  ].join('\n');
}

function make(workDir, total, onProgress) {
  fs.mkdirSync(path.join(workDir, 'obj'), { recursive: true });
  return new Promise((resolve, reject) => {
    const child = spawn('make', [`-j${cpus().length}`], { cwd: workDir, stdio: ['ignore', 'pipe', 'pipe'] });
    let done = 0;
    let lastErrors = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      done += text.split('compiled').length - 1;
      onProgress(done, total);
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      lastErrors = (lastErrors + text).slice(-4000);
    });
    child.on('error', reject);
    child.on('exit', code =>
      code === 0 ? resolve() : reject(new Error(`make failed (${code}):\n${lastErrors}`)),
    );
  });
}
