import fs from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { projectRoot } from '../../base/project.js';

const clientsDir = path.join(projectRoot, 'build/clients');

/** Which page serves which address; the pages read the rest of the address themselves. */
const pages: Record<string, string[]> = {
  home: ['/'],
  room: ['/join', '/join/:link'],
  console: ['/console', '/console/:conferenceId'],
  player: ['/recordings', '/recordings/:recordingId'],
  account: ['/account'],
  users: ['/users'],
  audit: ['/audit'],
  'api-reference': ['/api-reference'],
};

export const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self' wss: ",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'", // style attributes of tiles and bars
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** The browser's pages as Vite has built them. */
export async function servePages(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.join(clientsDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
  });
  for (const [page, addresses] of Object.entries(pages)) {
    const html = fs.readFileSync(path.join(clientsDir, `${page}.html`), 'utf8');
    for (const address of addresses) {
      app.get(address, (_request, reply) =>
        reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
      );
    }
  }
}
