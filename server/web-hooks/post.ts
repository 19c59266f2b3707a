import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ReachableAddresses } from './reachable.js';

const timeoutMs = 10_000;

/** Sends one message. @returns the answer's status; a redirection is an answer like any other, and not followed */
export async function post(
  reachable: ReachableAddresses,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<number> {
  const target = new URL(url);
  const { address, family } = await reachable.resolve(target);
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      target,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Amphi',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
        signal: AbortSignal.timeout(timeoutMs),
        agent: false,
        // The address that was looked at, not another that the name has by now.
        lookup: (_host, options, callback) =>
          options.all ? callback(null, [{ address, family }]) : callback(null, address, family),
      },
      response => {
        resolve(response.statusCode ?? 0);
        response.destroy(); // what it says does not matter
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
