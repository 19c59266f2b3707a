import path from 'node:path';
import type { RoomPage } from '../harness/room-page.js';
import { difference, hueOf, meanColour, readPicture, type Region } from '../judge/picture.js';
import { people, type Cast } from './cast.js';
import type { Checks } from './checks.js';

const firstPictureMs = 20_000;
/** Between two looks at the same picture; test signals cross it every two seconds. */
const lookAgainMs = 700;

/** Every participant sees every other: the right colour at the right place, and it moves. Leaves screenshots. */
export async function checkSight(checks: Checks, cast: Cast, out: string): Promise<void> {
  const { surgeon, expert, room } = cast;
  await browserSees(checks, 'surgeon', surgeon, people.expert);
  await browserSees(checks, 'surgeon', surgeon, people.room);
  await browserSees(checks, 'expert', expert, people.surgeon);
  await browserSees(checks, 'expert', expert, people.room);
  await checks.attempt('the room sees both browsers side by side, and they move', async () => {
    const file = path.join(out, 'room-received.png');
    // The first picture may still show a participant's name while his picture is on its way.
    let found = '';
    for (const deadline = Date.now() + firstPictureMs; Date.now() < deadline;) {
      await room.snapshot(file);
      const first = await readPicture(file);
      await sleep(lookAgainMs);
      await room.snapshot(file);
      const second = await readPicture(file);
      const hues = [leftTile, rightTile].map(region => hueOf(meanColour(second, region)));
      const moved = difference(first, second);
      found = `${second.width}×${second.height}: ${hues.join(' | ')}, changed by ${moved.toFixed(1)}`;
      if (hues.join() === `${people.surgeon.hue},${people.expert.hue}` && moved > 0.5)
        return { held: true, found };
    }
    return { held: false, found };
  });
  await surgeon.participant.page.screenshot({ path: path.join(out, 'surgeon.png') });
  await expert.participant.page.screenshot({ path: path.join(out, 'expert.png') });
}

/** Upper parts of the tiles of a side-by-side layout, away from names and edges. */
const leftTile: Region = { x: 0.05, y: 0.32, width: 0.4, height: 0.2 };
const rightTile: Region = { x: 0.55, y: 0.32, width: 0.4, height: 0.2 };

async function browserSees(
  checks: Checks,
  who: string,
  page: RoomPage,
  whom: { name: string; hue: string },
): Promise<void> {
  await checks.attempt(`${who} sees ${whom.name} move`, async () => {
    await page.movingPicture(whom.name, firstPictureMs);
    let [tile, hue] = [await page.picture(whom.name), 'nothing'];
    // The flash that goes with the beep is white; a large machine load shows the first picture late.
    for (let look = 0; look < 10 && hue !== whom.hue; look++) {
      await sleep(lookAgainMs);
      tile = await page.picture(whom.name);
      hue = tile ? hueOf(tile.colour) : 'nothing';
    }
    return {
      held: hue === whom.hue,
      found: `${tile?.width}×${tile?.height}, ${hue}, ${tile?.frames} frames`,
    };
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
