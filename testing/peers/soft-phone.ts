import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../base/project.js';
import { until } from '../harness/room-page.js';
import type { Chromium, Participant, VirtualCamera } from './chromium.js';

export interface SoftPhoneOptions {
  /** `https://HOST:PORT` of the server; the page comes from there, and so does its WebSocket. */
  url: string;
  /** Of its account. */
  name: string;
  password: string;
  camera: VirtualCamera;
  video?: boolean;
  /** Keys by SIP INFO instead of RFC 4733. */
  dtmfByInfo?: boolean;
}

const page = `<!doctype html><meta charset="utf-8"><title>Soft-phone</title>
<div data-testid="tile"><video autoplay playsinline></video></div>
<script type="module" src="/soft-phone/soft-phone.page.js"></script>`;

/** SIP.js in a page of a real Chromium, over WSS: a soft-phone as others build it. */
export class SoftPhone {
  private constructor(
    readonly participant: Participant,
    private readonly host: string,
  ) {}

  static async open(chromium: Chromium, options: SoftPhoneOptions): Promise<SoftPhone> {
    const { url, camera, ...settings } = options;
    const { host, hostname } = new URL(url);
    const participant = await chromium.participant({ camera });
    // The page and SIP.js' modules as they are in its package, as if the server had them.
    await participant.context.route(`${url}/soft-phone/**`, async (route, request) => {
      const name = new URL(request.url()).pathname.replace('/soft-phone/', '');
      if (name === '') return route.fulfill({ contentType: 'text/html', body: page });
      const file = name.startsWith('sip.js/')
        ? path.join(projectRoot, 'node_modules/sip.js/lib', name.slice('sip.js/'.length))
        : path.join(projectRoot, 'testing/peers', name);
      return route.fulfill({ contentType: 'text/javascript', body: await readFile(file) });
    });
    const phone = new SoftPhone(participant, hostname);
    await participant.page.goto(`${url}/soft-phone/`);
    await until(participant.page, `document.body.dataset.ready === 'true'`);
    const start = { ...settings, server: `wss://${host}/sip`, aor: `sip:${settings.name}@amphi` };
    await phone.run(`softPhone.start(${JSON.stringify(start)})`);
    return phone;
  }

  /** Anything of SIP.js' SimpleUser: `hold()`, `sendDTMF("1")`. */
  user(call: string): Promise<unknown> {
    return this.run(`softPhone.user.${call}`);
  }

  /** Resolves when the call is answered. @throws when it is not */
  async dial(number: string): Promise<void> {
    await this.user(`call("sip:${number}@${this.host}")`);
    await this.event('answered');
  }

  /** Resolves once it has come that often. */
  event(name: string, times = 1): Promise<void> {
    const count = `softPhone.events.filter(event => event === '${name}').length`;
    return until(this.participant.page, `${count} >= ${times}`);
  }

  events(): Promise<string[]> {
    return this.participant.page.evaluate('softPhone.events');
  }

  colour(): Promise<[number, number, number] | null> {
    return this.participant.page.evaluate('softPhone.colour()');
  }

  run(expression: string): Promise<unknown> {
    return this.participant.page.evaluate(expression);
  }
}
