import type { types } from 'mediasoup';
import type { WebSocket } from 'ws';
import { ProtocolError, ResourceError, UserError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Conference } from '../conferences/conference.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import { actingAs, type Actor } from '../conferences/acting.js';
import { completeView } from '../conferences/views/view-control.js';
import { WebRtcSite, type SiteConnection } from '../conferences/webrtc-site.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { Permission } from '../identity/permissions.js';
import {
  requests,
  signallingVersion,
  type ErrorCode,
  type Event,
  type EventData,
  type Method,
  type Params,
  type Result,
} from './signalling.js';
import { parseRequest } from './signalling-validation.js';
import { TokenBucket } from './token-bucket.js';

export interface SignallingServices {
  conferences: ConferenceDirectory;
  attempts: AttemptLimit;
  iceServers: unknown[];
  log: Log;
  counters: { rejected(code: ErrorCode): void };
}

/** Who is behind the connection. Asked anew each time: a session may have ended since. */
export interface SignallingActor {
  may(permission: Permission, conferenceId: string): boolean;
  /** Who has signed in. */
  readonly who: { userId: string; userName: string } | null;
  /** Into the audit. */
  note(method: Method, conferenceId: string, result: string): void;
}

/** A joining page with 50 sites consumes 100 streams at once; after that, a few messages a second. */
const burstMessages = 400;
const messagesPerSecond = 40;
/** A network that dropped is noticed after at most two of these. */
const pingIntervalMs = 2_500;
const maxUnreadBytes = 1024 * 1024;

type Handlers = { [M in Method]: (params: Params<M>) => Promise<Result<M>> };

interface Joined {
  conference: Conference;
  site: WebRtcSite;
  unsubscribe: () => void;
}

/**
 * One WebSocket of a browser. Texts in, values checked against the schema, one response each; the conference's
 * events out. When the socket goes, the site stays for a while and another connection may take it over.
 */
export class SignallingConnection implements SiteConnection {
  #joined: Joined | undefined;
  #alive = true;
  readonly #bucket = new TokenBucket(burstMessages, messagesPerSecond);
  readonly #ping: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly source: string,
    private readonly actor: SignallingActor,
    private readonly services: SignallingServices,
  ) {
    socket.on('message', (data, isBinary) =>
      this.#receive(isBinary ? '' : (data as Buffer).toString('utf8')),
    );
    socket.on('pong', () => (this.#alive = true));
    socket.on('close', () => this.#closed());
    socket.on('error', error => services.log.debug({ reason: error.message }, 'signalling socket error'));
    this.#ping = setInterval(() => this.#checkAlive(), pingIntervalMs);
  }

  #receive(text: string): void {
    if (!this.#bucket.take()) {
      this.services.counters.rejected('too-many-requests');
      this.#end('too-many-messages', false);
      return;
    }
    const request = parseRequest(text);
    if (!request.ok) {
      this.services.counters.rejected('bad-request');
      this.#send({ id: request.id, error: { code: 'bad-request', message: request.reason } });
      return;
    }
    const { id, method, params } = request;
    // The validation has checked that the parameters are this method's.
    const handle = this.#handlers[method] as (params: unknown) => Promise<unknown>;
    Promise.resolve()
      .then(() => actingAs(this.#acting, () => (this.#admit(method), handle(params))))
      .then(
        result => this.#send({ id, result }),
        (error: unknown) => this.#send({ id, error: this.#describe(error, method) }),
      );
  }

  readonly #handlers: Handlers = {
    join: params => this.#join(params),
    createTransport: async ({ direction }) => {
      const transport = await this.#site.peer.createTransport(direction);
      return {
        transportId: transport.id,
        iceParameters: { ...transport.iceParameters },
        iceCandidates: transport.iceCandidates.map(candidate => ({ ...candidate })),
        dtlsParameters: { ...transport.dtlsParameters },
      };
    },
    connectTransport: async ({ transportId, dtlsParameters }) => {
      await this.#site.peer.connectTransport(transportId, dtlsParameters as unknown as types.DtlsParameters);
      return {};
    },
    restartIce: async ({ transportId }) => ({
      iceParameters: { ...(await this.#site.peer.restartIce(transportId)) },
    }),
    produce: async ({ transportId, source, kind, rtpParameters, paused }) => {
      const options = { kind, rtpParameters: rtpParameters as unknown as types.RtpParameters, paused };
      return { producerId: (await this.#site.publish(transportId, source, options)).id };
    },
    setPaused: async ({ producerId, paused }) => {
      await this.#site.setPaused(producerId, paused);
      return {};
    },
    closeProducer: async ({ producerId }) => {
      this.#site.peer.producer(producerId).close();
      return {};
    },
    consume: async ({ transportId, producerId, rtpCapabilities }) => {
      const consumer = await this.#site.peer.consume(transportId, producerId, rtpCapabilities);
      return {
        consumerId: consumer.id,
        kind: consumer.kind,
        rtpParameters: { ...consumer.rtpParameters },
        spatialLayers: spatialLayersOf(consumer),
      };
    },
    resumeConsumer: async ({ consumerId }) => {
      await this.#site.peer.resumeConsumer(consumerId);
      return {};
    },
    pauseConsumer: async ({ consumerId }) => {
      await this.#site.peer.pauseConsumer(consumerId);
      return {};
    },
    closeConsumer: async ({ consumerId }) => {
      this.#site.peer.consumer(consumerId).close();
      return {};
    },
    setPreferredLayer: async ({ consumerId, spatialLayer }) => {
      const consumer = this.#site.peer.consumer(consumerId);
      if (consumer.type === 'simulcast') await consumer.setPreferredLayers({ spatialLayer });
      return {};
    },
    startRecording: async () => {
      return this.#conference.recording.start();
    },
    stopRecording: async () => {
      await this.#conference.recording.stop();
      return {};
    },
    setView: async ({ siteId, view }) => {
      const { conference } = this.#required;
      if (siteId !== undefined) conference.views.setSiteView(siteId, view && completeView(view));
      else this.services.conferences.setView(conference.conferenceId, completeView(view ?? {}));
      return {};
    },
    broadcast: async ({ siteId }) => {
      this.#conference.views.broadcast(siteId);
      return {};
    },
    watch: async ({ viewer, siteId }) => {
      this.#conference.views.watch(viewer, siteId);
      return {};
    },
    choose: async ({ siteIds }) => {
      this.#conference.views.choose(siteIds);
      return {};
    },
    setSound: async ({ siteId, sound }) => {
      await this.#conference.setSound(siteId, sound);
      return {};
    },
    takeChair: async ({ pin }) => {
      const { conference, site } = this.#required;
      const { conferences, attempts } = this.services;
      const { conferenceId } = conference;
      try {
        conferences.takeChair(conference, site.siteId, pin, this.source, attempts);
      } catch (error) {
        this.actor.note('takeChair', conferenceId, error instanceof UserError ? error.code : 'internal');
        throw error;
      }
      this.actor.note('takeChair', conferenceId, 'ok');
      return {};
    },
    setLocked: async ({ locked }) => {
      this.#conference.setLocked(locked);
      return {};
    },
    leave: async () => {
      const { conference, site } = this.#required;
      this.#detach();
      conference.remove(site, 'removed');
      return {};
    },
  };

  async #join(params: Params<'join'>): Promise<Result<'join'>> {
    if (this.#joined) throw new ProtocolError('bad-request', 'This connection has joined already.');
    if (params.version !== signallingVersion) {
      throw new UserError('version', 'This page is older or newer than the server. Reload it.');
    }
    const conference = await this.#find(params.conference);
    const resumable = params.resume && conference.site(params.resume.siteId);
    const resumed =
      resumable instanceof WebRtcSite && resumable.mayResume(params.resume?.secret ?? '')
        ? resumable
        : undefined;
    const site = resumed ?? conference.addWebRtcSite(params.name);
    const livesOn = resumed?.served === true;
    this.#attach(conference, site);
    conference.connected(site);
    return {
      siteId: site.siteId,
      resumeSecret: site.resumeSecret,
      resumed: livesOn,
      mediaEpoch: conference.room.epoch,
      mayRecord: site.chair || this.actor.may('conference:record', conference.conferenceId),
      hasChairPin: this.services.conferences.hasChairPin(conference.conferenceId),
      rtpCapabilities: { ...conference.room.rtpCapabilities },
      iceServers: this.services.iceServers as Result<'join'>['iceServers'],
      conference: conference.state,
    };
  }

  async #find(way: Params<'join'>['conference']): Promise<Conference> {
    const { conferences, attempts } = this.services;
    if (!attempts.allows(this.source)) {
      throw new UserError('too-many-requests', 'Too many wrong tries from this address. Wait a minute.');
    }
    const record = 'link' in way ? conferences.byLink(way.link) : conferences.byNumber(way.number, way.pin);
    if (record === 'wrong-pin' || record === undefined) {
      attempts.failed(this.source);
      if (record === 'wrong-pin')
        throw new UserError('wrong-pin', 'The PIN is wrong. Ask the one who invited you.');
      throw new UserError(
        'no-such-conference',
        'There is no such conference, or it has ended. Check the link or number.',
      );
    }
    return conferences.open(record);
  }

  #attach(conference: Conference, site: WebRtcSite): void {
    const subscriptions = [
      conference.on('changed', () => this.#event({ event: 'conference', data: conference.state })),
      conference.on('activeSpeaker', siteId => this.#event({ event: 'activeSpeaker', data: { siteId } })),
      conference.on('quality', sites => this.#event({ event: 'quality', data: { sites } })),
      conference.on('mediaReset', mediaEpoch => this.#event({ event: 'mediaReset', data: { mediaEpoch } })),
      conference.on('siteRemoved', (removed, reason) => {
        if (removed === site) this.#end(reason, reason === 'server-stopping');
      }),
    ];
    site.attach(this);
    this.#joined = {
      conference,
      site,
      unsubscribe: () => subscriptions.forEach(unsubscribe => unsubscribe()),
    };
  }

  contentTaken(): void {
    this.#event({ event: 'contentTaken', data: {} });
  }

  consumerClosed(consumerId: string): void {
    this.#event({ event: 'consumerClosed', data: { consumerId } });
  }

  replaced(): void {
    this.#end('replaced', false);
  }

  #detach(): void {
    this.#joined?.unsubscribe();
    this.#joined = undefined;
  }

  /** Who does what this connection asks for. */
  get #acting(): Actor {
    const { userId = null, userName } = this.actor.who ?? {};
    if (userName !== undefined) return { kind: 'user', id: userId, name: userName };
    const site = this.#joined?.site;
    return { kind: 'site', id: site?.siteId ?? null, name: site?.name ?? '' };
  }

  get #required(): Joined {
    if (!this.#joined) throw new ProtocolError('not-joined', 'Send join first.');
    return this.#joined;
  }

  get #site(): WebRtcSite {
    return this.#required.site;
  }

  get #conference(): Conference {
    return this.#required.conference;
  }

  /** What the message's `access` asks for; what needs a permission is noted. @throws ProtocolError or UserError */
  #admit(method: Method): void {
    const { access } = requests[method];
    if (access === 'public') return;
    const { conference, site } = this.#required;
    if (access === 'joined') return;
    const { conferenceId } = conference;
    const allowed = site.chair || this.actor.may(access, conferenceId);
    this.actor.note(method, conferenceId, allowed ? 'ok' : 'not-allowed');
    if (allowed) return;
    throw new UserError('not-allowed', 'You may not do this here. Sign in on the start page as one who may.');
  }

  #describe(error: unknown, method: Method): { code: ErrorCode; message: string } {
    const known =
      error instanceof UserError || error instanceof ProtocolError || error instanceof ResourceError;
    const code = known ? error.code : 'internal';
    const isListed = (listedCodes as readonly string[]).includes(code);
    this.services.counters.rejected(isListed ? (code as ErrorCode) : 'internal');
    if (known) return { code: isListed ? (code as ErrorCode) : 'unavailable', message: error.message };
    // mediasoup refuses wrong RTP or DTLS parameters with a TypeError: the browser's fault, and harmless.
    if (error instanceof TypeError) return { code: 'bad-request', message: error.message };
    this.services.log.error({ method, reason: messageOf(error) }, 'request failed');
    return {
      code: 'internal',
      message: 'The server could not do it. The operator finds the reason in its log.',
    };
  }

  #checkAlive(): void {
    if (!this.#alive) return this.socket.terminate();
    this.#alive = false;
    this.socket.ping();
  }

  #closed(): void {
    clearInterval(this.#ping);
    const joined = this.#joined;
    this.#detach();
    if (joined?.site.detach(this)) joined.conference.vanished(joined.site);
  }

  #end(reason: EventData<'ended'>['reason'], reconnect: boolean): void {
    this.#detach();
    this.#event({ event: 'ended', data: { reason, reconnect } });
    this.socket.close(1000, reason);
  }

  #event(event: Event): void {
    this.#send(event);
  }

  #send(message: unknown): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    // A browser that does not read any more is cut; it comes back by itself and gets the whole state.
    if (this.socket.bufferedAmount > maxUnreadBytes) return this.socket.terminate();
    this.socket.send(JSON.stringify(message));
  }
}

const listedCodes = [
  'bad-request',
  'version',
  'not-joined',
  'no-such-conference',
  'wrong-pin',
  'conference-full',
  'conference-locked',
  'conference-over',
  'too-early',
  'not-allowed',
  'not-found',
  'too-many-requests',
  'cannot-consume',
  'unavailable',
] as const satisfies ErrorCode[];

function spatialLayersOf(consumer: types.Consumer): number {
  const mode = consumer.rtpParameters.encodings?.[0]?.scalabilityMode ?? '';
  return Number(/^[LS](\d+)/.exec(mode)?.[1] ?? 1);
}
