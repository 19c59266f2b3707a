import type { LayoutName } from '../../sfu/layouts/layout.js';
import type { Arrow } from '../../sip-gateway/camera/room-camera.js';
import { actingAs } from './acting.js';
import { ChairKeys, type Chair } from './chair-keys.js';
import type { Conference } from './conference.js';
import type { SipSite } from './sip-site.js';
import { completeView } from './views/view-control.js';

/** What keys of a room's remote control may do; the configuration names the key of each (`sip.keys`). */
export interface ControlKeys {
  layoutPrevious: string;
  layoutNext: string;
  sitePrevious: string;
  siteNext: string;
  ownView: string;
  mute: string;
  help: string;
  chair: string;
  muteOthers: string;
  lock: string;
}

/** Those that look different in a room; all others are for the operator. */
const layouts: LayoutName[] = ['auto', '1', '4', '9', '5+1', '7+1', 'side-by-side', 'pip-bottom-right'];
const arrows = {
  left: 'sitePrevious',
  right: 'siteNext',
  up: 'layoutPrevious',
  down: 'layoutNext',
} as const satisfies Record<Arrow, keyof ControlKeys>;
/** ms: a word that is read in passing, and the help. */
const shortMs = 4_000;
const helpMs = 15_000;
const toldMs = 20_000;

/**
 * What a room does by its keys (RFC 4733 events, SIP INFO): it changes its own view and its own microphone, for which
 * no right is needed; and others' where it is chair. Each key is answered in the room's own picture.
 */
export class RoomControl {
  #timer: NodeJS.Timeout | undefined;
  readonly #actions: Record<keyof ControlKeys, () => void> = {
    layoutPrevious: () => this.#layout(-1),
    layoutNext: () => this.#layout(1),
    sitePrevious: () => this.#look(-1),
    siteNext: () => this.#look(1),
    ownView: () => this.#ownView(),
    mute: () => this.#mute(),
    help: () => this.#help(),
    chair: () => this.#chair.begin(),
    muteOthers: () => this.#chair.muteOthers(),
    lock: () => this.#chair.lock(),
  };
  readonly #chair: ChairKeys;

  constructor(
    private readonly conference: Conference,
    private readonly site: SipSite,
    private readonly keys: ControlKeys,
    chair: Chair,
  ) {
    this.#chair = new ChairKeys(conference, site, chair, (lines, forMs) => this.#say(lines, forMs));
  }

  press(digit: string): void {
    const [action] = Object.entries(this.keys).find(([, key]) => key === digit) ?? [];
    const { siteId, name } = this.site;
    actingAs({ kind: 'site', id: siteId, name }, () => {
      if (this.#chair.takes(digit) || action === undefined) return;
      this.#actions[action as keyof ControlKeys]();
    });
  }

  /** The room moves the camera that it sees, which is the conference's picture: the same as by keys, without their PINs. */
  arrow(arrow: Arrow): void {
    const { siteId, name } = this.site;
    actingAs({ kind: 'site', id: siteId, name }, () => this.#actions[arrows[arrow]]());
  }

  /** Text in its picture, for 20 s. */
  tell(lines: string[]): void {
    this.#say(lines, toldMs);
  }

  close(): void {
    this.#chair.close();
    clearTimeout(this.#timer);
  }

  #layout(step: number): void {
    const { views } = this.conference;
    const { siteId } = this.site;
    const { sites, conference } = views.state;
    const now = sites[siteId] ?? conference;
    // What is not in the list counts as its first: the next key leads on from there.
    const at = Math.max(0, layouts.indexOf(now.layout));
    const layout = layouts[(at + step + layouts.length) % layouts.length]!;
    views.watch(siteId, null);
    views.setSiteView(siteId, { ...now, layout });
    this.#say([`布局 ${layout} · Layout ${layout}`]);
  }

  /** One after the other: its own view, each other site alone, content where it is inside the picture. */
  #look(step: number): void {
    const { views, sites, presenter } = this.conference;
    const { siteId, takesContent } = this.site;
    const others = sites.filter(other => other.siteId !== siteId);
    const content = presenter !== null && presenter !== siteId && !takesContent ? ['content'] : [];
    const steps = ['', ...others.map(other => other.siteId), ...content];
    const view = views.state.sites[siteId];
    const now = isContentAlone(view) ? 'content' : (views.state.watching[siteId] ?? '');
    const next = steps[(Math.max(0, steps.indexOf(now)) + step + steps.length) % steps.length]!;
    if (now === 'content') views.setSiteView(siteId, null);
    views.watch(siteId, next === 'content' || next === '' ? null : next);
    if (next === 'content') views.setSiteView(siteId, completeView({ layout: '1', tiles: contentAlone }));
    const name = others.find(other => other.siteId === next)?.name;
    if (name !== undefined) this.#say([`观看 ${name} · Watching ${name}`]);
    else this.#say([next === 'content' ? '观看共享内容 · Shared content' : ownViewText]);
  }

  #ownView(): void {
    const { views } = this.conference;
    views.watch(this.site.siteId, null);
    views.setSiteView(this.site.siteId, null);
    this.#say([ownViewText]);
  }

  #mute(): void {
    this.site.setMuted(!this.site.muted);
    this.conference.note('sound', { siteId: this.site.siteId, ownMicrophone: !this.site.muted });
    this.#say([this.site.muted ? '麦克风已静音 · Microphone off' : '麦克风已打开 · Microphone on']);
  }

  #help(): void {
    const { layoutPrevious, layoutNext, sitePrevious, siteNext, ownView, mute, help } = this.keys;
    const { chair, muteOthers, lock } = this.keys;
    this.#say(
      [
        '遥控器按键 · Keys of the remote control',
        `${layoutPrevious} ${layoutNext}   切换布局 · layout`,
        `${sitePrevious} ${siteNext}   切换会场 · sites in turn`,
        `${ownView}   恢复画面 · back to the conference`,
        `${mute}   麦克风开关 · microphone`,
        `${help}   帮助 · this help`,
        ...(this.site.chair
          ? [`${muteOthers}   全体静音 · mute all others`, `${lock}   锁定会议 · lock`]
          : this.#chair.offered
            ? [`${chair}   主席密码 · PIN of the chair`]
            : []),
      ],
      helpMs,
    );
  }

  #say(lines: string[], forMs = shortMs): void {
    clearTimeout(this.#timer);
    this.site.notice = lines;
    this.#timer = setTimeout(() => {
      this.site.notice = undefined;
      this.conference.changed();
    }, forMs);
    this.conference.changed();
  }
}

const ownViewText = '会议画面 · Conference view';
const contentAlone = [{ kind: 'content' as const }];

function isContentAlone(view: { layout: string; tiles: { kind: string }[] } | undefined): boolean {
  return view?.layout === '1' && view.tiles[0]?.kind === 'content';
}
