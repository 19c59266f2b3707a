import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { EventConnection, type EventCounters } from '../api/event-connection.js';
import type { EventFeed } from '../api/event-feed.js';
import { closeCodes } from '../api/events.js';
import type { Guard } from '../api/guard.js';
import { apiPrefix } from '../api/rest-routes.js';
import type { Identity } from '../identity/identity.js';

export const eventsPath = `${apiPrefix}/events`;
const maxReaders = 500;

interface EventSocketServices {
  app: FastifyInstance;
  guard: Guard;
  identity: Identity;
  feed: EventFeed;
  counters: EventCounters;
}

/** Takes the WebSockets that listen to events: by session cookie, as a page, or with an API key, as a program. */
export class EventSockets {
  // Nobody needs to send anything. Events are JSON and much alike: compressed they take a tenth, which a console on a
  // line of 128 kbit/s needs.
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    perMessageDeflate: { threshold: 256, zlibDeflateOptions: { level: 5, memLevel: 7 } },
  });

  constructor(private readonly services: EventSocketServices) {}

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { app, guard, identity, feed, counters } = this.services;
    const who = {
      headers: request.headers,
      cookies: app.parseCookie(request.headers.cookie ?? ''),
      ip: request.socket.remoteAddress ?? 'unknown',
    };
    const query = new URLSearchParams(request.url?.split('?')[1]);
    const after = query.get('after');
    if (after !== null && !/^\d{1,15}$/.test(after)) return refuse(socket, '400 Bad Request');
    if (this.#sockets.clients.size >= maxReaders) return refuse(socket, '503 Service Unavailable');
    if (!guard.principalOf(who)) return refuse(socket, '401 Unauthorized');
    this.#sockets.handleUpgrade(request, socket, head, webSocket => {
      new EventConnection(webSocket, {
        feed,
        identity,
        counters,
        principal: () => guard.principalOf(who),
        after: after === null ? null : Number(after),
        wantsState: query.get('state') === '1',
      });
    });
  }

  close(): void {
    for (const socket of this.#sockets.clients) {
      socket.close(closeCodes.serverStopping);
      socket.terminate();
    }
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}
