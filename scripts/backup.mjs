// `npm run backup`: see server/operation/backup-command.ts.
import { setUp } from './setup.mjs';

await setUp('start');
process.setSourceMapsEnabled(true);
process.argv.splice(2, 0, 'backup');
await import('../build/server/operation/backup-command.js');
