import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const retryMs = 50;

/**
 * Resolves when no other process writes into this folder any more. An earlier recorder whose server died may still
 * be finishing; two at once would tear the timelines. What is held is a local socket, which the system takes back
 * from a process however it ends.
 */
export async function becomeSingleWriter(directory: string): Promise<net.Server> {
  fs.mkdirSync(directory, { recursive: true });
  const identity = createHash('sha256').update(fs.realpathSync(directory)).digest('hex').slice(0, 32);
  const name = `amphi-recorder-${identity}`;
  for (;;) {
    const server = await tryListen(name);
    if (server) return server;
    await new Promise(resolve => setTimeout(resolve, retryMs));
  }
}

async function tryListen(name: string): Promise<net.Server | null> {
  // Linux has names without files (unix(7), "abstract"); elsewhere a dead process leaves its file behind.
  const address = process.platform === 'linux' ? `\0${name}` : path.join(os.tmpdir(), name);
  const server = net.createServer(socket => socket.destroy());
  const listening = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false));
    server.listen(address, () => resolve(true));
  });
  if (listening) {
    server.unref();
    return server;
  }
  if (process.platform !== 'linux' && !(await answers(address))) fs.rmSync(address, { force: true });
  return null;
}

function answers(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(address);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
