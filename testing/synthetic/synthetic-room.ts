import dgram from 'node:dgram';
import { once } from 'node:events';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../../sfu/rtp/packet.js';
import { isRtcp, parseRtcp, type RtcpPacket } from '../../sfu/rtp/rtcp.js';
import type { RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import { createAudioDecoder, type AudioDecoder } from '../../sfu/mixing/audio/audio-decoder.js';
import {
  createAudioEncoder,
  timestampStep,
  type AudioEncoder,
} from '../../sfu/mixing/audio/audio-encoder.js';
import { tickMs, tickSamples } from '../../sfu/mixing/audio/sound-format.js';
import { Tone } from '../../sfu/mixing/audio/tone.js';

/** How a network treats a packet: its delay in ms, null when it is lost. */
export type Network = () => number | null;

const perfect: Network = () => 0;

export const codecs = {
  opus: { name: 'opus', payloadType: 111, clockRate: 48000, channels: 2, parameters: {} },
  G722: { name: 'G722', payloadType: 9, clockRate: 8000, parameters: {} },
  PCMU: { name: 'PCMU', payloadType: 0, clockRate: 8000, parameters: {} },
  PCMA: { name: 'PCMA', payloadType: 8, clockRate: 8000, parameters: {} },
} as const satisfies Record<string, RtpCodec>;

/**
 * A room at the other end of an RTP session, on a real socket: says a tone, and keeps what it hears. For tests and
 * benches.
 */
export class SyntheticRoom {
  /** What it heard, decoded, in the order of arrival. */
  readonly heard: Int16Array[] = [];
  readonly packets: RtpPacket[] = [];
  readonly rtcp: RtcpPacket[] = [];
  sent = 0;
  readonly #socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  readonly #encoder: AudioEncoder;
  readonly #decoder: AudioDecoder;
  readonly #tone: Tone | null;
  readonly #pcm = new Int16Array(tickSamples);
  readonly #codec: RtpCodec;
  readonly #network: Network;
  #sequence = 65_500;
  #timestamp = 0xffff_0000;
  #onTheWay: { data: Buffer; port: number; atMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(codec: RtpCodec, tone: Tone | null, network: Network) {
    this.#codec = codec;
    this.#tone = tone;
    this.#network = network;
    this.#encoder = createAudioEncoder(codec);
    this.#decoder = createAudioDecoder(codec);
  }

  /** `tone` null: it says nothing and sends nothing. */
  static async open(codec: RtpCodec, tone: Tone | null, network: Network = perfect): Promise<SyntheticRoom> {
    const room = new SyntheticRoom(codec, tone, network);
    room.#socket.bind(0, '127.0.0.1');
    await once(room.#socket, 'listening');
    room.#socket.on('message', data => room.#onDatagram(data));
    return room;
  }

  /** The session by which a mixer meets this room, on `port`. */
  session(id: string, port: number, ssrc: number): RtpSession {
    const remotePort = this.#socket.address().port;
    return {
      id,
      kind: 'audio',
      local: { address: '127.0.0.1', port, rtcpPort: port },
      remote: { address: '127.0.0.1', port: remotePort, rtcpPort: remotePort },
      symmetric: true,
      receive: { codec: this.#codec },
      send: { codec: this.#codec, ssrc, cname: 'amphi' },
      feedback: { nack: false, pli: false, fir: false },
      dtmfPayloadType: 101,
    };
  }

  /** Talks to this port in real time, 20 ms each 20 ms. */
  talk(port: number): void {
    let nextMs = performance.now();
    const say = () => {
      const nowMs = performance.now();
      for (; nextMs <= nowMs; nextMs += tickMs) this.sendOne(port, nextMs);
      this.deliver(nowMs);
      this.#timer = setTimeout(say, 5);
    };
    say();
  }

  /** Says the next 20 ms at `nowMs` of any clock; they leave by `deliver`. */
  sendOne(port: number, nowMs: number): void {
    if (!this.#tone) return;
    const payload = this.#encoder.encode(this.#tone.fill(this.#pcm));
    if (payload) this.send(port, this.#codec.payloadType, payload, this.#timestamp, nowMs);
    this.#timestamp = (this.#timestamp + timestampStep(this.#codec)) >>> 0;
  }

  /** A packet with the next sequence number. */
  send(port: number, payloadType: number, payload: Buffer, timestamp: number, nowMs: number): void {
    const data = Buffer.alloc(12 + payload.length);
    writeRtpHeader(data, false, payloadType, this.#sequence, timestamp, 1000 + this.#codec.payloadType);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    payload.copy(data, 12);
    this.sent++;
    const delayMs = this.#network();
    if (delayMs !== null) this.#onTheWay.push({ data, port, atMs: nowMs + delayMs });
  }

  /** Lets go what the network has delayed until now. */
  deliver(nowMs: number): void {
    if (this.#closed || this.#onTheWay.length === 0) return;
    const due = this.#onTheWay.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
    this.#onTheWay = this.#onTheWay.filter(({ atMs }) => atMs > nowMs);
    for (const { data, port } of due) this.sendRaw(port, data);
  }

  sendRaw(port: number, data: Buffer): void {
    this.#socket.send(data, port, '127.0.0.1');
  }

  /** The last second that it heard. */
  lastSecond(): Int16Array {
    const last = this.heard.slice(-50);
    const pcm = new Int16Array(last.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of last) {
      pcm.set(piece, at);
      at += piece.length;
    }
    return pcm;
  }

  silence(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.silence();
    this.#socket.close();
    this.#encoder.close();
    this.#decoder.close();
  }

  #onDatagram(data: Buffer): void {
    if (isRtcp(data)) {
      this.rtcp.push(...(parseRtcp(data) ?? []));
      return;
    }
    const packet = parseRtp(data, performance.now());
    if (!packet) return;
    this.packets.push(packet);
    const pcm = this.#decoder.decode(packet.payload);
    if (pcm) this.heard.push(pcm.slice());
  }
}
