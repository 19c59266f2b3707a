import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';

/**
 * Loopback ports that the system just gave out, for peers which cannot bind port 0 themselves. Another process may
 * take one before the peer does: whoever starts a peer with them tries again with others.
 */
export async function freeTcpPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** The first of a run of UDP ports, even, as RTP wants it (RFC 3550 §11); the run itself is likely, not surely, free. */
export async function freeUdpPort(): Promise<number> {
  for (;;) {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    const { port } = socket.address();
    await new Promise<void>(resolve => socket.close(resolve));
    if (port % 2 === 0 && port < 65000) return port;
  }
}

/** What this process has been given: a port that its user has not bound yet must not be given twice. */
const given = new Set<number>();

/** UDP ports that nobody has, below those that Linux gives to sockets without a port of their own. */
export async function freeUdpPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(20_000, 32_768);
    if (given.has(port) || !(await udpPortFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

async function udpPortFree(port: number): Promise<boolean> {
  const socket = dgram.createSocket('udp4');
  const isFree = await new Promise<boolean>(resolve => {
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise<void>(resolve => socket.close(resolve));
  return isFree;
}

/** Resolves when something listens on a loopback TCP port; rejects when `signal` aborts. */
export async function tcpPortOpen(port: number, signal: AbortSignal): Promise<net.Socket> {
  for (;;) {
    signal.throwIfAborted();
    const socket = net.connect(port, '127.0.0.1');
    const open = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (open) return socket;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
