import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseClientHello, type ClientHello } from './dtls/client-hello.js';
import { HandshakeError, ServerHandshake, type DtlsIdentity, type Fingerprint } from './dtls/handshake.js';
import { HelloAssembly } from './dtls/hello-assembly.js';
import { Reassembly, type Message } from './dtls/reassembly.js';
import {
  contentType,
  messageType,
  parseFragments,
  parseRecords,
  uint16,
  vector,
  writeMessage,
  writeRecord,
  type Record,
} from './dtls/record.js';
import type { SrtpProtection } from './session.js';

export interface DtlsOwner {
  send(datagram: Buffer): void;
  /** The peer is who it said, and these are the keys; again when it begins anew. */
  onKeys(keys: SrtpProtection): void;
  onFailure(reason: string): void;
}

/** Half of an Ethernet packet's room for other headers; our flights are about 900 bytes. */
const mostDatagramBytes = 1200;
/** RFC 6347 §4.2.4.1 says 1 s at first; a call should not wait so long for one lost packet. */
const firstRetransmitMs = 400;
const mostRetransmits = 6;
const dtls10 = 0xfeff;
const epochOne = Buffer.from([0, 1]);

/** RFC 7983 §7: what tells DTLS from RTP, RTCP and STUN on one port. */
export function isDtls(data: Buffer): boolean {
  return data.length > 0 && data[0]! >= 20 && data[0]! <= 63;
}

/**
 * The passive side of DTLS-SRTP (RFC 5764) on one port: DTLS 1.2 for nothing but keys. A client shows first that it
 * receives (the cookie of RFC 6347 §4.2.1), then that its certificate is that of the SDP. `clock` times what is sent
 * again; `close` ends that.
 */
export class DtlsServer {
  readonly #cookieKey = randomBytes(32);
  readonly #hellos = new HelloAssembly();
  #handshake: ServerHandshake | undefined;
  #reassembly = new Reassembly(2);
  #cipherChanged = false;
  #done = false;
  /** Of records that we send, by epoch. */
  #sequences: [number, number] = [0, 0];
  #flight: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly identity: DtlsIdentity,
    private readonly fingerprints: readonly Fingerprint[],
    private readonly owner: DtlsOwner,
  ) {}

  /** `source`: who sent it, for the cookie. */
  receive(datagram: Buffer, source: string): void {
    for (const record of parseRecords(datagram)) {
      try {
        this.#onRecord(record, source);
      } catch (error) {
        if (!(error instanceof HandshakeError || error instanceof RangeError)) throw error;
        this.#reset();
        this.owner.onFailure(error.message);
      }
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#handshake = undefined;
  }

  #onRecord(record: Record, source: string): void {
    if (record.type === contentType.changeCipherSpec && record.epoch === 0) {
      this.#cipherChanged = true;
      return;
    }
    // Alerts and data are of no use here: signalling says when a call ends.
    if (record.type !== contentType.handshake) return;
    let content: Buffer | null = record.fragment;
    if (record.epoch === 1)
      content = (this.#cipherChanged && this.#handshake?.ciphers?.read.open(record)) || null;
    else if (record.epoch !== 0) content = null;
    if (!content) return;
    for (const fragment of parseFragments(content)) {
      if (fragment.type === messageType.clientHello) {
        const hello = record.epoch === 0 ? this.#hellos.push(fragment, source) : undefined;
        if (hello) this.#onClientHello(hello, fragment.messageSequence, record, source);
        continue;
      }
      // Our last flight was lost: the client says its own again.
      if (this.#done && fragment.type === messageType.finished) this.#transmit();
      if (!this.#handshake || this.#done) continue;
      for (const message of this.#reassembly.push(fragment)) this.#onMessage(message, record.epoch);
    }
  }

  #onClientHello(body: Buffer, messageSequence: number, record: Record, source: string): void {
    const hello = parseClientHello(body);
    const cookie = this.#cookieOf(hello, source);
    if (hello.cookie.length !== cookie.length || !timingSafeEqual(hello.cookie, cookie)) {
      const request = Buffer.concat([uint16(dtls10), vector(1, cookie)]);
      const message = writeMessage(messageType.helloVerifyRequest, 0, request);
      // §4.2.1: with the client's own number, since nothing is kept.
      this.owner.send(writeRecord(contentType.handshake, 0, record.sequence, message, dtls10));
      return;
    }
    if (this.#handshake?.hello.random.equals(hello.random)) {
      if (!this.#done) this.#transmit();
      return;
    }
    if (hello.mismatch !== undefined) throw new HandshakeError(hello.mismatch);
    const whole = writeMessage(messageType.clientHello, messageSequence, body);
    this.#handshake = new ServerHandshake(hello, whole, this.identity, this.fingerprints);
    this.#reassembly = new Reassembly(messageSequence + 1);
    this.#cipherChanged = this.#done = false;
    this.#sequences = [record.sequence + 1, 0];
    this.#flight = this.#handshake.flight();
    this.#transmit();
    this.#retransmitLater(firstRetransmitMs, mostRetransmits);
  }

  #onMessage(message: Message, epoch: number): void {
    const handshake = this.#handshake!;
    if (!handshake.receive(message, epoch)) return;
    clearTimeout(this.#timer);
    this.#flight = [handshake.finish()];
    this.#done = true;
    this.#transmit();
    this.owner.onKeys(handshake.keys());
  }

  #cookieOf({ random }: ClientHello, source: string): Buffer {
    return createHmac('sha256', this.#cookieKey).update(source).update(random).digest();
  }

  #retransmitLater(afterMs: number, left: number): void {
    clearTimeout(this.#timer);
    if (left === 0) return;
    this.#timer = setTimeout(() => {
      this.#transmit();
      this.#retransmitLater(afterMs * 2, left - 1);
    }, afterMs);
    this.#timer.unref();
  }

  /** The last flight, in records with numbers of their own each time (§4.1). */
  #transmit(): void {
    const records = this.#done ? this.#finalRecords() : this.#flight.map(message => this.#plain(message));
    let datagram: Buffer[] = [];
    let bytes = 0;
    for (const record of records) {
      if (bytes > 0 && bytes + record.length > mostDatagramBytes) {
        this.owner.send(Buffer.concat(datagram));
        [datagram, bytes] = [[], 0];
      }
      datagram.push(record);
      bytes += record.length;
    }
    this.owner.send(Buffer.concat(datagram));
  }

  #plain(message: Buffer): Buffer {
    return writeRecord(contentType.handshake, 0, this.#sequences[0]++, message);
  }

  #finalRecords(): Buffer[] {
    const change = writeRecord(contentType.changeCipherSpec, 0, this.#sequences[0]++, Buffer.from([1]));
    const sequence = this.#sequences[1]++;
    const number = Buffer.concat([epochOne, Buffer.alloc(6)]);
    number.writeUIntBE(sequence, 2, 6);
    const { write } = this.#handshake!.ciphers!;
    const sealed = write.seal(contentType.handshake, number, this.#flight[0]!);
    return [change, writeRecord(contentType.handshake, 1, sequence, sealed)];
  }
}
