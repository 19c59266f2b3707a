import dgram from 'node:dgram';
import { once } from 'node:events';
import { silentLog } from '../base/log.js';
import {
  SipGateway,
  type Call,
  type CallEnd,
  type Caller,
  type CallHandler,
  type CallTarget,
} from './gateway.js';
import type { RouteAnswer, SipGatewayConfig } from './gateway.js';
import type { LocalMedia } from './sdp/types.js';

/** For tests: a server with one conference, 1001, that takes every call and throws its media away. */
export class FakeReception implements CallHandler {
  readonly establishedCalls: Call[] = [];
  readonly ended: CallEnd[] = [];
  /** What happened, in order: `established`, `media held`, `keyframe`, `dtmf 5`, `ended hangup`. */
  readonly events: string[] = [];
  #waiting: { event: string; resolve: () => void }[] = [];

  constructor(
    private readonly options: {
      route?: (target: CallTarget, caller: Caller) => Promise<RouteAnswer>;
      media?: Partial<LocalMedia>;
    } = {},
  ) {}

  async route(target: CallTarget, caller: Caller): Promise<RouteAnswer> {
    if (this.options.route) return this.options.route(target, caller);
    if (target.user === '1001') return { accept: true };
    return { accept: false, status: 404, reason: 'no conference has this number' };
  }

  async localMedia(call: Call): Promise<LocalMedia> {
    const sockets = await Promise.all([boundSocket(), boundSocket(), boundSocket(), boundSocket()]);
    call.on('ended', end => {
      for (const socket of sockets) socket.close();
      this.ended.push(end);
      this.#note(`ended ${end.cause}`);
    });
    call.on('media', () => this.#note(`media ${call.state}`));
    call.on('keyframeRequested', () => this.#note('keyframe'));
    call.on('dtmf', digit => this.#note(`dtmf ${digit}`));
    const ports = sockets.map(socket => socket.address().port);
    return localMediaOf(ports, this.options.media);
  }

  established(call: Call): void {
    this.establishedCalls.push(call);
    this.#note('established');
  }

  #note(event: string): void {
    this.events.push(event);
    for (const waiting of this.#waiting.filter(waiting => waiting.event === event)) waiting.resolve();
    this.#waiting = this.#waiting.filter(waiting => waiting.event !== event);
  }

  /** Resolves when it happens next, or has happened at place `from` of `events` or later. */
  async waitFor(event: string, from = 0, timeoutMs = 10_000): Promise<void> {
    if (this.events.slice(from).includes(event)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no '${event}' within ${timeoutMs} ms, but ${this.events.join(', ')}`)),
        timeoutMs,
      );
      this.#waiting.push({
        event,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }
}

export function localMediaOf(ports: number[], changes: Partial<LocalMedia> = {}): LocalMedia {
  const [audio = 0, audioRtcp = 0, video = 0, videoRtcp = 0] = ports;
  return {
    announcedAddress: '127.0.0.1',
    bindAddress: '127.0.0.1',
    sessionId: '4711',
    cname: 'test',
    audio: { id: 'audio', port: audio, rtcpPort: audioRtcp, ssrc: 1 },
    video: {
      id: 'video',
      port: video,
      rtcpPort: videoRtcp,
      ssrc: 2,
      maxPicture: { width: 1280, height: 720, frameRate: 30 },
      maxBitrate: 1_500_000,
    },
    ...changes,
  };
}

async function boundSocket(): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

export interface TestGateway {
  gateway: SipGateway;
  /** The same number for UDP and TCP. */
  port: number;
  /** Null unless `config.tls` asks for it. */
  tlsPort: number | null;
  reception: FakeReception;
}

/** A gateway on loopback, on a port that the system chose. */
export async function startTestGateway(
  config: Partial<SipGatewayConfig> = {},
  reception = new FakeReception(),
): Promise<TestGateway> {
  const gateway = new SipGateway({
    config: { address: '127.0.0.1', port: 0, maxCalls: 10, sessionExpiresS: 1800, ...config },
    log: silentLog,
    handler: reception,
  });
  const { udpPort, tlsPort } = await gateway.listen();
  return { gateway, port: udpPort, tlsPort, reception };
}

/** Waits for what nobody announces. */
export async function until(condition: () => boolean, timeoutMs = 5000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
