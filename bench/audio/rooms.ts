import dgram from 'node:dgram';
import { once } from 'node:events';
import { OpusEncoder } from '../../sfu/codecs/opus.js';
import type { RtpAddress, RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import { rtpHeaderBytes, writeRtpHeader } from '../../sfu/rtp/packet.js';
import { createAudioDecoder } from '../../sfu/mixing/audio/audio-decoder.js';
import { createAudioEncoder, timestampStep } from '../../sfu/mixing/audio/audio-encoder.js';
import { tickMs, tickSamples } from '../../sfu/mixing/audio/sound-format.js';
import { amplitudeAt, Tone } from '../../sfu/mixing/audio/tone.js';
import { freeUdpPorts } from '../../testing/peers/ports.js';

export const talkers = [500, 800, 1300];
/** Of each talker's tone, which swells and fades as syllables do. */
const amplitude = 6000;
const loopTicks = 250;
const syllablesPerSecond = 4;
/** The air conditioning of a quiet room: -70 dBov. */
const noiseAmplitude = 18;
const firstJudged = 50;

/**
 * The rooms of a conference on real sockets: the first three talk without a pause, the others send a quiet room's
 * noise. What they say was encoded before, so that they cost the machine little beside what is measured.
 */
export class Rooms {
  readonly #rooms: Room[];
  #timer: NodeJS.Timeout | undefined;

  private constructor(rooms: Room[]) {
    this.#rooms = rooms;
  }

  /** `codecs` go round. */
  static async open(count: number, codecs: RtpCodec[]): Promise<Rooms> {
    const sockets = Array.from({ length: count }, () =>
      dgram.createSocket({ type: 'udp4', recvBufferSize: 512 * 1024 }).bind(0, '127.0.0.1'),
    );
    await Promise.all(sockets.map(socket => once(socket, 'listening')));
    const ports = await freeUdpPorts(count);
    const noises = codecs.map(codec => loop(codec, null));
    const rooms = sockets.map((socket, n) => {
      const codec = codecs[n % codecs.length]!;
      const hz = talkers[n];
      const says = hz === undefined ? noises[n % codecs.length]! : loop(codec, hz);
      return new Room(n, codec, says, socket, ports[n]!);
    });
    return new Rooms(rooms);
  }

  /** As the mixer sees them. */
  get sessions(): RtpSession[] {
    return this.#rooms.map(room => room.session);
  }

  /** 20 ms every 20 ms, each room at a moment of its own. */
  talk(): void {
    const startMs = performance.now();
    let said = 0;
    const say = () => {
      const due = ((performance.now() - startMs) * this.#rooms.length) / tickMs;
      for (; said < due; said++) this.#rooms[said % this.#rooms.length]!.say();
      this.#timer = setTimeout(say, 2);
    };
    say();
  }

  /** What was wrong with what the rooms heard in `seconds`; null: nothing. Forgets what was heard. */
  complaint(seconds: number): string | null {
    const fewest = Math.min(...this.#rooms.map(room => room.received.length));
    if (fewest < seconds * 45) return `a room got ${fewest} packets in ${seconds} s`;
    for (const room of [this.#rooms[0]!, this.#rooms.at(-1)!]) {
      for (const [talker, hz] of talkers.entries()) {
        const heard = room.loudness(hz);
        const wrong = room.n === talker ? heard > 200 : heard < 1200;
        if (wrong) return `room ${room.n} hears ${hz} Hz at ${Math.round(heard)}`;
      }
    }
    return null;
  }

  forget(): void {
    for (const room of this.#rooms) room.received = [];
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const room of this.#rooms) room.close();
  }
}

class Room {
  received: Buffer[] = [];
  #sequence = 0;
  #timestamp = 0;
  readonly #packet = Buffer.alloc(1500);

  constructor(
    readonly n: number,
    readonly codec: RtpCodec,
    private readonly says: Buffer[],
    private readonly socket: dgram.Socket,
    private readonly mixerPort: number,
  ) {
    socket.on('message', data => {
      if ((data[1]! & 0x7f) === codec.payloadType) this.received.push(data);
    });
  }

  get session(): RtpSession {
    const address = (port: number): RtpAddress => ({ address: '127.0.0.1', port, rtcpPort: port });
    return {
      id: `room-${this.n}`,
      kind: 'audio',
      local: address(this.mixerPort),
      remote: address(this.socket.address().port),
      symmetric: true,
      receive: { codec: this.codec },
      send: { codec: this.codec, ssrc: 10_000 + this.n, cname: 'bench' },
      feedback: { nack: false, pli: false, fir: false },
    };
  }

  say(): void {
    const payload = this.says[(this.#sequence + this.n * 7) % this.says.length]!;
    writeRtpHeader(
      this.#packet,
      false,
      this.codec.payloadType,
      this.#sequence,
      this.#timestamp,
      1000 + this.n,
    );
    this.#packet.set(payload, rtpHeaderBytes);
    this.socket.send(this.#packet.subarray(0, rtpHeaderBytes + payload.length), this.mixerPort, '127.0.0.1');
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + timestampStep(this.codec)) >>> 0;
  }

  /** The amplitude of this tone in what it heard last. */
  loudness(hz: number): number {
    const decoder = createAudioDecoder(this.codec);
    const last = this.received.slice(-loopTicks);
    const pcm = new Int16Array((last.length - firstJudged) * tickSamples);
    last.forEach((packet, n) => {
      const heard = decoder.decode(packet.subarray(rtpHeaderBytes));
      if (heard && n >= firstJudged) pcm.set(heard.subarray(0, tickSamples), (n - firstJudged) * tickSamples);
    });
    decoder.close();
    return amplitudeAt(pcm, hz);
  }

  close(): void {
    this.socket.close();
  }
}

/** Five seconds of a talker, or of a room where nobody does. */
function loop(codec: RtpCodec, hz: number | null): Buffer[] {
  // As rooms and browsers do: the codec's mode for voice.
  const encoder = codec.name === 'opus' ? new OpusEncoder() : createAudioEncoder(codec);
  const tone = hz === null ? null : new Tone(hz, amplitude);
  const pcm = new Int16Array(tickSamples);
  return Array.from({ length: loopTicks }, (_, tick) => {
    if (tone) tone.fill(pcm);
    for (let i = 0; i < pcm.length; i++) {
      const seconds = (tick * tickSamples + i) / 48_000;
      const swell = 0.6 + 0.4 * Math.cos(2 * Math.PI * syllablesPerSecond * seconds);
      pcm[i] = tone ? pcm[i]! * swell : (Math.random() * 2 - 1) * noiseAmplitude;
    }
    return Buffer.from(encoder.encode(pcm)!);
  });
}
