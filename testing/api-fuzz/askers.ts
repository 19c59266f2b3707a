import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { ServerProcess } from '../harness/server-process.js';
import type { SeededRandom } from '../synthetic/seeded-random.js';
import type { Answer } from './judge.js';
import { newPerson } from './people.js';
import type { ApiRequest } from './requests.js';

type Credentials = Record<string, string>;

const timeoutMs = 20_000;

/**
 * Who asks: an administrator's key, a person with a session, nobody. The server counts wrong tries and requests by
 * address, so that each has addresses of its own in 127.0.0.0/8, and those who guess a new one each time.
 */
export class Askers {
  #person: Credentials = {};
  #agents = new Map<string, https.Agent>();
  #addresses = 0;

  constructor(
    private readonly server: ServerProcess,
    private readonly key: string,
    private readonly random: SeededRandom,
  ) {}

  /** Sends the request as one of those who might. */
  async send(request: ApiRequest): Promise<Answer> {
    const access = request.endpoint['x-access'];
    const guesses = access === 'public' || access === 'link';
    const who =
      guesses || this.random.below(20) === 0 ? 'nobody' : access === 'account' ? 'person' : this.#any();
    if (who === 'nobody') return this.#ask(request, {}, this.#newAddress());
    if (who === 'key') return this.#ask(request, { authorization: `Bearer ${this.key}` }, '127.8.0.1');
    const answer = await this.#ask(request, this.#person, this.#newAddress());
    if ((answer.json as { code?: string } | undefined)?.code === 'sign-in') await this.#signIn();
    return answer;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #any(): 'key' | 'person' {
    return this.random.below(4) === 0 ? 'person' : 'key';
  }

  /** Others may have deleted or locked out the last one. */
  async #signIn(): Promise<void> {
    this.#person = await newPerson(this.server, this.key, `fuzz-${this.random.below(2 ** 31)}`);
  }

  #newAddress(): string {
    const n = this.#addresses++;
    return `127.9.${(n >> 8) & 255}.${1 + (n % 254)}`;
  }

  async #ask(request: ApiRequest, credentials: Credentials, localAddress: string): Promise<Answer> {
    const { endpoint, path, query, body } = request;
    const search = new URLSearchParams(query);
    const url = `${this.server.url}${path}${search.size > 0 ? `?${search.toString()}` : ''}`;
    const sent = https.request(url, {
      method: endpoint.method.toUpperCase(),
      headers: { ...request.headers, ...credentials },
      agent: this.#agent(localAddress),
      timeout: timeoutMs,
    });
    sent.on('timeout', () =>
      sent.destroy(new Error(`no answer to ${endpoint.operationId} in ${timeoutMs} ms`)),
    );
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const contentType = response.headers['content-type'] ?? '';
    const json: unknown = /json(;|$)/.test(contentType) ? JSON.parse(text) : undefined;
    return { status: response.statusCode!, contentType, text, json };
  }

  #agent(localAddress: string): https.Agent {
    const known = this.#agents.get(localAddress);
    if (known) return known;
    // One connection goes on; those of a moment are not kept.
    const keepAlive = localAddress === '127.8.0.1';
    const agent = new https.Agent({ keepAlive, localAddress, rejectUnauthorized: false });
    if (keepAlive) this.#agents.set(localAddress, agent);
    return agent;
  }
}
