import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A file that takes longer hangs. */
const mostSeconds = 240;
/** These move no media: two at a time do not disturb each other. */
const light =
  /^build\/(base|clients|config|scripts|server|recorder\/archive|sfu\/(rtp|layouts)|sip-gateway\/(call|camera|registrar|scanners|sdp|sip|trunks))[./]/;
/** Pages without picture and sound. */
const pages = /^build\/testing\/e2e\/(address-book|api-reference|calendar|people|sign-on)\./;

/**
 * Runs each test file with plain node, which prints TAP: the runner of `tap` would load its hooks into every process
 * and every thread, media threads too, a second each. A line for each file; all that a failing one says.
 * Returns `{ file, passed, failed }` of each, in assertions.
 */
export async function runTestFiles(root, files) {
  const isLight = file => light.test(file) || pages.test(file);
  const alone = files.filter(file => !isLight(file));
  const together = files.filter(isLight);
  const results = [];
  const lane = async queue => {
    for (let file = queue.shift(); file; file = queue.shift()) results.push(await runFile(root, file));
  };
  await Promise.all([lane(together), lane(together)]);
  await lane(alone);
  return results;
}

async function runFile(root, file) {
  const beganMs = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    cwd: root,
    env: { ...process.env, TAP_TIMEOUT: String(mostSeconds), TAP: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => (output += text));
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), (mostSeconds + 10) * 1000);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);

  const { passed, failed } = countsOf(output, code);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1).padStart(6);
  if (failed > 0) process.stdout.write(`${output}\n`);
  const end = signal ? `, ended by ${signal}` : '';
  process.stdout.write(
    `${failed > 0 ? 'not ok' : 'ok    '} ${seconds} s  ${file} (${passed} passed${end})\n`,
  );
  return { file, passed, failed };
}

/** TAP ends with `# { total: 10, pass: 9, fail: 1 }`. No such line, or another exit code: the file itself broke. */
function countsOf(output, code) {
  const last = output.match(/^# \{ total: \d+.*\}$/gm)?.at(-1) ?? '';
  const count = name => Number(new RegExp(`${name}: (\\d+)`).exec(last)?.[1] ?? 0);
  const failed = count('fail');
  return { passed: count('pass'), failed: failed === 0 && (code !== 0 || last === '') ? 1 : failed };
}
