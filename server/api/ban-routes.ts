import { UserError } from '../../base/errors.js';
import type { Ban, BanList } from '../../sip-gateway/sip/transport/ban-list.js';
import type { banOperations } from './ban-operations.js';
import type { Handlers } from './rest-routes.js';

export function banHandlers(bans: BanList): Pick<Handlers, keyof typeof banOperations> {
  return {
    listSipBans: () => bans.list().map(told),
    liftSipBan: (_request, { params }) => {
      if (!bans.lift(params.source)) throw new UserError('not-found', 'This address is not banned.');
      return undefined;
    },
  };
}

/** Its times are of a clock that begins with the process. */
function told({ sinceMs, untilMs, ...ban }: Ban) {
  const wall = (ms: number) => new Date(Date.now() + ms - performance.now()).toISOString();
  return { ...ban, since: wall(sinceMs), until: wall(untilMs) };
}
