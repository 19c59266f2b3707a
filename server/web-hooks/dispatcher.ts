import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { EventFeed, Told } from '../api/event-feed.js';
import { eventTypes } from '../api/events.js';
import type { Identity } from '../identity/identity.js';
import { newId } from '../identity/secrets.js';
import type { DeliveryRecord, WebHookRecord, WebHookRecords } from '../store/web-hook-records.js';
import { post } from './post.js';
import type { ReachableAddresses } from './reachable.js';
import { signedHeaders } from './signature.js';

/** s between tries: the last comes after about a day. */
const retryAfterS = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200];
const lookIntervalMs = 1_000;
/** Of one web-hook that nobody answers; what comes after is dropped and counted. */
const maxWaiting = 10_000;
/** What was delivered can be replayed for so long. */
const keptDays = 7;
/** "Gone": the receiver wants no more (Standard Webhooks). */
const gone = 410;

export interface DispatcherServices {
  records: WebHookRecords;
  feed: EventFeed;
  identity: Identity;
  reachable: ReachableAddresses;
  log: Log;
}

/**
 * Sends events to web-hooks. What is to be sent is in the store before it is sent, and stays until it was taken: a
 * restart loses nothing. Each web-hook gets one message at a time, so that they come in order as long as it answers.
 */
export class WebHookDispatcher {
  readonly counters = { delivered: 0, retried: 0, failed: 0, dropped: 0 };
  readonly #busy = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #hooks: WebHookRecord[];
  #lastCleanedMs = 0;

  constructor(
    private readonly services: DispatcherServices,
    private readonly waitsS: readonly number[] = retryAfterS,
    private readonly now: () => number = Date.now,
  ) {
    this.#hooks = services.records.list();
    this.#unsubscribe = services.feed.on('event', told => this.#take(told));
    this.#timer = setInterval(() => this.#look(), lookIntervalMs);
    this.#look();
  }

  get waiting(): number {
    return this.services.records.waiting();
  }

  /** Web-hooks were made, changed or deleted, or are to be replayed. */
  changed(): void {
    this.#hooks = this.services.records.list();
    this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.#hooks = [];
  }

  #take({ event, text }: Told): void {
    let taken = false;
    for (const hook of this.#hooks) {
      if (!hook.enabled || !this.#wants(hook, event)) continue;
      if (this.services.records.waiting(hook.webHookId) >= maxWaiting) {
        this.counters.dropped++;
        continue;
      }
      const at = this.#time();
      this.services.records.insertDelivery({
        deliveryId: newId(),
        webHookId: hook.webHookId,
        sequence: event.sequence,
        type: event.type,
        body: text,
        state: 'waiting',
        attempts: 0,
        nextAt: at,
        status: null,
        error: null,
        createdAt: at,
      });
      taken = true;
    }
    if (taken) this.#look();
  }

  #wants(hook: WebHookRecord, { type, conferenceId }: Told['event']): boolean {
    const { identity } = this.services;
    if (hook.conferenceId !== null && hook.conferenceId !== conferenceId) return false;
    if (hook.types.length > 0 ? !hook.types.includes(type) : 'frequent' in eventTypes[type]) return false;
    // Whoever made it may have lost the right since.
    const owner = identity.principalOfUser(hook.ownerId);
    return identity.may(owner, 'conference:read', identity.conferenceObject(conferenceId));
  }

  #look(): void {
    for (const hook of this.#hooks) {
      if (!hook.enabled || this.#busy.has(hook.webHookId)) continue;
      const delivery = this.services.records.due(hook.webHookId, this.#time());
      if (!delivery) continue;
      this.#busy.add(hook.webHookId);
      void this.#deliver(hook, delivery).finally(() => {
        this.#busy.delete(hook.webHookId);
        if (this.#hooks.length > 0) this.#look();
      });
    }
    if (this.now() - this.#lastCleanedMs < 3_600_000) return;
    this.#lastCleanedMs = this.now();
    this.services.records.deleteBefore(this.#time(-keptDays * 86_400_000));
  }

  async #deliver(hook: WebHookRecord, { deliveryId, body, attempts }: DeliveryRecord): Promise<void> {
    const { records, reachable, log } = this.services;
    let status: number | null = null;
    let error: string | null = null;
    try {
      const message = { id: deliveryId, timestampS: Math.floor(this.now() / 1000), body };
      status = await post(reachable, hook.url, signedHeaders(hook.secret, message), body);
      if (status < 200 || status > 299) error = `answered ${status}`;
    } catch (cause) {
      error = messageOf(cause).slice(0, 200);
    }
    if (this.#hooks.length === 0 || !records.find(hook.webHookId)) return; // closed or deleted meanwhile
    const waitS = this.waitsS[attempts];
    const outcome =
      error === null ? 'delivered' : waitS === undefined || status === gone ? 'failed' : 'retried';
    this.counters[outcome]++;
    records.update({
      deliveryId,
      state: outcome === 'retried' ? 'waiting' : outcome,
      attempts: attempts + 1,
      nextAt: this.#time((waitS ?? 0) * 1000),
      status,
      error,
    });
    if (status === gone) {
      records.setEnabled(hook.webHookId, false);
      this.#hooks = records.list();
    }
    if (outcome === 'failed') log.warn({ webHookId: hook.webHookId, error }, 'a web-hook was not delivered');
  }

  #time(offsetMs = 0): string {
    return new Date(this.now() + offsetMs).toISOString();
  }
}
