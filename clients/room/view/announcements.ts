import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../ui/i18n/language.js';
import { tell } from '../../ui/notice.js';
import type { LocalMedia } from '../media/local-media.js';
import type { Session } from '../session.js';
import { useSoundLevel } from './device-choice.js';
import { problemText } from './device-problem.js';

/** In a larger conference coming and going is not worth an announcement. */
const announcedUpTo = 12;

/** Tells in passing what happens: who comes and goes, recording, devices, speaking with the microphone off. */
export function useAnnouncements(session: Session, local: LocalMedia): void {
  useSites(session);
  useRecording(session);
  useMutedSpeaking(local);
  useEffect(() => {
    local.onIncident = incident => {
      if (incident.type === 'content-ended') tell('info', t('room.share.ended'));
      else if (incident.type === 'content-taken') tell('info', t('room.share.taken'));
      else if (incident.type === 'problem') {
        tell('problem', problemText(incident.kind, incident.problem));
      } else if (incident.kind === 'camera') {
        tell('problem', t('device.camera.unplugged', { label: incident.label }));
      } else if (incident.replacedBy === undefined) {
        tell('problem', t('device.microphone.unplugged', { label: incident.label }));
      } else {
        const { label, replacedBy: replacement } = incident;
        tell('warning', t('device.microphone.replaced', { label, replacement }));
      }
    };
    return () => {
      local.onIncident = () => undefined;
    };
  }, [local]);
}

function useSites(session: Session): void {
  const before = useRef<Map<string, string> | null>(null);
  useEffect(
    () =>
      session.conference.subscribe(conference => {
        if (!conference) return;
        const now = new Map(conference.sites.map(site => [site.siteId, site.name]));
        const { current: known } = before;
        before.current = now;
        // Our own id changes when our place was lost meanwhile: then all is new.
        const own = session.siteId.peek();
        if (!known || (own !== null && !known.has(own)) || now.size > announcedUpTo) return;
        for (const [siteId, name] of now) {
          if (!known.has(siteId)) tell('info', t('room.site.joined', { name }));
        }
        for (const [siteId, name] of known) {
          if (!now.has(siteId)) tell('info', t('room.site.left', { name }));
        }
      }),
    [session],
  );
}

function useRecording(session: Session): void {
  const before = useRef(false);
  useEffect(
    () =>
      session.conference.subscribe(conference => {
        if (!conference) return;
        const now = conference.recording !== null;
        if (now && !before.current) tell('info', t('room.recording.notice'));
        if (!now && before.current) tell('info', t('room.recording.over'));
        before.current = now;
      }),
    [session],
  );
}

/** Louder than this for so long is speech, and not a chair. */
const speechLevel = 0.55;
const speechMs = 700;
const remindAgainMs = 30_000;

function useMutedSpeaking(local: LocalMedia): void {
  const muted = !local.microphone.on.value;
  const level = useSoundLevel(muted ? local.microphone.track.value : null);
  useEffect(() => {
    if (!level) return;
    let since = 0;
    let quietUntil = 0;
    return level.level.subscribe(value => {
      const now = performance.now();
      if (value < speechLevel) since = 0;
      else if (since === 0) since = now;
      else if (now - since > speechMs && now > quietUntil) {
        quietUntil = now + remindAgainMs;
        tell('warning', t('room.mutedSpeaking'));
      }
    });
  }, [level]);
}
