import type { Log } from '../base/log.js';
import type { RtpSession } from '../sfu/rtp/session.js';
import type { CallHandler } from './call-handler.js';
import type { Call } from './call/call.js';
import { SipCall } from './call/sip-call.js';
import type { Clock } from './sip/clock.js';
import type { Counters } from './sip/counters.js';
import type { ReplacedDialog } from './sip/message/referral.js';
import type { CallHistory } from './trace/call-history.js';

type NewCall = Pick<
  ConstructorParameters<typeof SipCall>[0],
  'direction' | 'target' | 'remote' | 'localAddress' | 'saved'
>;

/** The calls that ring or stand: made, kept until they end, counted, logged. */
export class CallTable {
  readonly #calls = new Map<string, SipCall>();

  constructor(
    private readonly options: {
      clock: Clock;
      counters: Counters;
      log: Log;
      history: CallHistory;
      handler: CallHandler;
    },
  ) {}

  get size(): number {
    return this.#calls.size;
  }

  get all(): SipCall[] {
    return [...this.#calls.values()];
  }

  /** The call that a `Replaces` names. */
  find(dialog: ReplacedDialog): SipCall | undefined {
    return this.all.find(call => call.isDialog(dialog));
  }

  create(call: NewCall): SipCall {
    const { clock, counters, log, handler } = this.options;
    const sipCall: SipCall = new SipCall({
      ...call,
      clock,
      counters,
      log,
      established: machine => this.#established(machine),
      referred: (machine, referral, progress) => {
        counters.count('referred');
        return handler.refer?.(machine, referral, progress) ?? 603;
      },
      changed: saved => handler.save?.(sipCall.machine, saved),
    });
    return sipCall;
  }

  add(call: SipCall, sipCallId: string): void {
    const { machine } = call;
    this.#calls.set(machine.id, call);
    this.options.history.begin(machine, sipCallId);
    machine.on('ended', ({ by, cause, text }) => {
      this.#calls.delete(machine.id);
      this.options.counters.count(`ended.${cause}`);
      this.options.log.info({ call: machine.id, by, cause, text }, 'SIP call ended');
    });
  }

  #established(call: Call): void {
    this.options.counters.count('established');
    this.options.history.established(call);
    const { id, direction, remote, target } = call;
    this.options.log.info(
      { call: id, direction, remote: remote.address, target: target.user },
      'SIP call established',
    );
    const keysInTheOpen = !remote.encrypted && streamsOf(call.media).some(({ protection }) => protection);
    if (keysInTheOpen) {
      this.options.counters.count('established.keys-in-the-open');
      this.options.log.warn(
        { call: id, remote: remote.address },
        'SRTP keys travelled over unencrypted SIP: let the room call over TLS',
      );
    }
    this.options.handler.established(call);
  }
}

function streamsOf(media: Call['media']): RtpSession[] {
  return [media?.audio, media?.video?.session].filter(session => session !== undefined);
}
