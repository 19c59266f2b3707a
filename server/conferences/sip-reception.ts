import { randomBytes, randomInt } from 'node:crypto';
import { ResourceError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { PortPool } from '../../sfu/forwarding/port-pool.js';
import type { Mixer } from '../../sfu/mixing/mixer.js';
import { localAddresses } from '../../sfu/workers/listen-addresses.js';
import type { Call } from '../../sip-gateway/call/call.js';
import type { CallHandler, CallTarget, Caller, RouteAnswer } from '../../sip-gateway/gateway.js';
import type { LocalMedia } from '../../sip-gateway/sdp/types.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import type { Conference } from './conference.js';
import type { ConferenceDirectory } from './conference-directory.js';
import { SipSite } from './sip-site.js';

export interface ReceptionServices {
  conferences: ConferenceDirectory;
  attempts: AttemptLimit;
  ports: PortPool;
  mixer: Mixer;
}

export interface ReceptionOptions {
  bindAddress: string;
  announcedAddress: string | null;
  /** bit/s of video to one room */
  maxCallBitrate: number;
}

/** Wait between two keyframe requests by SIP INFO to the same room; each may cost it a whole transaction. */
const infoKeyframeIntervalMs = 1_000;

/** Answers hardware rooms: which conference a dialled number leads to, which ports they get, and puts them in. */
export class SipReception implements CallHandler {
  readonly #conferenceOf = new Map<Call, ConferenceRecord>();
  readonly #lastInfoMs = new Map<Call, number>();

  constructor(
    private readonly services: ReceptionServices,
    private readonly options: ReceptionOptions,
    private readonly log: Log,
  ) {
    services.mixer.events.on('keyframeNeeded', (conferenceId, session) =>
      this.askRoomForKeyframe(conferenceId, session),
    );
    services.mixer.events.on('statistics', (conferenceId, statistics) => {
      for (const site of this.sipSites(conferenceId)) {
        const ids = [site.call.media?.audio?.id, site.call.media?.video?.session.id];
        const sessions = ids.flatMap(id => (id === undefined ? [] : (statistics.sessions[id] ?? [])));
        site.observe(sessions, statistics.sources[site.siteId]);
      }
    });
  }

  /** `NUMBER` or, where the conference has a PIN, `NUMBER*PIN`. */
  async route(target: CallTarget, caller: Caller): Promise<RouteAnswer> {
    if (!this.services.attempts.allows(caller.address)) {
      return { accept: false, status: 403, reason: 'Too many wrong tries; wait a minute' };
    }
    const [number = '', pin = ''] = target.user.split('*');
    const record = this.services.conferences.byNumber(number, pin);
    if (record === undefined || record === 'wrong-pin') {
      this.services.attempts.failed(caller.address);
      return record === undefined
        ? { accept: false, status: 404, reason: 'No conference has this number' }
        : { accept: false, status: 403, reason: 'This conference has a PIN: dial NUMBER*PIN' };
    }
    const full = await this.isFull(record);
    return full ? { accept: false, status: 486, reason: full } : { accept: true };
  }

  async localMedia(call: Call): Promise<LocalMedia> {
    const { bindAddress, maxCallBitrate } = this.options;
    const [audioPort, videoPort] = [
      await this.services.ports.takePair(),
      await this.services.ports.takePair(),
    ];
    call.on('ended', () => {
      this.services.ports.release(audioPort);
      this.services.ports.release(videoPort);
    });
    const stream = (kind: string, port: number) => ({
      id: `${kind}:${call.id}`,
      port,
      rtcpPort: port + 1,
      ssrc: randomInt(1, 0xffffffff),
    });
    return {
      announcedAddress: this.announcedAddress(call),
      bindAddress,
      sessionId: String(randomInt(1, 2 ** 47)),
      cname: randomBytes(12).toString('base64url'),
      audio: stream('audio', audioPort),
      video: {
        ...stream('video', videoPort),
        maxPicture: { width: 1920, height: 1080, frameRate: 30 },
        maxBitrate: maxCallBitrate,
      },
    };
  }

  /** The call stands: the room is a site of its conference from now on. */
  established(call: Call): void {
    this.admit(call).catch((error: unknown) => {
      this.log.warn({ callId: call.id, reason: messageOf(error) }, 'room not admitted');
      call.hangup(messageOf(error));
    });
  }
}
