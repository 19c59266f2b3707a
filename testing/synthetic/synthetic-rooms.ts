import { silentLog } from '../../base/log.js';
import { Scope } from '../../base/scope.js';
import { SipGateway, type Call } from '../../sip-gateway/gateway.js';
import type { LocalMedia } from '../../sip-gateway/sdp/types.js';
import { measureWallOffsetMs, systemClock } from '../../sfu/mixing/clock.js';
import { RtpEndpoint } from '../../sfu/mixing/rtp-endpoint.js';
import type { RtpPacket } from '../../sfu/rtp/packet.js';
import { freeUdpPorts } from '../peers/ports.js';
import { LoopSender, soundLoop, type MediaLoop } from './media-loop.js';

const clock = systemClock(measureWallOffsetMs());

export interface RoomOptions {
  name: string;
  picture: MediaLoop;
  /** Its tone when it speaks. */
  toneHz: number;
  /** The largest picture that it takes. */
  screen: { width: number; height: number; frameRate: number };
  /** What it is sent, in the order of arrival. */
  onVideoPacket?: (packet: RtpPacket) => void;
}

/** SIP rooms without a program of their own, as many as one likes: they call over UDP and send loops. */
export class SyntheticRooms {
  readonly #gateway: SipGateway;
  /** Four ports for each call, used again by later ones. */
  readonly #freePorts: number[][] = [];
  readonly #answered = new Map<string, () => void>();

  constructor() {
    this.#gateway = new SipGateway({
      config: { address: '127.0.0.1', port: 0, maxCalls: 100, sessionExpiresS: 1800, product: 'Synthetic' },
      log: silentLog,
      handler: {
        route: () => Promise.resolve({ accept: false, status: 480, reason: 'rooms call out only' }),
        localMedia: () => Promise.reject(new Error('nobody calls us')),
        established: call => this.#answered.get(call.id)?.(),
      },
    });
  }

  async listen(): Promise<void> {
    await this.#gateway.listen();
  }

  /** @throws Error with the peer's reason */
  async call(target: string, options: RoomOptions): Promise<SyntheticSipRoom> {
    const ports = this.#freePorts.pop() ?? (await freeUdpPorts(4));
    const local = localMediaOf(ports, options);
    const call = await this.#gateway.dial(
      target,
      { displayName: options.name, user: 'room' },
      { localMedia: async () => local },
    );
    await new Promise<void>((resolve, reject) => {
      this.#answered.set(call.id, resolve);
      call.on('ended', ({ text }) => reject(new Error(text)));
    }).finally(() => this.#answered.delete(call.id));
    return SyntheticSipRoom.start(call, options, () => this.#freePorts.push(ports));
  }

  close(): Promise<void> {
    return this.#gateway.close();
  }
}

/** One of them, in a call. */
export class SyntheticSipRoom {
  ended = false;
  /** Keyframes that were asked of it. */
  keyframeRequests = 0;
  readonly #scope = new Scope();
  #picture: LoopSender | undefined;
  #sound: LoopSender | undefined;
  #voice: { tone: MediaLoop; silence: MediaLoop } | undefined;

  private constructor(
    readonly call: Call,
    readonly name: string,
  ) {}

  static async start(call: Call, options: RoomOptions, released: () => void): Promise<SyntheticSipRoom> {
    const room = new SyntheticSipRoom(call, options.name);
    room.#scope.onClose(released);
    const { audio, video } = call.media!;
    if (!video || !audio?.send) throw new Error('the call has no picture or sound');
    const onKeyframeRequest = () => {
      room.keyframeRequests++;
      room.#picture?.restart();
    };
    const videoEndpoint = room.#scope.own(
      await RtpEndpoint.open(
        video.session,
        { onKeyframeRequest, ...(options.onVideoPacket && { onPacket: options.onVideoPacket }) },
        clock,
      ),
    );
    const audioEndpoint = room.#scope.own(await RtpEndpoint.open(audio, {}, clock));
    room.#picture = room.#scope.own(new LoopSender(videoEndpoint, options.picture));
    room.#voice = {
      tone: soundLoop(audio.send.codec, options.toneHz),
      silence: soundLoop(audio.send.codec, null),
    };
    room.#sound = room.#scope.own(new LoopSender(audioEndpoint, room.#voice.silence));
    call.on('keyframeRequested', onKeyframeRequest);
    call.on('ended', () => (room.ended = true));
    return room;
  }

  set speaking(speaks: boolean) {
    if (this.#sound && this.#voice) this.#sound.loop = speaks ? this.#voice.tone : this.#voice.silence;
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.call.hangup();
    await this.#scope.close();
  }
}

function localMediaOf(ports: number[], { screen }: RoomOptions): LocalMedia {
  const [audio, audioRtcp, video, videoRtcp] = ports as [number, number, number, number];
  return {
    announcedAddress: '127.0.0.1',
    bindAddress: '127.0.0.1',
    sessionId: String(audio),
    cname: `${audio}@synthetic`,
    audio: { id: `audio:${audio}`, port: audio, rtcpPort: audioRtcp, ssrc: audio + 1 },
    video: {
      id: `video:${video}`,
      port: video,
      rtcpPort: videoRtcp,
      ssrc: video + 2,
      maxPicture: screen,
      maxBitrate: 1_000_000,
    },
  };
}
