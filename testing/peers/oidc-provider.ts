import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Provider from 'oidc-provider';
import { selfSigned } from './certificate.js';

/** Claims of whoever signs in under a name there; any password does. */
export type People = Record<string, Record<string, string | string[]>>;

/** A real OpenID provider over HTTPS, for one client; it insists on PKCE. */
export class OidcProvider {
  static readonly clientId = 'amphi';
  static readonly clientSecret = 'a-secret-of-this-test-only';

  private constructor(
    readonly issuer: string,
    /** PEM file of the authority that its certificate is of. */
    readonly ca: string,
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  /** @param client origin of who asks */
  static async start(client: string, people: People): Promise<OidcProvider> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'oidc-'));
    const certificate = await selfSigned('sign-on');
    const ca = path.join(folder, 'ca.pem');
    await writeFile(ca, certificate.cert);
    const server = createServer(certificate);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' };
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: OidcProvider.clientId,
          client_secret: OidcProvider.clientSecret,
          redirect_uris: [`${client}/sign-in/oidc/return`],
          post_logout_redirect_uris: [`${client}/`],
        },
      ],
      jwks: { keys: [jwk] },
      cookies: { keys: ['test'] },
      claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
      pkce: { required: () => true },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => Promise.resolve({ sub, ...people[sub] }),
      }),
    });
    const answer = provider.callback();
    server.on('request', (request, response) => void answer(request, response));
    return new OidcProvider(issuer, ca, server, folder);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }
}
