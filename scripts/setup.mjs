// Brings a clone to where it can run: Debian packages, npm packages, the SFU worker, compiled code and pages.
// Every step looks first whether there is anything to do, so that repeating is quick and silent.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildRecipe, buildWorker, debianPackages as workerPackages } from './sfu-worker/build.mjs';

const root = path.resolve(import.meta.dirname, '..');
const cacheDir = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'amphi');

/** What each command needs of Debian, beyond what the SFU worker's build needs when it comes to that. */
const base = ['fonts-wqy-microhei'];
const peers = [
  'chromium',
  'baresip-core',
  'baresip-ffmpeg',
  'sip-tester',
  'kamailio',
  'sipsak',
  'sipvicious',
  'ffmpeg',
  'tshark',
  'iproute2',
  'nftables',
  'swift-proxy',
  'swift-account',
  'swift-container',
  'swift-object',
  'memcached',
  'slapd',
  'postgresql',
];
const packagesFor = {
  start: base,
  test: [...base, ...peers],
  demo: [...base, ...peers],
  bench: [
    ...base,
    'ffmpeg',
    'gstreamer1.0-tools',
    'gstreamer1.0-plugins-base',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-bad',
    'gstreamer1.0-plugins-ugly',
    'gstreamer1.0-libav',
  ],
};

/**
 * @param {keyof typeof packagesFor} purpose
 * @returns {Promise<void>} with MEDIASOUP_WORKER_BIN set for this process
 */
export async function setUp(purpose) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
  installDebian(packagesFor[purpose]);
  installNpm();
  process.env.MEDIASOUP_WORKER_BIN ??= await provideWorker();
  await compileAll();
}

function installDebian(packages) {
  const missing = packages.filter(name => !isInstalled(name));
  if (missing.length === 0) return;
  if (!has('apt-get')) {
    say(`this is not Debian; please see to it that these are installed: ${missing.join(' ')}`);
    return;
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  const run = args => {
    const [command, ...rest] = [...sudo, 'apt-get', '-q', ...args];
    execFileSync(command, rest, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  };
  say(`installing Debian packages: ${missing.join(' ')}`);
  try {
    run(['update']);
    run(['install', '-y', '--no-install-recommends', ...missing]);
  } catch {
    fail(`Debian packages could not be installed. Do it by hand: apt-get install ${missing.join(' ')}`);
  }
}

function isInstalled(name) {
  try {
    return execFileSync('dpkg-query', ['-W', '-f=${Status}', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).includes('install ok installed');
  } catch {
    return false;
  }
}

function has(command) {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function installNpm() {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(process.versions.modules).digest('hex');
  const stamp = path.join(root, 'node_modules', '.amphi-installed');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  say('installing npm packages');
  // No install scripts but one: mediasoup's would download or build the worker, which comes next and is cached.
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  say('building the SQLite binding');
  installDebian(['python3', 'make', 'g++']);
  npm(['rebuild', 'better-sqlite3']);
  fs.writeFileSync(stamp, wanted);
}

function npm(args) {
  try {
    execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    fail(`npm ${args.join(' ')} failed; the lines above say why.`);
  }
}

/** @returns {Promise<string>} path of the worker: cached outside the clone, downloaded, or built */
async function provideWorker() {
  const mediasoupDir = path.join(root, 'node_modules/mediasoup');
  const { version } = JSON.parse(fs.readFileSync(path.join(mediasoupDir, 'package.json'), 'utf8'));
  const cached = path.join(cacheDir, `mediasoup-worker-${version}-r${buildRecipe}-${process.arch}`);
  if (fs.existsSync(cached)) return cached;
  const downloaded = path.join(mediasoupDir, 'worker/out/Release/mediasoup-worker');
  say('fetching the media worker');
  if (await downloadWorker(mediasoupDir, downloaded)) {
    fs.mkdirSync(cacheDir, { recursive: true });
    fs.copyFileSync(downloaded, `${cached}.new`);
    fs.renameSync(`${cached}.new`, cached);
    return cached;
  }
  say('no ready-made media worker to be had: building it from source (about 5 minutes on 2 cores)');
  installDebian(workerPackages);
  await buildWorker({
    mediasoupDir,
    workDir: fs.mkdtempSync(path.join(os.tmpdir(), 'amphi-worker-')),
    output: cached,
    onProgress: (done, total) => progress(`compiling the media worker: ${done} of ${total}`),
  }).catch(error => fail(`The media worker cannot be built: ${error.message}`));
  progress(null);
  return cached;
}

/** mediasoup's own script, stopped before it would build with downloaded sources. */
function downloadWorker(mediasoupDir, output) {
  return new Promise(resolve => {
    const environment = { ...process.env };
    delete environment.MEDIASOUP_WORKER_BIN;
    const child = spawn(process.execPath, ['npm-scripts.mjs', 'postinstall'], {
      cwd: mediasoupDir,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stopBeforeBuilding = text => {
      if (/couldn't fetch|building it locally/.test(String(text))) process.kill(-child.pid, 'SIGKILL');
    };
    child.stdout.on('data', stopBeforeBuilding);
    child.stderr.on('data', stopBeforeBuilding);
    child.on('error', () => resolve(false));
    child.on('exit', code => resolve(code === 0 && fs.existsSync(output)));
  });
}

async function compileAll() {
  const { compile } = await import('./build.mjs');
  await compile(root);
  const clients = path.join(root, 'clients');
  const stamp = path.join(root, 'build/clients/.inputs');
  const wanted = fingerprint([clients, path.join(root, 'server/api'), path.join(root, 'package-lock.json')]);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  say('building the pages');
  const { build } = await import('vite');
  await build({ root: clients, configFile: path.join(clients, 'vite.config.ts'), logLevel: 'warn' });
  fs.writeFileSync(stamp, wanted);
}

/** Changes when a file below `places` changes. */
function fingerprint(places) {
  const hash = createHash('sha256');
  for (const place of places) {
    const files = fs.statSync(place).isDirectory()
      ? fs
          .readdirSync(place, { recursive: true })
          .map(name => path.join(place, String(name)))
          .sort()
      : [place];
    for (const file of files) {
      const stat = fs.statSync(file);
      if (stat.isFile()) hash.update(file).update(fs.readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function say(text) {
  process.stderr.write(`amphi set-up: ${text}\n`);
}

/** One line that is written over on a terminal; now and then a line elsewhere. */
let lastProgressMs = 0;
function progress(text) {
  const { isTTY } = process.stderr;
  if (text === null) return void (isTTY && process.stderr.write('\n'));
  if (isTTY) return void process.stderr.write(`\ramphi set-up: ${text}`);
  if (Date.now() - lastProgressMs < 15_000) return;
  lastProgressMs = Date.now();
  say(text);
}

function fail(reason) {
  process.stderr.write(`amphi set-up failed: ${reason}\n`);
  process.exit(1);
}
