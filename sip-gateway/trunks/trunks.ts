import type { Log } from '../../base/log.js';
import type { SipRequest } from '../sip/message/message.js';
import type { SipUri } from '../sip/message/uri.js';
import type { Core } from '../sip/user-agent/core.js';
import { Trunk, type TrunkStatus } from './trunk.js';
import type { TrunkConfig } from './trunk-config.js';

/** RFC 2606 §2: no host can have such a name, so a trunk is never mistaken for one. */
const suffix = '.trunk.invalid';

/** What `SipGateway.dial` calls a number over a trunk by. */
export function trunkAddress(trunk: string, number: string): string {
  return `sip:${number}@${trunk}${suffix}`;
}

export function isTrunkHost(host: string): boolean {
  return host.endsWith(suffix);
}

/** What telephones can dial. Nothing that is not a digit may become part of an address. */
const dialable = /^\+?[0-9*#]{1,32}$/;

/** The name of the first trunk over which this number leads out. */
export function trunkOfNumber(
  configs: readonly Pick<TrunkConfig, 'name' | 'outgoing'>[],
  number: string,
): string | undefined {
  if (!dialable.test(number)) return undefined;
  return configs.find(({ outgoing }) => outgoing.some(({ prefix }) => number.startsWith(prefix)))?.name;
}

/** Proxies and PBXs that calls go out over and come in from. */
export class Trunks {
  readonly #trunks: Trunk[];

  constructor(configs: readonly TrunkConfig[], log: Log) {
    this.#trunks = configs.map(config => new Trunk(config, log));
  }

  start(core: Core): void {
    for (const trunk of this.#trunks) trunk.start(core);
  }

  /** For `trunkAddress`: the trunk, and what is called there. Undefined: another host. */
  find({ user, host }: SipUri): { trunk: Trunk; number: string } | undefined {
    const trunk = this.#trunks.find(({ config }) => host === `${config.name}${suffix}`);
    const number = trunk && dialable.test(user) ? trunk.outgoing(user) : undefined;
    return trunk && number !== undefined ? { trunk, number } : undefined;
  }

  /** Whose call this is, by where it comes from and what it calls; undefined: no trunk's. */
  accept(source: string, request: SipRequest): { trunk: Trunk; number: string } | undefined {
    for (const trunk of this.#trunks) {
      const number = trunk.incoming(source, request);
      if (number !== undefined) return { trunk, number };
    }
    return undefined;
  }

  get status(): TrunkStatus[] {
    return this.#trunks.map(({ status }) => status);
  }

  async leave(): Promise<void> {
    await Promise.allSettled(this.#trunks.map(trunk => trunk.leave()));
  }

  close(): void {
    for (const trunk of this.#trunks) trunk.close();
  }
}
