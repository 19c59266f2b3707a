// `npm start`: sets up what is missing, then serves in this process.
import { setUp } from './setup.mjs';

await setUp('start');
process.setSourceMapsEnabled(true);
await import('../build/server/main.js');
