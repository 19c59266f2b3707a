import { existsSync } from 'node:fs';
import path from 'node:path';
import { messageOf, UserError } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import { projectRoot } from '../../../base/project.js';
import type { ConferencePlan } from '../../../sfu/mixing/plan.js';
import type { Call } from '../../../sip-gateway/call/call.js';
import type { NegotiatedMedia } from '../../../sip-gateway/sdp/types.js';
import { AddressList } from '../../identity/address-list.js';
import type { AttemptLimit } from '../../identity/attempt-limit.js';
import type { ConferenceRecord } from '../../store/conference-records.js';
import { roomEncoder } from '../composition-plan.js';
import type { ConferenceDirectory } from '../conference-directory.js';
import { PrivatePlan, type PlanServices } from '../private-plan.js';
import { Dialogue, promptNames, type DialogueOwner, type PromptName, type Screen } from './dialogue.js';

export interface IvrServices extends PlanServices {
  conferences: ConferenceDirectory;
  attempts: AttemptLimit;
  /** The caller becomes a site of the conference; rejects when it cannot. */
  enter: (call: Call, record: ConferenceRecord, isNew: boolean) => Promise<unknown>;
}

export interface IvrOptions {
  /** Who may see the conferences that run, and who may create one: addresses, ranges, `private`. */
  listFor: readonly string[];
  createFor: readonly string[];
}

/** What is said last is heard in this time. */
const goodbyeMs = 4_000;

/**
 * Answers those who dial the access number, with a picture and a voice that ask for the conference. It is a conference
 * of one for the MCU; whoever has found theirs takes the same ports and keys along.
 */
export class Ivr {
  readonly #listFor: AddressList;
  readonly #createFor: AddressList;

  /** @throws UserError `bad-config` */
  constructor(
    private readonly services: IvrServices,
    options: IvrOptions,
    private readonly log: Log,
  ) {
    this.#listFor = listOf(options.listFor, 'sip.ivr.listFor');
    this.#createFor = listOf(options.createFor, 'sip.ivr.createFor');
    const missing = promptNames.find(name => !existsSync(promptFile(name)));
    if (missing !== undefined)
      throw new UserError('bad-install', `The file ${promptFile(missing)} is missing.`);
  }

  begin(call: Call): void {
    const { log, services } = this;
    const { address } = call.remote;
    const { attempts, conferences } = services;
    const visit: Visit = new Visit(call, services, {
      mayCreate: this.#createFor.has(address),
      find: (number, pin) => {
        if (!attempts.allows(address)) return 'blocked';
        const found = conferences.byNumber(number, pin);
        // To be asked for the PIN is no wrong try.
        if (found === undefined || (found === 'wrong-pin' && pin !== '')) attempts.failed(address);
        return found;
      },
      running: () => (this.#listFor.has(address) ? conferences.allLive.map(({ record }) => record) : null),
      create: pin => {
        const name = call.remote.displayName || call.target.user;
        return conferences.create({ title: `${name} ${new Date().toISOString().slice(0, 10)}`, pin });
      },
      show: screen => visit.show(screen),
      hangup: reason => visit.hangup(reason),
      enter: (record, isNew) => {
        visit.leave();
        services.enter(call, record, isNew).catch((error: unknown) => {
          log.warn({ callId: call.id, reason: messageOf(error) }, 'caller not admitted');
          visit.dialogue.refused(messageOf(error));
        });
      },
    });
    call.on('ended', () => visit.leave());
    visit.dialogue.begin();
  }
}

/** One caller, before they are in a conference. */
class Visit {
  readonly dialogue: Dialogue;
  readonly #plan: PrivatePlan;
  #screen: Screen = { lines: [], prompts: [] };
  #spoken = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: Call,
    services: PlanServices,
    owner: DialogueOwner,
  ) {
    this.dialogue = new Dialogue(owner);
    this.#plan = new PrivatePlan(`ivr:${call.id}`, call, services, {
      press: digit => this.dialogue.press(digit),
      plan: media => this.#planOf(media),
    });
  }

  show(screen: Screen): void {
    if (screen.prompts !== this.#screen.prompts) this.#spoken++;
    this.#screen = screen;
    this.#plan.update();
  }

  hangup(reason: string): void {
    this.#timer = setTimeout(() => this.call.hangup(reason), goodbyeMs);
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.dialogue.close();
    this.#plan.close();
  }

  #planOf({ audio, video, content }: NegotiatedMedia): ConferencePlan {
    const { lines, prompts } = this.#screen;
    return {
      conferenceId: this.#plan.conferenceId,
      sessions: [audio, video?.session, content?.session].filter(session => session !== undefined),
      sources: [],
      relays: [],
      transcodes: [],
      announcements: [{ id: String(this.#spoken), files: prompts.map(promptFile) }],
      outputs: [
        {
          id: 'caller',
          ...(video?.session.send && {
            video: {
              session: video.session.id,
              view: { layout: '1', siteIds: [], labels: false, background: 'blue', notice: lines },
              encoder: roomEncoder(video),
            },
          }),
          ...(audio?.send && { audio: { session: audio.id } }),
        },
      ],
    };
  }
}

function promptFile(name: PromptName): string {
  return path.join(projectRoot, 'server/conferences/ivr/prompts', `${name}.wav`);
}

function listOf(entries: readonly string[], key: string): AddressList {
  const list = new AddressList();
  for (const entry of entries) {
    if (!list.add(entry)) throw new UserError('bad-config', `${key}: ${entry} is no address and no range.`);
  }
  return list;
}
