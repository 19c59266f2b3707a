import { receivedCodec } from '../../rtp/received-codec.js';
import type { RtpSession } from '../../rtp/session.js';
import { createAudioDecoder } from './audio-decoder.js';
import { SparingDecoder } from './sparing-decoder.js';

export type AudioReception = NonNullable<RtpSession['receive']>;

/** All that one sender may send, with a decoder for each codec that it does send. */
export class ReceivedCodecs {
  readonly #decoders = new Map<number, SparingDecoder>();

  constructor(private readonly reception: AudioReception) {
    this.decoder(reception.codec.payloadType);
  }

  /** Of the RTP timestamps, Hz; undefined for a payload type that was not agreed. */
  clockRate(payloadType: number): number | undefined {
    return receivedCodec(this.reception, payloadType)?.clockRate;
  }

  isComfortNoise(payloadType: number): boolean {
    return receivedCodec(this.reception, payloadType)?.comfortNoisePayloadType === payloadType;
  }

  /** Of an agreed payload type. */
  decoder(payloadType: number): SparingDecoder {
    const known = this.#decoders.get(payloadType);
    if (known) return known;
    const decoder = new SparingDecoder(createAudioDecoder(receivedCodec(this.reception, payloadType)!));
    this.#decoders.set(payloadType, decoder);
    return decoder;
  }

  get passedOver(): number {
    let sum = 0;
    for (const { passedOver } of this.#decoders.values()) sum += passedOver;
    return sum;
  }

  close(): void {
    for (const decoder of this.#decoders.values()) decoder.close();
    this.#decoders.clear();
  }
}
