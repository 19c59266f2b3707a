import path from 'node:path';
import { parseArgs } from 'node:util';
import { ResourceError, UserError } from '../../base/errors.js';
import { loadConfig } from '../../config/load.js';
import { backUp, restore } from './backup.js';

/** `npm run backup -- [--to FOLDER] [--recordings]` and `npm run restore -- BACKUP`, each with --config and --data. */
async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      data: { type: 'string' },
      to: { type: 'string' },
      recordings: { type: 'boolean' },
    },
  });
  const own = (['config', 'data'] as const).flatMap(name =>
    values[name] ? [`--${name}`, values[name]] : [],
  );
  const config = loadConfig(own, process.env);
  const place = { dataDir: config.dataDir, databaseUrl: config.database.url };
  const say = (line: string) => process.stdout.write(`${line}\n`);

  if (command === 'backup') {
    const directory = path.resolve(values.to ?? config.backup.directory ?? 'backups');
    const { folder, manifest } = await backUp(
      place,
      directory,
      values.recordings ?? config.backup.recordings,
    );
    const megabytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
    say(`${manifest.files.length} files, ${megabytes.toFixed(1)} MB: ${folder}`);
    if (!manifest.recordings) say('Recordings are not in it; add --recordings for them.');
    return;
  }
  const [folder] = positionals;
  if (folder === undefined)
    throw new UserError('bad-option', 'Which backup? npm run restore -- FOLDER [--data DIR]');
  const { replaced } = await restore(path.resolve(folder), place);
  say(`Restored into ${config.dataDir}.`);
  if (replaced !== null) say(`What was there before lies in ${replaced}.`);
}

main().catch((error: unknown) => {
  const known = error instanceof UserError || error instanceof ResourceError || error instanceof TypeError;
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
