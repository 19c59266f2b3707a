import path from 'node:path';
import { Scope } from '../../base/scope.js';
import { RoomPage } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Baresip } from '../peers/baresip.js';
import { Chromium } from '../peers/chromium.js';
import { makePicture } from '../peers/clips.js';

/** Who takes part: what each shows and sounds like, so that it can be recognised at every other. */
export const people = {
  surgeon: { name: 'Dr. Wang 王', colour: '#c02020', hue: 'red', toneHz: 440, beepHz: 3000 },
  expert: { name: 'Prof. Li 李', colour: '#18a030', hue: 'green', toneHz: 620, beepHz: 0 },
  room: { name: 'OR-3', colour: '0x2040d0', hue: 'blue', toneHz: 880 },
} as const;

/** The size that the participants send, so that three encoders and an MCU fit into two cores. */
const camera = { width: 640, height: 360, fps: 30 };

/** Longer than anybody stays: at its end baresip sends nothing for some seconds before it begins again. */
const clipSeconds = 200;

/** Server, two browsers and a room, in one conference. */
export interface Cast {
  server: ServerProcess;
  conferenceId: string;
  link: string;
  sipUri: string;
  chromium: Chromium;
  surgeon: RoomPage;
  expert: RoomPage;
  room: Baresip;
}

/** Starts everybody and brings them into one conference; `scope` closes them. */
export async function gather(
  scope: Scope,
  options: { folder: string; recordingsDir?: string; say: (line: string) => void },
): Promise<Cast> {
  const { folder, say } = options;
  const dataDir = path.join(folder, 'data');
  const server = scope.own(await ServerProcess.start({ dataDir, logFile: path.join(folder, 'server.log') }));
  say(`server: ${server.url}, SIP port ${server.sipPort}`);
  const { conferenceId, link, number } = await server.createConference({
    title: 'Liver resection, second opinion',
  });

  const chromium = scope.own(await Chromium.start());
  const join = async (
    person: (typeof people)['surgeon' | 'expert'],
    mayRecord: boolean,
  ): Promise<RoomPage> => {
    const { name, colour, toneHz, beepHz } = person;
    const participant = await chromium.participant({
      camera: { ...camera, label: name, colour, toneHz, beepHz },
    });
    const page = new RoomPage(participant, name);
    if (mayRecord) await page.signIn(server);
    await page.join(server, link);
    say(`${name} has joined from a browser`);
    return page;
  };
  const surgeon = await join(people.surgeon, true);
  const expert = await join(people.expert, false);

  const clip = path.join(folder, 'room.mp4');
  await makePicture(clip, {
    colour: people.room.colour,
    width: 640,
    height: 360,
    fps: 25,
    seconds: clipSeconds,
  });
  const room = scope.own(
    await Baresip.start({
      user: people.room.name,
      clip,
      toneHz: people.room.toneHz,
      picture: { width: 640, height: 360, frameRate: 25 },
    }),
  );
  const sipUri = `sip:${number}@127.0.0.1:${server.sipPort}`;
  await room.dial(sipUri);
  say(`${people.room.name} has dialled ${sipUri}`);
  return { server, conferenceId, link, sipUri, chromium, surgeon, expert, room };
}
