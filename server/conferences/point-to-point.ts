import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Call, CallEnd, Caller } from '../../sip-gateway/call/call.js';
import type { RouteAnswer, SipGateway } from '../../sip-gateway/gateway.js';
import type { SipAccounts } from '../endpoints/sip-accounts.js';
import type { AccessRecords } from '../store/access-records.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import type { ConferenceDirectory } from './conference-directory.js';
import type { Destination } from './sip-reception.js';

export interface PointToPointServices {
  conferences: ConferenceDirectory;
  access: Pick<AccessRecords, 'setOwner'>;
  accounts: SipAccounts;
  gateway: Pick<SipGateway, 'dial'>;
  /** Says where a call leads. */
  expect: (call: Call, destination: Destination) => void;
}

/**
 * Calls between registered devices. Each is a conference of two, made when the other answers and gone with the
 * call: whoever controls conferences can call others into it, change its picture and record it.
 */
export class PointToPoint {
  constructor(
    private readonly services: PointToPointServices,
    private readonly options: { ringS: number },
    private readonly log: Log,
  ) {}

  /** The account that is called, where the caller may; strangers don't learn which there are. */
  accountOf(user: string, caller: Caller): string | undefined {
    const { accounts } = this.services;
    return accounts.mayCallDevices(caller) ? accounts.accountOf(user) : undefined;
  }

  /** Rings all devices of `account`; resolves when one has answered, or none will. */
  async ring(account: string, caller: Call, signal: AbortSignal): Promise<RouteAnswer> {
    const { gateway, accounts, expect } = this.services;
    const callee = accounts.records.find(account);
    if (!callee) return refusal(404, 'nobody has this number');
    const from = this.#nameOf(caller);
    const record = this.#createConference(
      `${from.displayName} – ${callee.displayName}`,
      callee.institutionId,
    );
    const end = () => void this.#endSoon(record);
    try {
      const call = await gateway.dial(accounts.addressOf(account), from, {
        ringMs: this.options.ringS * 1000,
        name: callee.displayName,
      });
      signal.addEventListener('abort', () => call.hangup('the caller has given up'), { once: true });
      if (signal.aborted) call.hangup('the caller has given up');
      return await new Promise<RouteAnswer>(resolve => {
        call.on('ended', reason => {
          resolve(refusalOf(reason));
          end();
        });
        const turnedAway = (reason: string) => resolve(refusal(480, reason));
        expect(call, {
          record,
          turnedAway,
          entered: () => {
            expect(caller, { record, entered: () => {}, turnedAway: () => {} });
            caller.on('ended', end);
            resolve({ accept: true });
          },
        });
      });
    } catch (error) {
      this.log.warn({ account, reason: messageOf(error) }, 'a device could not be called');
      end();
      return refusal(503, 'cannot be called now');
    }
  }

  #nameOf(caller: Call): { displayName: string; user: string } {
    const { account, displayName, uri } = caller.remote;
    const known = account === undefined ? undefined : this.services.accounts.records.find(account);
    // What a caller without an account says of itself is for labels alone.
    const user = known?.accountName ?? (/^sips?:([^@;]+)@/i.exec(uri)?.[1] || 'unknown');
    return { displayName: known?.displayName ?? (displayName || user), user };
  }

  #createConference(title: string, institutionId: string | null): ConferenceRecord {
    const record = this.services.conferences.create({ title: title.slice(0, 120) });
    this.services.access.setOwner(record.conferenceId, null, institutionId);
    return record;
  }

  /** One who is left alone is hung up on; three and more go on. After this turn, in which the site is taken out. */
  async #endSoon({ conferenceId }: ConferenceRecord): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    const { conferences } = this.services;
    const live = conferences.live(conferenceId);
    if (live && live.sites.length > 1)
      return void live.on('ended', () => void conferences.delete(conferenceId));
    await conferences.delete(conferenceId);
  }
}

function refusal(status: 404 | 480 | 486 | 503, reason: string): RouteAnswer {
  return { accept: false, status, reason };
}

function refusalOf({ status, text }: CallEnd): RouteAnswer {
  return refusal(status === 486 || status === 600 || status === 603 ? 486 : 480, text);
}
