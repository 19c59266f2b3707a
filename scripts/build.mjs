// Compiles the TypeScript of server and media rooms into build/, file by file, in the same tree; of the clients
// only what has no markup, for its tests (the pages themselves are built by Vite).
// Types are checked by `npm run check`, not here: this takes a fraction of a second.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const folders = [
  'base',
  'config',
  'server',
  'sfu',
  'sip-gateway',
  'recorder',
  'vod',
  'clients',
  'bench',
  'testing',
  'scripts',
];

export async function compile(root) {
  const sources = folders.flatMap(folder =>
    fs.existsSync(path.join(root, folder))
      ? fs
          .readdirSync(path.join(root, folder), { recursive: true })
          .map(name => path.join(root, folder, String(name)))
          .filter(name => name.endsWith('.ts') && !/\.d\.ts$|vite\.config\.ts$/.test(name))
      : [],
  );
  removeOrphans(root, new Set(sources));
  await build({
    entryPoints: sources,
    outbase: root,
    outdir: path.join(root, 'build'),
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  await bundle(root);
}

/** A compiled file whose source is gone must not run as a test any more. */
function removeOrphans(root, sources) {
  const out = path.join(root, 'build');
  for (const folder of folders) {
    const dir = path.join(out, folder);
    if (!fs.existsSync(dir)) continue;
    for (const name of fs.readdirSync(dir, { recursive: true })) {
      const file = path.join(dir, String(name));
      if (!/\.js(\.map)?$/.test(file) || file.startsWith(path.join(out, 'clients/assets'))) continue;
      const source = path.join(root, path.relative(out, file)).replace(/\.js(\.map)?$/, '.ts');
      if (!sources.has(source)) fs.rmSync(file);
    }
  }
}

if (process.argv[1] === import.meta.filename) await compile(path.resolve(import.meta.dirname, '..'));
