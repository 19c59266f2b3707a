import { useEffect, useRef, useState } from 'preact/hooks';
import type { QualityLevel } from '../../../server/api/signalling.js';
import { IconButton } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { QualityBadge } from '../../ui/quality-badge.js';
import type { Rectangle } from '../layout/grid.js';
import type { Tile } from '../layout/tiles.js';
import type { LocalMedia } from '../media/local-media.js';
import type { Session } from '../session.js';
import { pageVisible } from './page-visible.js';
import './tile.css';
import { TrackVideo } from './track-media.js';

interface TileViewProps {
  tile: Tile;
  place: Rectangle;
  session: Session;
  local: LocalMedia;
  isMain: boolean;
  isSpeaking: boolean;
  isPinned: boolean;
  onPin: () => void;
  onQuality: () => void;
}

/** Below this width a tile has no room for words beside the name. In CSS pixels. */
const narrowWidth = 230;
/** Below this height the figure in the middle would meet the name. */
const lowHeight = 190;

export function TileView(props: TileViewProps) {
  const { tile, place, session, local, isMain, isSpeaking, isPinned, onPin, onQuality } = props;
  const { site, source, isOwn, video, microphone } = tile;
  const track = useTileTrack(tile, session, local, place.height);
  const [hasPicture, setHasPicture] = useState(false);
  useEffect(() => setHasPicture(false), [track]);

  const muted = isOwn ? !sounds(local) : !microphone || microphone.paused;
  const level: QualityLevel =
    site.connection === 'reconnecting' ? 'lost' : (session.quality.value[site.siteId]?.level ?? 'unknown');
  const name =
    source === 'content'
      ? isOwn
        ? t('room.tile.ownContent')
        : t('room.tile.content', { name: site.name })
      : isOwn
        ? t('room.tile.you', { name: site.name })
        : site.name;
  const refused = video !== undefined && session.subscriber.refused.value.has(video.producerId);
  const shown = track !== null && !refused;
  const narrow = place.width < narrowWidth;
  const low = place.height < lowHeight;
  const veiled = site.connection !== 'connected' && !isOwn;

  return (
    <figure
      class={`tile on-screen ${source}${isSpeaking ? ' speaking' : ''}${narrow ? ' narrow' : ''}${low ? ' low' : ''}`}
      style={{
        left: `${place.left}px`,
        top: `${place.top}px`,
        width: `${place.width}px`,
        height: `${place.height}px`,
      }}
      aria-label={name}
      // A finger has no hover: touching a picture makes it large and small again.
      onClick={event => {
        const onControl = (event.target as Element).closest('button');
        if (!onControl && (event as unknown as PointerEvent).pointerType === 'touch') onPin();
      }}
      data-testid="tile"
      data-site-id={site.siteId}
      data-source={source}
      data-own={isOwn}
      data-main={isMain}
      data-speaking={isSpeaking}
      data-muted={muted}
      data-picture={shown && hasPicture}
    >
      {shown && (
        <TrackVideo
          track={track}
          label={name}
          mirrored={isOwn && source === 'camera'}
          onPicture={() => setHasPicture(true)}
        />
      )}
      {!(shown && hasPicture) && !veiled && (
        <div class="tile-empty">
          <span class="tile-figure">
            <Icon name={site.kind === 'sip' ? 'room' : 'person'} size={low ? 24 : 40} />
          </span>
          {!low && <span>{emptyText(tile, refused, shown)}</span>}
        </div>
      )}
      {veiled && (
        <div class="tile-veil">
          <span class="spinner" aria-hidden="true" />
          {!narrow && t(site.connection === 'connecting' ? 'room.tile.connecting' : 'room.tile.reconnecting')}
        </div>
      )}
      <figcaption class="tile-label">
        {source === 'camera' && muted && (
          <span class="tile-muted" title={t('room.tile.muted')}>
            <Icon name="microphoneOff" size={15} />
            <span class="visually-hidden">{t('room.tile.muted')}</span>
          </span>
        )}
        <span class="tile-name">{name}</span>
        {source === 'camera' && (
          <button
            type="button"
            class="tile-quality"
            onClick={onQuality}
            aria-label={t('quality.label', { name: site.name, level: t(`quality.${level}`) })}
            data-testid="tile-quality"
          >
            <QualityBadge level={level} withWord={!narrow && (level === 'fair' || level === 'poor')} />
          </button>
        )}
      </figcaption>
      <div class="tile-tools">
        <IconButton
          icon={isPinned ? 'shrink' : 'enlarge'}
          label={isPinned ? t('room.tile.unpin') : t('room.tile.pin')}
          pressed={isPinned}
          onClick={onPin}
          tooltip="none"
          testId="pin"
        />
      </div>
      {isSpeaking && <span class="visually-hidden">{t('room.tile.speaking')}</span>}
    </figure>
  );
}

function sounds(local: LocalMedia): boolean {
  return local.microphone.on.value && local.microphone.track.value !== null;
}

function emptyText(tile: Tile, refused: boolean, coming: boolean): string {
  if (refused) return t('room.tile.refused');
  if (coming || (tile.video && !tile.video.paused)) return t('room.tile.connecting');
  return t('room.tile.cameraOff');
}

/**
 * The track that the tile shows; null when there is none. While the tile is on screen its stream is subscribed
 * to, in the layer that fits its height.
 */
function useTileTrack(
  tile: Tile,
  session: Session,
  local: LocalMedia,
  height: number,
): MediaStreamTrack | null {
  const viewer = useRef({});
  const producerId = tile.isOwn ? undefined : tile.video?.producerId;
  const pixels = pageVisible.value ? Math.round(height * devicePixelRatio) : 0;
  useEffect(() => {
    if (producerId === undefined || pixels === 0) return;
    const who = viewer.current;
    session.subscriber.show(producerId, who, pixels);
    return () => session.subscriber.hide(producerId, who);
  }, [producerId, pixels, session]);
  if (tile.isOwn) return tile.source === 'camera' ? local.camera.track.value : local.content.value;
  if (producerId === undefined || tile.video?.paused) return null;
  return session.subscriber.tracks.value.get(producerId) ?? null;
}
