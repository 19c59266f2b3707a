import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { projectRoot } from '../../base/project.js';
import { Scope } from '../../base/scope.js';

/** What a participant's camera, microphone and screen show. */
export interface VirtualCamera {
  /** CSS colour of the picture. */
  colour: string;
  /** Written into the picture. */
  label?: string;
  /** Pixels and frames a second; a whole number, so that a frame lies on each second. Default 1280×720 at 30. */
  width?: number;
  height?: number;
  fps?: number;
  /** Quiet steady tone; 0 for none. */
  toneHz?: number;
  /** Amplitude of the tone, 0–1. Default 0.1. */
  toneLevel?: number;
  /** Once a second a beep of this frequency and a white picture begin together, for 100 ms. Default 0: neither. */
  beepHz?: number;
  /** Every picture says its number, all over (`frame-stamp.ts`), instead of all else. */
  stamped?: boolean;
  /** What sharing a screen shows. Default orange, 1920×1080 at 15. */
  contentColour?: string;
  contentWidth?: number;
  contentHeight?: number;
}

const cameraDefaults: Required<Omit<VirtualCamera, 'colour'>> = {
  label: '',
  width: 1280,
  height: 720,
  fps: 30,
  toneHz: 0,
  toneLevel: 0.1,
  beepHz: 0,
  stamped: false,
  contentColour: '#e08010',
  contentWidth: 1920,
  contentHeight: 1080,
};

export interface ChromiumOptions {
  /** Files that Chromium plays as its devices, for every page without a camera of its own: a .y4m and a .wav. */
  fakeVideoFile?: string;
  fakeAudioFile?: string;
  /** More command-line switches. */
  switches?: string[];
}

export interface ParticipantOptions {
  /** IANA; the machine's by default. */
  timeZone?: string;
  camera?: VirtualCamera;
  viewport?: { width: number; height: number };
  /** BCP 47. Default en-GB. */
  locale?: string;
  colourScheme?: 'light' | 'dark';
  /** A phone: touch, and a page that is told so. */
  mobile?: boolean;
}

/** One browser process, hidden; participants are contexts in it with cookies and storage of their own. */
export class Chromium {
  readonly #scope = new Scope();

  private constructor(readonly browser: Browser) {
    this.#scope.onClose(() => browser.close());
  }

  /** Needs Debian's chromium, or another one named by the environment's CHROMIUM_BIN. */
  static async start(options: ChromiumOptions = {}): Promise<Chromium> {
    const browser = await chromium.launch({
      executablePath: chromiumBinary(),
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
        ...(options.fakeVideoFile ? [`--use-file-for-fake-video-capture=${options.fakeVideoFile}`] : []),
        ...(options.fakeAudioFile ? [`--use-file-for-fake-audio-capture=${options.fakeAudioFile}`] : []),
        ...(options.switches ?? []),
      ],
    });
    return new Chromium(browser);
  }

  /** A page of somebody new. It takes any certificate, and may use camera and microphone without being asked. */
  async participant(options: ParticipantOptions = {}): Promise<Participant> {
    const context = await this.browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: options.viewport ?? { width: 1280, height: 800 },
      locale: options.locale ?? 'en-GB',
      colorScheme: options.colourScheme ?? 'light',
      ...(options.timeZone !== undefined && { timezoneId: options.timeZone }),
      permissions: ['camera', 'microphone'],
      ...(options.mobile && { isMobile: true, hasTouch: true }),
    });
    if (options.camera) {
      const settings = { ...cameraDefaults, ...options.camera };
      await context.addInitScript({
        content: `globalThis.virtualCamera = ${JSON.stringify(settings)};\n${pageScript('virtual-camera')}`,
      });
    }
    return new Participant(context, await context.newPage());
  }

  /** Closes every participant as well. */
  close(): Promise<void> {
    return this.#scope.close();
  }
}

/** One person's page, with everything that went wrong in it. */
export class Participant {
  /** Console errors and uncaught exceptions, with where they came from. Empty is what a test wants. */
  readonly errors: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    context.on('page', opened => this.#watch(opened));
    this.#watch(page);
  }

  /** Listens to what the page plays (every element that is neither paused nor muted), as 16-bit mono at 48 kHz. */
  async listen(durationMs: number): Promise<{ sampleRate: number; samples: Int16Array; elements: number }> {
    const heard = await this.page.evaluate<{ sampleRate: number; pcm: string; elements: number }>(
      `${pageScript('ears')}\nvirtualEars(${durationMs});`,
    );
    const bytes = Uint8Array.from(Buffer.from(heard.pcm, 'base64'));
    return {
      sampleRate: heard.sampleRate,
      samples: new Int16Array(bytes.buffer),
      elements: heard.elements,
    };
  }

  /**
   * Looks at every picture of the n-th video that is not the page's own: the brightness (0–255) of 16 × 8 places,
   * row by row, at the middle of each cell; times from the beginning.
   */
  async watch(durationMs: number, n = 0): Promise<{ atMs: number; luma: number[] }[]> {
    return this.page.evaluate(`${pageScript('eyes')}\nvirtualEyes(${durationMs}, ${n});`);
  }

  close(): Promise<void> {
    return this.context.close();
  }

  #watch(page: Page): void {
    page.on('pageerror', error => this.errors.push(`exception: ${error.stack ?? error.message}`));
    page.on('console', message => {
      const { url, lineNumber } = message.location();
      if (message.type() === 'error') this.errors.push(`${message.text()} (${url}:${lineNumber})`);
    });
    page.on('crash', () => this.errors.push('the page crashed'));
  }
}

function chromiumBinary(): string {
  const named = process.env['CHROMIUM_BIN'];
  const found = [named, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    candidate => candidate !== undefined && existsSync(candidate),
  );
  if (!found) throw new Error('no Chromium: install the Debian package chromium, or set CHROMIUM_BIN');
  return found;
}

/** The page's own language is JavaScript with a DOM, which the server's compiler knows nothing of: plain files. */
function pageScript(name: 'virtual-camera' | 'ears' | 'eyes'): string {
  return readFileSync(path.join(projectRoot, 'testing', 'peers', `${name}.page.js`), 'utf8');
}
