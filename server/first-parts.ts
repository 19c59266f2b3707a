import type { Log } from '../base/log.js';
import { Scope } from '../base/scope.js';
import type { Config } from '../config/schema.js';
import { Mixer } from '../sfu/mixing/mixer.js';
import { DataLock } from './store/data-lock.js';

/** What a server opens before the rest of it is even loaded; `scope` closes it, and what is opened later. */
export interface FirstParts {
  scope: Scope;
  mixer: Mixer;
}

/**
 * The media process needs longest to begin, and after a crash rooms wait for it: it begins while this process loads
 * its own code. Only imports that are quick belong here.
 *
 * @throws ResourceError `data-in-use`
 */
export function openFirstParts(config: Config, log: Log): FirstParts {
  const scope = new Scope();
  scope.own(DataLock.take(config.dataDir));
  return { scope, mixer: scope.own(new Mixer({ ...config.mixer, log: log.child({ part: 'mixer' }) })) };
}
