import type dgram from 'node:dgram';
import { DtlsServer, isDtls } from '../rtp/dtls.js';
import type { RtpSession, SrtpProtection } from '../rtp/session.js';
import { answerBinding, isStun } from '../rtp/stun.js';

export interface PortHandshakeOwner {
  send(datagram: Buffer, to: dgram.RemoteInfo, socket: dgram.Socket): void;
  /** By ICE: media goes there from now on. */
  onNominated(to: dgram.RemoteInfo, socket: dgram.Socket): void;
  onKeys(keys: SrtpProtection): void;
}

/**
 * What comes to a media port besides media (RFC 7983): connectivity checks, which we answer as an ICE-lite agent,
 * and the DTLS handshake, whose keys protect the session.
 */
export class PortHandshake {
  /** Agreed by DTLS on this port. */
  keys: SrtpProtection | undefined;
  /** Why the last handshake came to nothing; for people. */
  failure: string | undefined;
  #session: RtpSession;
  #dtls: DtlsServer | undefined;
  #from: { remote: dgram.RemoteInfo; socket: dgram.Socket } | undefined;

  constructor(
    session: RtpSession,
    private readonly owner: PortHandshakeOwner,
  ) {
    this.#session = session;
    this.#open();
  }

  /** The same certificates go on with the same keys (RFC 8842 §4). */
  update(session: RtpSession): void {
    const same = JSON.stringify(session.dtls) === JSON.stringify(this.#session.dtls);
    this.#session = session;
    if (same) return;
    this.close();
    this.keys = this.failure = undefined;
    this.#open();
  }

  /** True: it was for us. False for what nobody agreed to use on this port, which is then counted as garbage. */
  receive(data: Buffer, from: dgram.RemoteInfo, socket: dgram.Socket): boolean {
    if (this.#session.ice && isStun(data)) {
      this.#onCheck(data, from, socket);
      return true;
    }
    if (!this.#dtls || !isDtls(data)) return false;
    this.#from = { remote: from, socket };
    this.#dtls.receive(data, `${from.address} ${from.port}`);
    return true;
  }

  close(): void {
    this.#dtls?.close();
    this.#dtls = undefined;
  }

  #open(): void {
    const { dtls } = this.#session;
    if (!dtls) return;
    this.#dtls = new DtlsServer(dtls.identity, dtls.fingerprints, {
      send: datagram => {
        if (this.#from) this.owner.send(datagram, this.#from.remote, this.#from.socket);
      },
      onKeys: keys => {
        this.keys = keys;
        this.failure = undefined;
        this.owner.onKeys(keys);
      },
      onFailure: reason => (this.failure = reason),
    });
  }

  #onCheck(data: Buffer, from: dgram.RemoteInfo, socket: dgram.Socket): void {
    const { ice } = this.#session;
    const answer = ice && answerBinding(data, ice, from.address, from.port);
    if (!answer) return;
    this.owner.send(answer.response, from, socket);
    if (answer.nominates) this.owner.onNominated(from, socket);
  }
}
