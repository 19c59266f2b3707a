import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import type { Area } from '../layout/grid.js';
import { layOut } from '../layout/stage-layout.js';
import { mainTileOf, tilesOf, type Preference } from '../layout/tiles.js';
import type { LocalMedia } from '../media/local-media.js';
import type { Session } from '../session.js';
import './stage.css';
import { TileView } from './tile.js';

interface StageProps {
  session: Session;
  local: LocalMedia;
  view: Preference['view'];
  onQuality: (siteId: string) => void;
}

/** The pictures. Tiles keep their element when they move, so that nothing flickers. */
export function Stage({ session, local, view, onQuality }: StageProps) {
  const element = useRef<HTMLDivElement>(null);
  const area = useSignal<Area>({ width: 0, height: 0 });
  const pinnedKey = useSignal<string | null>(null);
  const page = useSignal(0);

  useEffect(() => {
    const { current: stage } = element;
    if (!stage) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) area.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    observer.observe(stage);
    return () => observer.disconnect();
  }, []);

  const { value: conference } = session.conference;
  if (!conference) return null;
  const { value: activeSpeaker } = session.activeSpeaker;
  const tiles = tilesOf(conference, session.siteId.value);
  const mainKey = mainTileOf(tiles, { view, pinnedKey: pinnedKey.value, activeSpeaker });
  const layout = layOut(tiles, mainKey, area.value, page.value);
  const alone = conference.sites.length === 1;
  // In the order of joining: an element that is moved within the page would stop playing.
  const inOrder = [...tiles].sort(
    (a, b) =>
      Number(a.source === 'content') - Number(b.source === 'content') ||
      conference.sites.indexOf(a.site) - conference.sites.indexOf(b.site),
  );

  return (
    <section
      class="stage"
      aria-label={t('room.stage')}
      data-testid="stage"
      data-layout={mainKey ? 'main' : 'grid'}
    >
      <div class="stage-area" ref={element}>
        {inOrder.map(tile => {
          const place = layout.places.get(tile.key);
          if (!place) return null;
          const { siteId } = tile.site;
          return (
            <TileView
              key={tile.key}
              tile={tile}
              place={place}
              session={session}
              local={local}
              isMain={layout.mainKey === tile.key}
              isSpeaking={tile.source === 'camera' && activeSpeaker === siteId && !alone}
              isPinned={pinnedKey.value === tile.key}
              onPin={() => (pinnedKey.value = pinnedKey.value === tile.key ? null : tile.key)}
              onQuality={() => onQuality(siteId)}
            />
          );
        })}
      </div>
      {alone && (
        <p class="stage-alone" role="status">
          <strong>{t('room.alone')}</strong> {t('room.alone.text')}
        </p>
      )}
      {layout.pager && (
        <div
          class="stage-pages"
          style={{
            left: `${layout.pager.left}px`,
            top: `${layout.pager.top}px`,
            width: `${layout.pager.width}px`,
            height: `${layout.pager.height}px`,
          }}
        >
          <IconButton
            icon="chevronLeft"
            label={t('room.page.previous')}
            disabled={layout.page === 0}
            onClick={() => (page.value = layout.page - 1)}
            tooltip="none"
          />
          <span class="figures">{t('room.page.of', { page: layout.page + 1, pages: layout.pages })}</span>
          <IconButton
            icon="chevronRight"
            label={t('room.page.next')}
            disabled={layout.page === layout.pages - 1}
            onClick={() => (page.value = layout.page + 1)}
            tooltip="none"
          />
        </div>
      )}
    </section>
  );
}
