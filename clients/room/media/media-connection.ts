import { Device, type types } from 'mediasoup-client';
import type { StreamSource } from '../../../server/api/signalling.js';
import type { JoinResult, Signalling } from '../signalling.js';

/** What travels with a producer from `produce` to the signalling. */
export interface ProducerData extends types.AppData {
  source: StreamSource;
  paused: boolean;
}

const careIntervalMs = 1_000;
/** Between two attempts to restart ICE while a transport that was connected is not. */
const iceRestartIntervalMs = 3_000;
/** A transport that lost its connection and has not found it by then, with signalling up, is built anew. */
const lostForGoodMs = 8_000;
/** The same for one that never had any: ICE and DTLS over a slow network take their time. */
const neverConnectedMs = 12_000;

export type MediaState = 'idle' | 'connecting' | 'connected' | 'failing';

/**
 * The two transports between this browser and the SFU, as of one media epoch. When a transport loses its network
 * ICE is restarted until it is back; when that does not help, `onBroken` asks the owner for a new connection.
 */
export class MediaConnection {
  #closed = false;
  readonly #unhealthySince = new Map<types.Transport, number>();
  readonly #wasConnected = new Set<types.Transport>();
  readonly #restartedAt = new Map<types.Transport, number>();
  readonly #restarting = new Set<types.Transport>();
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(
    private readonly signalling: Signalling,
    readonly device: Device,
    readonly send: types.Transport,
    readonly receive: types.Transport,
    private readonly callbacks: { onState(state: MediaState): void; onBroken(): void },
  ) {
    for (const transport of this.#transports) this.#watch(transport);
    this.#wireSending();
    this.#timer = setInterval(() => this.#care(), careIntervalMs);
  }

  /** @throws SignallingError; or an UnsupportedError of mediasoup-client for a browser without WebRTC */
  static async open(
    signalling: Signalling,
    joined: JoinResult,
    callbacks: { onState(state: MediaState): void; onBroken(): void },
  ): Promise<MediaConnection> {
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: joined.rtpCapabilities });
    const [send, receive] = await Promise.all([
      signalling.request('createTransport', { direction: 'send' }),
      signalling.request('createTransport', { direction: 'receive' }),
    ]);
    const options = (transport: typeof send): types.TransportOptions => ({
      id: transport.transportId,
      iceParameters: transport.iceParameters as unknown as types.IceParameters,
      iceCandidates: transport.iceCandidates as unknown as types.IceCandidate[],
      dtlsParameters: transport.dtlsParameters as unknown as types.DtlsParameters,
      iceServers: joined.iceServers,
    });
    return new MediaConnection(
      signalling,
      device,
      device.createSendTransport(options(send)),
      device.createRecvTransport(options(receive)),
      callbacks,
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** After the network came back: the addresses may have changed, and waiting for ICE to notice takes seconds. */
  restartIce(): void {
    for (const transport of this.#transports) void this.#restart(transport);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    for (const transport of this.#transports) transport.close();
  }

  get #transports(): types.Transport[] {
    return [this.send, this.receive];
  }

  #watch(transport: types.Transport): void {
    transport.on('connect', ({ dtlsParameters }, accept, refuse) => {
      this.signalling
        .request('connectTransport', {
          transportId: transport.id,
          dtlsParameters: dtlsParameters,
        })
        .then(accept, refuse);
    });
    transport.on('connectionstatechange', state => {
      if (this.#closed) return;
      if (state === 'connected') {
        this.#unhealthySince.delete(transport);
        this.#wasConnected.add(transport);
      } else if (state !== 'new' && !this.#unhealthySince.has(transport)) {
        this.#unhealthySince.set(transport, performance.now());
      }
      if (state === 'disconnected' || state === 'failed') void this.#restart(transport);
      this.callbacks.onState(this.#state());
    });
  }

  #wireSending(): void {
    this.send.on('produce', ({ kind, rtpParameters, appData }, accept, refuse) => {
      const { source, paused } = appData as ProducerData;
      this.signalling
        .request('produce', {
          transportId: this.send.id,
          kind,
          source,
          paused,
          rtpParameters: rtpParameters,
        })
        .then(({ producerId }) => accept({ id: producerId }), refuse);
    });
  }

  #care(): void {
    if (!this.signalling.joined) {
      // Without signalling nothing can be mended: the time does not count.
      for (const transport of this.#unhealthySince.keys()) {
        this.#unhealthySince.set(transport, performance.now());
      }
      return;
    }
    for (const [transport, since] of this.#unhealthySince) {
      const wasConnected = this.#wasConnected.has(transport);
      if (performance.now() - since > (wasConnected ? lostForGoodMs : neverConnectedMs)) {
        this.callbacks.onState('failing');
        return this.callbacks.onBroken();
      }
      const restartedAt = this.#restartedAt.get(transport) ?? since;
      if (wasConnected && performance.now() - restartedAt > iceRestartIntervalMs)
        void this.#restart(transport);
    }
  }

  async #restart(transport: types.Transport): Promise<void> {
    if (this.#closed || transport.connectionState === 'new' || this.#restarting.has(transport)) return;
    this.#restarting.add(transport);
    this.#restartedAt.set(transport, performance.now());
    try {
      const { iceParameters } = await this.signalling.request('restartIce', { transportId: transport.id });
      if (!this.#closed) {
        await transport.restartIce({ iceParameters: iceParameters as unknown as types.IceParameters });
      }
    } catch {
      // Interrupted: the resumed connection restarts ICE again. Gone: `#care` finds the transport broken.
    } finally {
      this.#restarting.delete(transport);
    }
  }

  #state(): MediaState {
    const states = this.#transports.map(transport => transport.connectionState);
    if (states.some(state => state === 'failed' || state === 'disconnected')) return 'failing';
    if (states.some(state => state === 'connecting')) return 'connecting';
    return states.includes('connected') ? 'connected' : 'idle';
  }
}
