// `npm run soak -- NAME`: long runs that break things on purpose. See testing/soak.
import { setUp } from './setup.mjs';

await setUp('demo');
process.setSourceMapsEnabled(true);
await import('../build/testing/soak/main.js');
