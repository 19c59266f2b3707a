import fs from 'node:fs';
import path from 'node:path';
import { defineConfig, type Connect, type Plugin } from 'vite';

const outDir = path.resolve(import.meta.dirname, '../build/clients');
/** The server that `npx vite clients` passes API and media requests on to. */
const devServer = process.env['AMPHI_SERVER'] ?? 'https://localhost:8443';

/** The same addresses as the server's: see `server/web/pages.ts`. */
const pageOf = (address: string): string | undefined => {
  if (address === '/') return '/home.html';
  if (/^\/join(\/[^/]*)?$/.test(address)) return '/room.html';
  if (/^\/recordings(\/[^/]*)?$/.test(address)) return '/player.html';
  if (/^\/console(\/[^/]*)?$/.test(address)) return '/console.html';
  if (/^\/(account|users|audit|api-reference)$/.test(address)) return `${address}.html`;
  return undefined;
};

const pages: Plugin = {
  name: 'amphi:pages',
  // Compiled tests live in the same folder, so that not all of it may be emptied.
  buildStart() {
    if (this.meta.watchMode) return;
    fs.rmSync(path.join(outDir, 'assets'), { recursive: true, force: true });
  },
  configureServer(server) {
    const route: Connect.NextHandleFunction = (request, _response, next) => {
      const [address = '/', query] = (request.url ?? '/').split('?');
      const page = pageOf(address);
      if (page) request.url = query === undefined ? page : `${page}?${query}`;
      next();
    };
    server.middlewares.use(route);
  },
};

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [pages],
  server: {
    proxy: {
      '/api': { target: devServer, secure: false, ws: true, rewriteWsOrigin: true },
      '/media': { target: devServer, secure: false },
    },
  },
  build: {
    outDir,
    emptyOutDir: false,
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome109', 'firefox115', 'safari16'],
    rolldownOptions: {
      input: ['home', 'room', 'player', 'console', 'account', 'users', 'audit', 'api-reference'].map(page =>
        path.join(import.meta.dirname, `${page}.html`),
      ),
    },
  },
});
