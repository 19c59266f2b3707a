// Puts each program and thread of the server into one file, with the packages that it uses: Node needs longer to
// find and read a thousand small modules than for all else that it does before a room is connected again.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

/** What `npm start` runs, and what is started from there as a process or a thread of its own. */
const programs = [
  'server/main',
  'server/identity/password-thread',
  'server/store/postgres/connection-thread',
  'sfu/mixing/media-process',
  'sfu/mixing/audio/audio-worker',
  'sfu/mixing/video/stream-thread',
  'sfu/mixing/video/compose-thread',
  'sfu/mixing/capacity/calibration-process',
  'recorder/recorder-process',
  'vod/player/player-thread',
];

/** They have native parts, or files that they look for beside themselves. */
const asTheyAre = ['@evan/opus', 'better-sqlite3', 'mediasoup', 'node-av', 'pino'];

/** Packages in CommonJS ask for Node's modules by this. */
const banner = `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);
const __dirname = import.meta.dirname;`;

export async function bundle(root) {
  const out = path.join(root, 'build');
  await Promise.all(
    programs.map(program =>
      build({
        entryPoints: [path.join(root, `${program}.ts`)],
        outfile: path.join(out, `${program}.js`),
        bundle: true,
        external: asTheyAre,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        sourcemap: 'linked',
        logLevel: 'warning',
        banner: { js: banner },
        plugins: [modulesKeepTheirPlace(root, path.dirname(program))],
      }),
    ),
  );
}

/** Threads and processes are found from the module that starts them, wherever that was put. */
function modulesKeepTheirPlace(root, from) {
  return {
    name: 'modules-keep-their-place',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes('node_modules')) return undefined;
        const source = await fs.promises.readFile(file, 'utf8');
        const place = path.relative(from, path.relative(root, file)).replace(/\.ts$/, '.js');
        const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
        return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
      }),
  };
}
