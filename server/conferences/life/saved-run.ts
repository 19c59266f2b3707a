import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { RecordingState } from '../../api/signalling.js';
import { SiteSound } from '../../api/sound.js';
import { ConferenceViews } from '../../api/views.js';

const SavedSite = Type.Object({
  siteId: Type.String(),
  name: Type.String(),
  kind: Type.Enum(['webrtc', 'sip']),
  joinedAt: Type.String(),
  sound: SiteSound,
  /** Of a browser: hashes of what lets it take its place again. */
  secretHashes: Type.Array(Type.String()),
  /** Of a room: its call, and whether it has muted itself. */
  callId: Type.Union([Type.String(), Type.Null()]),
  muted: Type.Boolean(),
  chair: Type.Optional(Type.Boolean()),
});
export type SavedSite = Static<typeof SavedSite>;

/** What of a running conference outlives the server: who is in it, what was chosen, what is recorded. */
export const SavedRun = Type.Object({
  sites: Type.Array(SavedSite),
  views: ConferenceViews,
  recording: Type.Union([RecordingState, Type.Null()]),
});
export type SavedRun = Static<typeof SavedRun>;

const check = Compile(SavedRun);

/** Null when another version has written it. */
export function parseRun(text: string | null): SavedRun | null {
  if (text === null) return null;
  const run: unknown = JSON.parse(text);
  return check.Check(run) ? run : null;
}
