import http from 'node:http';
import net from 'node:net';
import type { Server } from 'node:https';

const tlsHandshake = 0x16;
const helloTimeoutMs = 10_000;

/**
 * One TCP port for both: what begins with a TLS handshake goes to `https`, anything else gets a redirect to it,
 * so that a person who types the address without https:// arrives.
 */
export function listenBoth(https: Server): net.Server {
  const redirect = http.createServer((request, response) => {
    const host = request.headers.host ?? 'localhost';
    response.writeHead(308, { location: `https://${host}${request.url ?? '/'}`, connection: 'close' }).end();
  });
  redirect.on('upgrade', (_request, socket) => socket.destroy());
  return net.createServer(socket => {
    socket.on('error', () => socket.destroy()); // reset before its first byte: nobody to tell
    socket.setTimeout(helloTimeoutMs, () => socket.destroy());
    socket.once('data', first => {
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(first);
      const server = first[0] === tlsHandshake ? https : redirect;
      server.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}
