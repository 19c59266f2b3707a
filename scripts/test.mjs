// `npm test`: sets up, checks types and lint, runs every test; its last line is `N passed, N failed`.
// `npm test -- FILE…` runs only those (paths of .ts files or of compiled ones).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { runTestFiles } from './run-test-files.mjs';
import { setUp } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
const chosen = process.argv
  .slice(2)
  .map(file => file.replace(/^(build\/)?/, 'build/').replace(/\.ts$/, '.js'));

await setUp('test');
const checked = chosen.length > 0 || (await check());
const files = chosen.length > 0 ? chosen : testFiles();
const results = await runTestFiles(root, files);
// Real peers and media need a machine that keeps up: a file that failed gets one more try, alone, and is named.
const again = results.filter(({ failed }) => failed > 0).map(({ file }) => file);
if (again.length > 0) process.stdout.write(`Running again what failed: ${again.join(' ')}\n`);
const second = await runTestFiles(root, again);
const last = [...results.filter(({ failed }) => failed === 0), ...second];
if (!checked) process.stdout.write('Types, lint or format are wrong: see the first lines (npm run check).\n');
const passed = last.reduce((sum, result) => sum + result.passed, 0);
const failed = last.reduce((sum, result) => sum + result.failed, checked ? 0 : 1);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function testFiles() {
  const built = fs.readdirSync(path.join(root, 'build'), { recursive: true });
  return built
    .filter(file => file.endsWith('.test.js'))
    .map(file => path.join('build', file))
    .sort();
}

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
