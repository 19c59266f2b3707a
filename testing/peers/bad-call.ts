import dgram from 'node:dgram';
import { BadNetwork } from './bad-network.js';
import { NetworkLink, type NetworkConditions } from './network-link.js';

const host = '127.0.0.1';

/** The paths of one m= line: RTP, and RTCP on the next port (RFC 3550 §11). */
interface Paths {
  rtp: BadNetwork;
  rtcp: BadNetwork;
}

/**
 * A bad network around one SIP call over UDP: the room dials `sipPort` instead of the server's. Signalling passes
 * untouched but for the ports in the m= lines, which become those of a `BadNetwork` each; both have five digits,
 * so that Content-Length stays right. Near is the room, far the server.
 */
export class BadCall {
  readonly #near = dgram.createSocket('udp4');
  readonly #far = dgram.createSocket('udp4');
  readonly #paths = new Map<string, Paths>();
  #roomPort = 0;

  private constructor(
    private readonly serverPort: number,
    private readonly links: { toFar: NetworkLink; toNear: NetworkLink },
  ) {}

  static async open(
    serverSipPort: number,
    conditions: { toFar?: NetworkConditions; toNear?: NetworkConditions },
    seed = 1,
  ): Promise<BadCall> {
    // One link for all of the call's streams, as they share one network.
    const call = new BadCall(serverSipPort, BadNetwork.links(conditions, seed));
    for (const socket of [call.#near, call.#far])
      await new Promise<void>(resolve => socket.bind(0, host, resolve));
    // One after the other: an answer's ports must not overtake the offer's.
    let turn = Promise.resolve();
    call.#near.on('message', (data, from) => {
      call.#roomPort = from.port;
      turn = turn.then(() => call.#passSignalling(data, 'room'));
    });
    call.#far.on('message', data => {
      turn = turn.then(() => call.#passSignalling(data, 'server'));
    });
    return call;
  }

  /** What the room dials. */
  get sipPort(): number {
    return this.#near.address().port;
  }

  close(): void {
    this.#near.close();
    this.#far.close();
    for (const { rtp, rtcp } of this.#paths.values()) {
      rtp.close();
      rtcp.close();
    }
    this.#paths.clear();
  }

  async #passSignalling(data: Buffer, from: 'room' | 'server'): Promise<void> {
    let text = data.toString('latin1');
    for (const [line, media = '', port = ''] of [...text.matchAll(/^m=(audio|video) (\d{5})/gm)]) {
      const { rtp, rtcp } = await this.#pathsOf(media);
      const own = Number(port);
      rtp.connect(from === 'room' ? own : 0, from === 'server' ? own : 0);
      rtcp.connect(from === 'room' ? own + 1 : 0, from === 'server' ? own + 1 : 0);
      // The server learns where RTCP goes by a=rtcp or the next port; both lead to where it comes from.
      text = text.replace(line, `m=${media} ${from === 'room' ? rtp.farPort : rtp.nearPort}`);
    }
    const message = Buffer.from(text, 'latin1');
    if (from === 'room') this.#far.send(message, this.serverPort, host);
    else this.#near.send(message, this.#roomPort, host);
  }

  async #pathsOf(media: string): Promise<Paths> {
    let paths = this.#paths.get(media);
    if (!paths) {
      paths = await this.#openPaths();
      this.#paths.set(media, paths);
    }
    return paths;
  }

  /** Two paths whose ports follow each other, since that is how RTCP's is told. */
  async #openPaths(): Promise<Paths> {
    for (;;) {
      const rtp = await BadNetwork.open(0, 0, this.links);
      try {
        const rtcp = await BadNetwork.open(0, 0, this.links, {
          near: rtp.nearPort + 1,
          far: rtp.farPort + 1,
        });
        if (rtp.nearPort >= 10_000 && rtp.farPort >= 10_000) return { rtp, rtcp };
        rtcp.close();
      } catch {
        // The next port is another's.
      }
      rtp.close();
    }
  }
}
