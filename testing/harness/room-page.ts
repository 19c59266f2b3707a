import type { Page } from 'playwright-core';
import type { Participant } from '../peers/chromium.js';
import type { ServerProcess } from './server-process.js';

export type Rgb = [red: number, green: number, blue: number];

/** What a tile shows now. */
export interface TilePicture {
  siteId: string;
  own: boolean;
  source: 'camera' | 'content';
  /** As in the label. */
  name: string;
  /** Of the stream, pixels; 0 before the first frame. */
  width: number;
  height: number;
  /** Frames shown since the stream began. */
  frames: number;
  /** Mean of the picture's upper half, where test signals are of one colour. */
  colour: Rgb;
}

const joinTimeoutMs = 20_000;

/** A person in the room page: joins as people do, by the page's own controls, and looks at what is shown. */
export class RoomPage {
  constructor(
    readonly participant: Participant,
    readonly name: string,
  ) {}

  /** Signs in on the start page, so that this person may record. */
  async signIn(server: ServerProcess): Promise<void> {
    const { page } = this.participant;
    await page.goto(server.url);
    const status = await page.evaluate(
      async token =>
        (
          await fetch('/api/v1/session', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token }),
          })
        ).status,
      server.token,
    );
    if (status !== 200) throw new Error(`the operator cannot sign in: ${status}`);
  }

  /** @param link the conference's: `/join/…` */
  async join(server: ServerProcess, link: string): Promise<void> {
    const { page } = this.participant;
    await page.goto(server.url + link);
    await page.getByTestId('name').fill(this.name);
    await page.getByTestId('join').click({ timeout: joinTimeoutMs });
    await page.getByTestId('room').waitFor({ timeout: joinTimeoutMs });
  }

  click(testId: string): Promise<void> {
    return this.participant.page.getByTestId(testId).first().click();
  }

  async leave(): Promise<void> {
    await this.click('leave');
  }

  /** Every tile as it is shown now. */
  tiles(): Promise<TilePicture[]> {
    return this.participant.page.evaluate<TilePicture[]>(tilesInPage);
  }

  /** The tile of the site of this name; undefined while there is none with a picture. */
  async picture(name: string, source: 'camera' | 'content' = 'camera'): Promise<TilePicture | undefined> {
    return (await this.tiles()).find(
      tile => tile.name.includes(name) && tile.source === source && tile.frames > 0,
    );
  }

  /** Resolves with the tile when it shows frames later than now. */
  async movingPicture(
    name: string,
    timeoutMs: number,
    source: 'camera' | 'content' = 'camera',
  ): Promise<TilePicture> {
    const deadline = Date.now() + timeoutMs;
    let first: TilePicture | undefined;
    for (;;) {
      const now = await this.picture(name, source);
      if (first === undefined || (now && now.frames < first.frames)) first = now;
      if (now && first && now.frames > first.frames + 2) return now;
      if (Date.now() > deadline)
        throw new Error(`${this.name} sees no moving picture of ${name} within ${timeoutMs} ms`);
      await sleep(50);
    }
  }
}

/** Resolves when the expression is true in the page. It is looked at from outside: the page's policy allows no eval. */
export async function until(page: Page, expression: string, timeoutMs = 10_000): Promise<void> {
  for (
    const deadline = Date.now() + timeoutMs;
    !(await page.evaluate<boolean>(expression));
    await sleep(50)
  ) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${expression}`);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/** Runs in the page; a text, since the page's types are not the server's. */
const tilesInPage = `
[...document.querySelectorAll('[data-testid=tile]')].map(tile => {
  const video = tile.querySelector('video');
  const result = {
    siteId: tile.dataset.siteId,
    own: tile.dataset.own === 'true',
    source: tile.dataset.source,
    name: tile.querySelector('.tile-name')?.textContent ?? '',
    width: video?.videoWidth ?? 0,
    height: video?.videoHeight ?? 0,
    frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    colour: [0, 0, 0],
  };
  if (!video || !video.videoWidth) return result;
  const canvas = document.createElement('canvas');
  canvas.width = 32;
  canvas.height = 18;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, 0, 0, 32, 18);
  const { data } = context.getImageData(0, 0, 32, 9);
  for (let at = 0; at < data.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) result.colour[channel] += data[at + channel] / (data.length / 4);
  }
  result.colour = result.colour.map(Math.round);
  return result;
})`;
