// `npm run bench -- NAME [--json]`: one measurement against its peers, in the same run. See bench/README.md.
import { setUp } from './setup.mjs';

await setUp('bench');
process.setSourceMapsEnabled(true);
await import('../build/bench/main.js');
