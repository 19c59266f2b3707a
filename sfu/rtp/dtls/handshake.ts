import {
  X509Certificate,
  createECDH,
  createHash,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { SrtpProtection } from '../session.js';
import { ecdheEcdsaAes128Gcm, ecdsaSha256, extension, secp256r1, type ClientHello } from './client-hello.js';
import type { Message } from './reassembly.js';
import { Reader, dtls12, messageType, uint16, vector, writeMessage } from './record.js';
import { prf, recordCiphers, sha256, srtpKeys, type RecordCipher } from './secrets.js';

/** Our certificate; the peer knows it by its fingerprint (RFC 8122), so it is self-signed. */
export interface DtlsIdentity {
  /** DER, base64 */
  certificate: string;
  /** PKCS #8, PEM; ECDSA with P-256. */
  privateKey: string;
}

/** a=fingerprint (RFC 8122 §5): the name of the hash as written there, in lower case, and upper case hex with colons. */
export interface Fingerprint {
  hash: string;
  value: string;
}

/** The peer cannot or must not be talked to: nothing that it sends changes that. */
export class HandshakeError extends Error {}

const hashes: Record<string, string> = {
  'sha-1': 'sha1',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
};
/** RFC 5246 §7.4.1.4.1: hash and signature of what a client may prove its key with. */
const signatureHashes: Record<number, string> = {
  0x0403: 'sha256',
  0x0503: 'sha384',
  0x0603: 'sha512',
  0x0401: 'sha256',
  0x0501: 'sha384',
  0x0601: 'sha512',
};
const ecdsaSign = 64;
const rsaSign = 1;
const namedCurve = 3;
const uncompressed = 0;
const verifyBytes = 12;

/**
 * The server's side of one full handshake with a client certificate (RFC 5246 §7.3, RFC 6347 §4.2), as messages:
 * records and retransmission are its owner's business.
 *
 *     ClientHello (with cookie)  →
 *                                ←  ServerHello … ServerHelloDone       `flight`
 *     Certificate … Finished     →                                     `receive`
 *                                ←  Finished                            `finish`
 */
export class ServerHandshake {
  readonly #random = randomBytes(32);
  readonly #exchange = createECDH('prime256v1');
  readonly #transcript: Buffer[];
  #messageSequence = 1; // 0 was the HelloVerifyRequest
  #clientCertificate: X509Certificate | undefined;
  #clientKeyProven = false;
  #master: Buffer | undefined;
  #ciphers: { read: RecordCipher; write: RecordCipher } | undefined;

  constructor(
    readonly hello: ClientHello,
    helloMessage: Buffer,
    private readonly identity: DtlsIdentity,
    private readonly fingerprints: readonly Fingerprint[],
  ) {
    this.#transcript = [helloMessage];
  }

  /** Of epoch 1; undefined until the client's key exchange has come. */
  get ciphers(): { read: RecordCipher; write: RecordCipher } | undefined {
    return this.#ciphers;
  }

  flight(): Buffer[] {
    const point = this.#exchange.generateKeys();
    const parameters = Buffer.concat([Buffer.from([namedCurve]), uint16(secp256r1), vector(1, point)]);
    const signed = Buffer.concat([this.hello.random, this.#random, parameters]);
    const signature = sign('sha256', signed, this.identity.privateKey);
    const certificate = Buffer.from(this.identity.certificate, 'base64');
    return [
      this.#say(messageType.serverHello, this.#serverHello()),
      this.#say(messageType.certificate, vector(3, vector(3, certificate))),
      this.#say(
        messageType.serverKeyExchange,
        Buffer.concat([parameters, uint16(ecdsaSha256), vector(2, signature)]),
      ),
      this.#say(messageType.certificateRequest, certificateRequest()),
      this.#say(messageType.serverHelloDone, Buffer.alloc(0)),
    ];
  }

  /**
   * A message of the client's, in order. True: that was its Finished, and all is proven.
   * @throws HandshakeError, RangeError
   */
  receive({ type, body, whole }: Message, epoch: number): boolean {
    switch (type) {
      case messageType.certificate:
        this.#clientCertificate = this.#checkCertificate(new Reader(new Reader(body).vector(3)));
        break;
      case messageType.clientKeyExchange:
        this.#transcript.push(whole);
        this.#agree(new Reader(body).vector(1));
        return false;
      case messageType.certificateVerify:
        this.#checkProof(new Reader(body));
        break;
      case messageType.finished:
        if (epoch !== 1 || !this.#clientKeyProven) throw new HandshakeError('finished without proof');
        this.#checkFinished(body);
        this.#transcript.push(whole);
        return true;
      default:
        throw new HandshakeError(`unexpected message ${type}`);
    }
    this.#transcript.push(whole);
    return false;
  }

  finish(): Buffer {
    return this.#say(messageType.finished, this.#verifyData('server finished'));
  }

  keys(): SrtpProtection {
    return srtpKeys(this.hello.suite, this.#master!, this.hello.random, this.#random);
  }

  #say(type: number, body: Buffer): Buffer {
    const message = writeMessage(type, this.#messageSequence++, body);
    this.#transcript.push(message);
    return message;
  }

  #serverHello(): Buffer {
    const { profile, extendedMasterSecret, secureRenegotiation } = this.hello;
    const extensions = [
      Buffer.concat([uint16(extension.useSrtp), vector(2, vector(2, uint16(profile)), vector(1))]),
      ...(extendedMasterSecret ? [uint16(extension.extendedMasterSecret, 0)] : []),
      ...(secureRenegotiation
        ? [Buffer.concat([uint16(extension.renegotiationInfo), vector(2, vector(1))])]
        : []),
    ];
    return Buffer.concat([
      uint16(dtls12),
      this.#random,
      vector(1), // no session to resume
      uint16(ecdheEcdsaAes128Gcm),
      Buffer.from([uncompressed]),
      vector(2, ...extensions),
    ]);
  }

  /** RFC 5763 §5: who does not have the certificate of the SDP is not whom signalling spoke with. */
  #checkCertificate(list: Reader): X509Certificate {
    if (list.left === 0) throw new HandshakeError('the client shows no certificate');
    const der = list.vector(3);
    const known = this.fingerprints.filter(({ hash }) => hash in hashes);
    const matches = known.some(({ hash, value }) => {
      const digest = createHash(hashes[hash]!).update(der).digest('hex');
      return digest === value.replaceAll(':', '').toLowerCase();
    });
    if (!matches) throw new HandshakeError('the client’s certificate is not that of its fingerprint');
    try {
      return new X509Certificate(der);
    } catch (cause) {
      throw new HandshakeError('the client’s certificate is malformed', { cause });
    }
  }

  #agree(point: Buffer): void {
    let shared: Buffer;
    try {
      shared = this.#exchange.computeSecret(point);
    } catch (cause) {
      throw new HandshakeError('the client’s key is not on the curve', { cause });
    }
    const { random, extendedMasterSecret } = this.hello;
    this.#master = extendedMasterSecret
      ? prf(shared, 'extended master secret', this.#transcriptHash(), 48) // RFC 7627 §4
      : prf(shared, 'master secret', Buffer.concat([random, this.#random]), 48);
    this.#ciphers = recordCiphers(this.#master, random, this.#random);
  }

  /** RFC 5246 §7.4.8: it has the key of its certificate. */
  #checkProof(reader: Reader): void {
    const hash = signatureHashes[reader.number(2)];
    const signature = reader.vector(2);
    const key = this.#clientCertificate?.publicKey;
    if (hash === undefined || !key || !verify(hash, Buffer.concat(this.#transcript), key, signature))
      throw new HandshakeError('the client does not prove its key');
    this.#clientKeyProven = true;
  }

  #checkFinished(body: Buffer): void {
    const wanted = this.#verifyData('client finished');
    if (body.length !== verifyBytes || !timingSafeEqual(body, wanted))
      throw new HandshakeError('the client’s Finished is wrong');
  }

  #verifyData(label: string): Buffer {
    return prf(this.#master!, label, this.#transcriptHash(), verifyBytes);
  }

  #transcriptHash(): Buffer {
    return sha256(Buffer.concat(this.#transcript));
  }
}

function certificateRequest(): Buffer {
  return Buffer.concat([
    vector(1, Buffer.from([ecdsaSign, rsaSign])),
    vector(2, uint16(...Object.keys(signatureHashes).map(Number))),
    vector(2), // whoever signed it
  ]);
}
