import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import type { Identity } from '../identity/identity.js';
import { holds } from '../identity/principal.js';
import { newId } from '../identity/secrets.js';
import type { WebHookRecord, WebHookRecords } from '../store/web-hook-records.js';
import type { WebHookDispatcher } from '../web-hooks/dispatcher.js';
import type { ReachableAddresses } from '../web-hooks/reachable.js';
import { newWebHookSecret } from '../web-hooks/signature.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';
import type { WebHook, webHookOperations } from './web-hook-operations.js';

export interface WebHookServices {
  records: WebHookRecords;
  reachable: ReachableAddresses;
  dispatcher: Pick<WebHookDispatcher, 'changed'>;
}

const defaultLimit = 100;
/** In the whole installation. */
const maxWebHooks = 100;

export function webHookHandlers(
  identity: Identity,
  { records, reachable, dispatcher }: WebHookServices,
): Pick<Handlers, keyof typeof webHookOperations> {
  const inReach = (request: FastifyRequest, { institutionId }: WebHookRecord) =>
    identity.may(request.principal, 'webhook:manage', identity.institutionObject(institutionId));
  const found = (request: FastifyRequest, webHookId: string): WebHookRecord => {
    const hook = records.find(webHookId);
    if (!hook || !inReach(request, hook)) throw new UserError('not-found', 'There is no such web-hook.');
    return hook;
  };
  const describe = ({ webHookId, url, types, conferenceId, enabled, createdAt }: WebHookRecord): WebHook => ({
    webHookId,
    url,
    types: types as WebHook['types'],
    conferenceId,
    enabled,
    waiting: records.waiting(webHookId),
    createdAt,
  });
  return {
    listWebHooks: request =>
      records
        .list()
        .filter(hook => inReach(request, hook))
        .map(describe),
    createWebHook: async (request, { body: { url, types = [], conferenceId = null } }) => {
      const principal = own(request);
      if (!holds(principal, 'conference:read'))
        throw new UserError('wrong-scope', 'You may not read conferences yourself.');
      if (!URL.canParse(url)) throw new UserError('wrong-url', 'That is no URL.');
      const { username, password } = new URL(url);
      if (username !== '' || password !== '')
        throw new UserError('wrong-url', 'The URL must not hold a password: the signature is the proof.');
      await reachable.resolve(new URL(url)).catch((error: unknown) => {
        if (error instanceof UserError) throw error;
        throw new UserError('address-refused', 'The name of this host is not known.', { cause: error });
      });
      if (records.list().length >= maxWebHooks)
        throw new UserError('too-many', `There are ${maxWebHooks} web-hooks already. Delete one.`);
      const secret = newWebHookSecret();
      const { userId, institutionId } = principal;
      const hook: WebHookRecord = {
        ...{ webHookId: newId(), url, secret, types, conferenceId, institutionId },
        ownerId: userId,
        enabled: true,
        createdAt: new Date().toISOString(),
      };
      records.insert(hook);
      dispatcher.changed();
      request.auditDetail = { webHookId: hook.webHookId, host: new URL(url).host };
      return { ...describe(hook), secret };
    },
    setWebHook: (request, { params, body }) => {
      found(request, params.webHookId);
      records.setEnabled(params.webHookId, body.enabled);
      dispatcher.changed();
      return describe(found(request, params.webHookId));
    },
    deleteWebHook: (request, { params }) => {
      found(request, params.webHookId);
      records.delete(params.webHookId);
      dispatcher.changed();
      return undefined;
    },
    listDeliveries: (request, { params, query }) => {
      found(request, params.webHookId);
      return records
        .deliveries(params.webHookId, query.limit ?? defaultLimit)
        .map(({ deliveryId, sequence, type, state, attempts, nextAt, status, error, createdAt }) => ({
          ...{ deliveryId, sequence, type, state, attempts, nextAt, status, error, createdAt },
        }));
    },
    replayWebHook: (request, { params, body }) => {
      found(request, params.webHookId);
      const since = new Date(body.since).toISOString();
      const queued = records.replay(params.webHookId, since, new Date().toISOString());
      dispatcher.changed();
      return { queued };
    },
  };
}
