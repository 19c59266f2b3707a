import dgram from 'node:dgram';
import { H264Encoder } from '../../sfu/codecs/h264-encoder.js';
import { OpusEncoder } from '../../sfu/codecs/opus.js';
import { Surface } from '../../sfu/codecs/surface.js';
import { H264Packetizer } from '../../sfu/rtp/h264-packetizer.js';
import { parseRtcp, writeRtcp, isRtcp } from '../../sfu/rtp/rtcp.js';
import { rtpHeaderBytes, writeRtpHeader } from '../../sfu/rtp/packet.js';
import { MediaClock } from '../../sfu/rtp/sender-clock.js';
import { timestampAdd } from '../../sfu/rtp/sequence.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import type { RecordingPlan } from '../../recorder/plan.js';

export interface FeedOptions {
  width?: number;
  height?: number;
  /** Pictures are sent so much later than sound of the same moment; sender reports tell the truth. */
  videoDelayMs?: number;
  /** Packets that were lost are sent again when asked for, as the SFU does. */
  retransmit?: boolean;
  /** For each packet: true loses it. */
  lose?: (kind: 'audio' | 'video', sequenceNumber: number) => boolean;
  /** Adds to what the sound's clock counts: 0.0005 is 0.5 ms a second fast. */
  audioDrift?: number;
}

const frameRate = 30;
const packetMs = 20;
const flashMs = 100;
const toneHz = 1000;
const loopback = '127.0.0.1';

/**
 * For tests: what the SFU's taps send to the recorder. A moving picture that flashes white for a tenth of a second
 * at each full second, and a beep at the same time; H.264 with a keyframe each second or when asked, and Opus.
 */
export class BeepFlashFeed {
  /** Keyframes that were asked for. */
  pictureLosses = 0;
  retransmissions = 0;
  /** Stops sending without stopping time. */
  pausedVideo = false;
  pausedAudio = false;
  readonly #encoder: H264Encoder;
  readonly #opus = new OpusEncoder({ channels: 2, bitrate: 96_000 });
  readonly #surface: Surface;
  readonly #video: Stream;
  readonly #audio: Stream;
  readonly #packetizer = new H264Packetizer(1);
  #startMs = performance.now();
  readonly #wallAtStartMs = Date.now();
  #frame = 0;
  #packet = 0;
  #reportMs = 0;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  private constructor(
    private readonly options: FeedOptions,
    video: Stream,
    audio: Stream,
  ) {
    const { width = 640, height = 360 } = options;
    this.#video = video;
    this.#audio = audio;
    this.#surface = Surface.allocate(width, height);
    this.#encoder = new H264Encoder({
      width,
      height,
      frameRate,
      bitrate: 4_000_000,
      preset: 'ultrafast',
      profile: 'high',
      keyframeIntervalS: 1,
    });
    video.socket.on('message', data => this.#onFeedback(data));
    this.#timer = setInterval(() => this.#tick(), 5);
  }

  static async start(options: FeedOptions = {}): Promise<BeepFlashFeed> {
    const video = await Stream.open(0x11111111, 102, 90_000, 4_000_000_000);
    const audio = await Stream.open(0x22222222, 100, 48_000, 123_456);
    return new BeepFlashFeed(options, video, audio);
  }

  /** What to record this feed with. Ports to receive at are chosen once, as the server does. */
  async plan(recordingId: string): Promise<RecordingPlan> {
    return {
      recordingId,
      conferenceId: 'conference',
      title: 'Beep and flash',
      startedAt: new Date().toISOString(),
      video: await this.#video.session('video'),
      audio: await this.#audio.session('audio'),
    };
  }

  /** The SFU was restarted: other SSRCs, ports and timestamps; the same two receivers. */
  async restartStreams(plan: RecordingPlan): Promise<RecordingPlan> {
    this.#encoder.requestKeyframe();
    await this.#video.restart(0x33333333, 77);
    await this.#audio.restart(0x44444444, 0xfffff000);
    this.#video.socket.on('message', data => this.#onFeedback(data));
    return { ...plan, video: this.#video.sessionAt(plan.video), audio: this.#audio.sessionAt(plan.audio) };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#video.socket.close();
    this.#audio.socket.close();
    this.#encoder.close();
    this.#opus.close();
  }

  #tick(): void {
    const nowMs = performance.now() - this.#startMs;
    while ((this.#packet + 1) * packetMs <= nowMs) this.#sendSound();
    const delay = this.options.videoDelayMs ?? 0;
    while ((this.#frame * 1000) / frameRate + delay <= nowMs) this.#sendPicture();
    if (nowMs < this.#reportMs) return;
    this.#reportMs = nowMs + 500;
    this.#video.report(this.#wallAtStartMs + nowMs);
    this.#audio.report(this.#wallAtStartMs + nowMs);
  }

  #sendPicture(): void {
    const index = this.#frame++;
    const timeMs = (index * 1000) / frameRate;
    draw(this.#surface, index, timeMs % 1000 < flashMs);
    if (this.pausedVideo) return;
    const picture = this.#encoder.encode(this.#surface, index);
    if (!picture) return;
    const timestamp = index * (90_000 / frameRate);
    this.#video.anchor(timestamp, this.#wallAtStartMs + timeMs);
    this.#packetizer.packetize(picture.data, (payload, marker) => {
      this.#video.send(payload, marker, timestamp, n => this.options.lose?.('video', n) ?? false);
    });
  }

  #sendSound(): void {
    const index = this.#packet++;
    const pcm = new Int16Array(960 * 2);
    for (let at = 0; at < 960; at++) {
      const timeMs = index * packetMs + at / 48;
      const beep = timeMs % 1000 < flashMs;
      const value = beep ? Math.round(12_000 * Math.sin(2 * Math.PI * toneHz * (timeMs / 1000))) : 0;
      pcm[at * 2] = pcm[at * 2 + 1] = value;
    }
    const packet = this.#opus.encode(pcm);
    if (!packet || this.pausedAudio) return;
    const timestamp = Math.round(index * 960 * (1 + (this.options.audioDrift ?? 0)));
    this.#audio.anchor(timestamp, this.#wallAtStartMs + index * packetMs);
    this.#audio.send(packet, index === 0, timestamp, n => this.options.lose?.('audio', n) ?? false);
  }

  #onFeedback(data: Buffer): void {
    if (!isRtcp(data)) return;
    for (const packet of parseRtcp(data) ?? []) {
      if (packet.type === 'nack' && this.options.retransmit) {
        this.retransmissions += this.#video.again(packet.sequenceNumbers);
      }
      if (packet.type !== 'pictureLoss') continue;
      this.pictureLosses++;
      this.#encoder.requestKeyframe();
    }
  }
}

/** One stream out, RTP and RTCP on one port. */
class Stream {
  #sequence = 65_500;
  #packets = 0;
  #octets = 0;
  #receiverPort = 0;
  /** The last packets, by sequence number. */
  readonly #sent: (Buffer | undefined)[] = [];
  #clock: MediaClock;

  private constructor(
    public socket: dgram.Socket,
    private ssrc: number,
    private readonly payloadType: number,
    private readonly clockRate: number,
    private base: number,
  ) {
    this.#clock = new MediaClock(clockRate);
  }

  static async open(ssrc: number, payloadType: number, clockRate: number, base: number): Promise<Stream> {
    return new Stream(await bind(), ssrc, payloadType, clockRate, base);
  }

  async restart(ssrc: number, base: number): Promise<void> {
    this.socket.close();
    this.socket = await bind();
    this.ssrc = ssrc;
    this.base = base;
    this.#sequence = 9;
    this.#clock = new MediaClock(this.clockRate);
  }

  async session(kind: 'audio' | 'video'): Promise<RtpSession> {
    const probe = await bind();
    const { port } = probe.address();
    await new Promise<void>(resolve => probe.close(() => resolve()));
    this.#receiverPort = port;
    const name = kind === 'video' ? 'H264' : 'opus';
    return this.sessionAt({
      id: kind,
      kind,
      local: { address: loopback, port, rtcpPort: port },
      remote: { address: loopback, port: 0, rtcpPort: 0 },
      symmetric: false,
      receive: { codec: { name, payloadType: this.payloadType, clockRate: this.clockRate, parameters: {} } },
      feedback: { nack: true, pli: true, fir: true },
    });
  }

  sessionAt(session: RtpSession): RtpSession {
    const { port } = this.socket.address();
    const remote = { address: loopback, port, rtcpPort: port };
    return { ...session, remote, receive: { ...session.receive!, ssrc: this.ssrc } };
  }

  anchor(timestamp: number, wallMs: number): void {
    this.#clock.anchor(timestampAdd(this.base, timestamp), wallMs);
  }

  send(payload: Uint8Array, marker: boolean, timestamp: number, lose: (sequence: number) => boolean): void {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    this.#packets++;
    this.#octets += payload.length;
    if (this.#receiverPort === 0) return;
    const packet = Buffer.alloc(rtpHeaderBytes + payload.length);
    writeRtpHeader(packet, marker, this.payloadType, sequence, timestampAdd(this.base, timestamp), this.ssrc);
    packet.set(payload, rtpHeaderBytes);
    this.#sent[sequence & 1023] = packet;
    if (lose(sequence)) return;
    this.socket.send(packet, this.#receiverPort, loopback);
  }

  again(sequenceNumbers: readonly number[]): number {
    let count = 0;
    for (const sequence of sequenceNumbers) {
      const packet = this.#sent[sequence & 1023];
      if (packet?.readUInt16BE(2) !== sequence) continue;
      this.socket.send(packet, this.#receiverPort, loopback);
      count++;
    }
    return count;
  }

  report(wallMs: number): void {
    if (!this.#clock.started || this.#receiverPort === 0) return;
    const report = writeRtcp([
      {
        type: 'senderReport',
        ssrc: this.ssrc,
        ...this.#clock.at(wallMs),
        packetCount: this.#packets,
        octetCount: this.#octets,
        blocks: [],
      },
    ]);
    this.socket.send(report, this.#receiverPort, loopback);
  }
}

async function bind(): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4');
  socket.on('error', () => undefined); // a recorder that was killed: "unreachable"
  await new Promise<void>(resolve => socket.bind(0, loopback, () => resolve()));
  return socket;
}

/** Grey with a dark bar that moves; white while it flashes. */
function draw(surface: Surface, index: number, flash: boolean): void {
  surface.fill(flash ? 235 : 90, 128, 128);
  if (flash) return;
  const x = ((index * 8) % (surface.width - 64)) & ~1;
  surface.region(x, 0, 64, surface.height).fill(40, 110, 150);
}
