import { WebSocket } from 'ws';
import { signallingVersion } from '../../server/api/signalling.js';
import type { ServerProcess } from './server-process.js';

interface Answer {
  id?: number;
  result?: { siteId: string };
  error?: { message: string };
}

/** A site that joins as a page does but sends and takes no media: costs nothing, so that there can be a hundred. */
export class SilentSite {
  #id = 2;

  private constructor(
    private readonly socket: WebSocket,
    readonly siteId: string,
  ) {}

  /** @param link the conference's: `/join/…` */
  static async join(server: ServerProcess, link: string, name: string): Promise<SilentSite> {
    const socket = new WebSocket(`${server.url.replace('https', 'wss')}/api/v1/signalling`, {
      rejectUnauthorized: false,
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const params = {
      version: signallingVersion,
      conference: { link: link.replace('/join/', '') },
      name,
    };
    socket.send(JSON.stringify({ id: 1, method: 'join', params }));
    // Events may come before the answer.
    const siteId = await new Promise<string>((resolve, reject) =>
      socket.on('message', (data: Buffer) => {
        const { id, result, error } = JSON.parse(data.toString('utf8')) as Answer;
        if (id !== 1) return;
        if (result) resolve(result.siteId);
        else reject(new Error(error?.message ?? 'no answer'));
      }),
    );
    return new SilentSite(socket, siteId);
  }

  leave(): void {
    this.socket.send(JSON.stringify({ id: this.#id++, method: 'leave', params: {} }));
  }

  /** As when its network is gone: nothing is told. */
  vanish(): void {
    this.socket.terminate();
  }
}
