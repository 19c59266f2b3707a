import type { IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import cookie from '@fastify/cookie';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { ResourceError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { SipGateway } from '../../sip-gateway/gateway.js';
import { plainAddress } from '../../sip-gateway/sip/transport/transport.js';
import {
  maxWebSocketMessageBytes,
  webSocketProtocol,
} from '../../sip-gateway/sip/transport/web-socket-transport.js';
import type { Responder } from '../../vod/serve/responder.js';
import { problem, problemOf, sendProblem } from '../api/problem.js';
import {
  apiPrefix,
  mountDocumentation,
  mountRest,
  validation,
  type RestServices,
} from '../api/rest-routes.js';
import { sessionCookie } from '../api/guard.js';
import {
  SignallingConnection,
  type SignallingActor,
  type SignallingServices,
} from '../api/signalling-connection.js';
import { maxMessageBytes } from '../api/signalling.js';
import type { EventCounters } from '../api/event-connection.js';
import type { EventFeed } from '../api/event-feed.js';
import type { SingleSignOn } from '../identity/single-sign-on/single-sign-on.js';
import type { HealthCheck } from '../operation/health.js';
import type { Certificate } from './certificate.js';
import { EventSockets, eventsPath } from './event-sockets.js';
import { listenBoth } from './https-listener.js';
import { contentSecurityPolicy, servePages } from './pages.js';
import { serveRecordings } from './recordings.js';
import { buildValidators } from './validators.js';
import { serveSignOn } from './sign-on-routes.js';

export interface WebServices {
  rest: RestServices;
  signalling: SignallingServices;
  recordings: Responder;
  events: { feed: EventFeed; counters: EventCounters };
  /** Takes SIP over WebSocket (RFC 7118), for soft-phones in browsers. */
  sip: Pick<SipGateway, 'acceptWebSocket'>;
  /** Absent: there is none. */
  singleSignOn: SingleSignOn | undefined;
  health: HealthCheck;
  metrics: () => Promise<{ contentType: string; text: string }>;
  log: Log;
}

/** Where soft-phones connect. */
const sipPath = '/sip';
/** Sockets of the signalling at once, all conferences together. */
const maxConnections = 5_000;
/** The largest that the API describes: a group of 10 000 members, an address book. */
const maxBodyBytes = 1024 * 1024;

/** Everything that browsers and programs reach over HTTPS. */
export class WebServer {
  readonly #app: FastifyInstance;
  readonly #listener: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  readonly #sipSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxWebSocketMessageBytes,
    handleProtocols: protocols => protocols.has(webSocketProtocol) && webSocketProtocol,
  });

  private constructor(
    app: FastifyInstance,
    listener: Server,
    private readonly events: EventSockets,
  ) {
    this.#app = app;
    this.#listener = listener;
  }

  /** @throws ResourceError when the port is taken */
  static async start(
    options: { host: string; port: number; certificate: Certificate },
    services: WebServices,
  ): Promise<WebServer> {
    let listener: Server | undefined;
    const loggerInstance: FastifyBaseLogger = services.log;
    const app: FastifyInstance = fastify({
      loggerInstance,
      // One line for each request would drown the life-cycle; failures are logged where they happen.
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: maxBodyBytes,
      // What fails before a route is found: a path that is no URL, a part of it that is too long.
      frameworkErrors: (error, _request, reply) =>
        void sendProblem(reply, problem(error.statusCode ?? 400, 'bad-request', 'The address is wrong.')),
      ajv: validation,
      schemaController: { compilersFactory: { buildValidator: buildValidators } },
      serverFactory: handler => {
        const https = createHttps({ ...options.certificate, minVersion: 'TLSv1.2' }, handler);
        listener = listenBoth(https);
        return https;
      },
    });
    // Bodies are JSON alone; what comes as anything else is answered with 415.
    app.removeContentTypeParser('text/plain');
    await app.register(cookie);
    app.addHook('onSend', async (request, reply) => {
      // What the API says is of people: no cache keeps it unless its route says how.
      if (request.url.startsWith(apiPrefix) && !reply.hasHeader('cache-control'))
        reply.header('cache-control', 'no-store');
      reply.headers({
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
      });
    });
    app.setErrorHandler((error: unknown, request, reply) => {
      const known = problemOf(error);
      if (known) return sendProblem(reply, known);
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status < 500)
        return sendProblem(reply, problem(status, 'bad-request', 'The request is wrong.', messageOf(error)));
      services.log.error({ url: request.url, reason: messageOf(error) }, 'request failed');
      return sendProblem(
        reply,
        problem(500, 'internal', 'The server could not do it.', 'The log tells why.'),
      );
    });
    app.setNotFoundHandler((_request, reply) =>
      sendProblem(reply, problem(404, 'not-found', 'There is nothing here.')),
    );
    const guard = mountRest(app, services.rest);
    mountDocumentation(app);
    const { singleSignOn } = services;
    if (singleSignOn) serveSignOn(app, { ...services.rest, singleSignOn });
    serveRecordings(app, services.recordings, guard, services.log);
    await servePages(app);
    app.get('/healthz', async (_request, reply) => {
      const health = services.health.health();
      return reply.code(health.ok ? 200 : 503).send(health);
    });
    app.get('/readyz', async (_request, reply) => {
      const readiness = await services.health.readiness();
      return reply.code(readiness.ready ? 200 : 503).send(readiness);
    });
    app.get('/metrics', async (request, reply) => {
      if (!isLoopback(request.ip) && !guard.mayOfInstallation(request, 'system:read')) {
        return sendProblem(
          reply,
          problem(401, 'sign-in', 'Metrics are for this machine, or with an API key for system:read.'),
        );
      }
      const { contentType, text } = await services.metrics();
      return reply.type(contentType).send(text);
    });
    await app.ready();
    if (!listener) throw new Error('fastify made no server');
    const { identity } = services.rest;
    const server = new WebServer(
      app,
      listener,
      new EventSockets({ app, guard, identity, ...services.events }),
    );
    server.#acceptSignalling(services);
    await server.#listen(options.host, options.port);
    return server;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.events.close();
    for (const { clients } of [this.#sockets, this.#sipSockets]) {
      for (const socket of clients) socket.terminate();
    }
    this.#app.server.closeAllConnections();
    await new Promise(resolve => this.#listener.close(resolve));
    await this.#app.close();
  }

  #acceptSignalling({ signalling, rest, sip, log }: WebServices): void {
    this.#app.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy()); // gone before it was a WebSocket
      const pathname = request.url?.split('?')[0];
      if (pathname === sipPath) return this.#acceptSip(sip, request, socket, head);
      // A page of another site must not use the operator's cookie (RFC 6455 §10.2).
      const origin = request.headers.origin;
      const foreign = origin !== undefined && origin !== `https://${request.headers.host}`;
      if (pathname === eventsPath && !foreign) return this.events.accept(request, socket, head);
      if (pathname !== `${apiPrefix}/signalling` || foreign || this.#sockets.clients.size >= maxConnections) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return;
      }
      const session = this.#app.parseCookie(request.headers.cookie ?? '')[sessionCookie] ?? '';
      const { identity, audit } = rest;
      this.#sockets.handleUpgrade(request, socket, head, webSocket => {
        const source = request.socket.remoteAddress ?? 'unknown';
        const principal = () => identity.principalOfSession(session);
        const actor: SignallingActor = {
          get who() {
            return principal();
          },
          may: (permission, conferenceId) =>
            identity.may(principal(), permission, identity.conferenceObject(conferenceId)),
          note: (action, conferenceId, result) => {
            const who = principal();
            const object = `conference:${conferenceId}`;
            const [actorId, actorName] = [who?.userId ?? null, who?.userName ?? ''];
            audit.append({ actorId, actorName, source, action, object, result });
          },
        };
        // Who is in a conference uses the session, even without a click.
        if (session !== '') webSocket.on('pong', principal);
        new SignallingConnection(webSocket, source, actor, { ...signalling, log: log.child({ source }) });
      });
    });
  }

  /** A SIP message carries its own credentials, never the page's cookie: any page may have a soft-phone. */
  #acceptSip(sip: WebServices['sip'], request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const asked = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
    const { remoteAddress, remotePort, localAddress, localPort } = request.socket;
    if (!asked.includes(webSocketProtocol) || remoteAddress === undefined || remotePort === undefined) {
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#sipSockets.handleUpgrade(request, socket, head, webSocket => {
      const remote = { address: plainAddress(remoteAddress), port: remotePort };
      const local = { address: plainAddress(localAddress ?? ''), port: localPort ?? this.port };
      sip.acceptWebSocket(webSocket, remote, local);
    });
  }

  async #listen(host: string, port: number): Promise<void> {
    try {
      this.#listener.listen(port, host);
      await once(this.#listener, 'listening');
    } catch (cause) {
      throw new ResourceError(
        'port-taken',
        `The web port ${port} on ${host} cannot be used: ${messageOf(cause)}. Choose another with --http.`,
        { cause },
      );
    }
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.replace('::ffff:', '').startsWith('127.');
}
