// `npm run demo`: the product with nobody there. See testing/demo.
import { setUp } from './setup.mjs';

await setUp('demo');
process.setSourceMapsEnabled(true);
await import('../build/testing/demo/main.js');
