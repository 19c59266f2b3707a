// `npm test`: sets up, checks types and lint, runs every test; its last line is `N passed, N failed`.
// `npm test -- FILE…` runs only those (paths of .ts files or of compiled ones).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setUp } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
const chosen = process.argv
  .slice(2)
  .map(file => file.replace(/^(build\/)?/, 'build/').replace(/\.ts$/, '.js'));
const rawTap = path.join(root, 'build/tests.tap');

await setUp('test');
const checked = chosen.length > 0 || (await check());
runTests(chosen);
const counts = readCounts();
// Real peers and media need a machine that keeps up: a file that failed gets one more try, alone, and is named.
const again = failedFiles();
if (counts.failed > 0 && again.length > 0) {
  process.stdout.write(`Running again what failed: ${again.join(' ')}\n`);
  runTests(again);
  const second = readCounts();
  counts.passed += counts.failed - second.failed;
  counts.failed = second.failed;
}
const failed = counts.failed + (checked ? 0 : 1);
if (!checked) process.stdout.write('Types, lint or format are wrong: see the first lines (npm run check).\n');
process.stdout.write(`${counts.passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && counts.passed > 0 ? 0 : 1);

/** What `npm run check` does, two of them at a time. */
async function check() {
  const bin = name => path.join(root, 'node_modules/.bin', name);
  const [types, clients, lint, format] = [
    [bin('tsc'), '-p', '.'],
    [bin('tsc'), '-p', 'clients'],
    [bin('eslint'), '.'],
    [bin('prettier'), '--check', '--log-level', 'warn', '.'],
  ];
  const inTurn = async commands => {
    let right = true;
    for (const [command, ...args] of commands) {
      const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
      const [status] = await once(child, 'exit');
      right &&= status === 0;
    }
    return right;
  };
  const results = await Promise.all([inTurn([lint]), inTurn([types, clients, format])]);
  return results.every(right => right);
}

function runTests(files) {
  fs.rmSync(rawTap, { force: true });
  run(path.join(root, 'node_modules/.bin/tap'), [`--output-file=${rawTap}`, ...files]);
}

function failedFiles() {
  const text = fs.existsSync(rawTap) ? fs.readFileSync(rawTap, 'utf8') : '';
  const named = [...text.matchAll(/^not ok \d+ - (build\/\S+\.test\.js)/gm)].map(match => match[1]);
  const timedOut = [...text.matchAll(/expired: (build\/\S+\.test\.js)/g)].map(match => match[1]);
  return [...new Set([...named, ...timedOut])];
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** The raw TAP ends with `# { total: 10, pass: 9, fail: 1 }`. No such line: the run itself broke. */
function readCounts() {
  const text = fs.existsSync(rawTap) ? fs.readFileSync(rawTap, 'utf8') : '';
  const last = text.match(/^# \{ total: \d+.*\}$/gm)?.at(-1);
  if (!last) return { passed: 0, failed: 1 };
  const count = name => Number(new RegExp(`${name}: (\\d+)`).exec(last)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') };
}
