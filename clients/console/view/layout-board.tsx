import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { LayoutPicture, ViewWish } from '../../../server/api/views.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { LayoutChoice, layoutName } from '../../ui/layout-choice.js';
import { tell } from '../../ui/notice.js';
import type { BoardConference } from '../board.js';
import { draggedSite } from '../dragging.js';
import { act, isPending } from '../pending.js';
import { choiceOf, withTile, type TileChoice } from '../tile-wishes.js';

let known: Promise<LayoutPicture[]> | undefined;

/**
 * What rooms and the recording see, as a picture: each tile takes a site that is dropped on it, or the choice in its
 * list, which a keyboard and a phone reach as well.
 */
export function LayoutBoard({ conference }: { conference: BoardConference }) {
  const { conferenceId } = conference;
  const [layouts, setLayouts] = useState<LayoutPicture[]>([]);
  const choosing = useSignal(false);
  useEffect(() => {
    known ??= call('listLayouts');
    known.then(setLayouts, (error: unknown) => {
      known = undefined;
      tell('problem', errorText(error));
    });
  }, []);
  /** Shown at once; the newest that was chosen while another was on its way is sent next. */
  const wished = useSignal<ViewWish | null>(null);
  const view = wished.value ?? conference.views.value?.conference;
  if (!view) return null;
  const key = `view ${conferenceId}`;
  const change = async (wish: ViewWish) => {
    const isSending = wished.peek() !== null;
    wished.value = wish;
    if (isSending) return;
    for (let sent: ViewWish | null = null, done = true; done && sent !== wished.peek();) {
      sent = wished.peek()!;
      done = await act(key, () => send(conference, sent));
    }
    wished.value = null;
  };
  const tiles = layouts.find(({ layout }) => layout === view.layout)?.tiles ?? [];
  return (
    <section class="layout-board" aria-label={t('view.title')}>
      <header class="layout-board-head">
        <h2>{t('console.seen')}</h2>
        <Button
          tone="quiet"
          icon="grid"
          busy={isPending(key)}
          onClick={() => (choosing.value = true)}
          testId="choose-layout"
        >
          {t('view.layout')}: {layoutName(view.layout)}
        </Button>
      </header>
      <div class="board" data-testid="board" data-layout={view.layout}>
        {tiles.map((tile, place) => (
          <BoardTile
            key={place}
            place={place}
            at={tile}
            choice={choiceOf(view.tiles[place])}
            conference={conference}
            onChoose={choice => void change(withTile(view, place, choice))}
          />
        ))}
      </div>
      <p class="quiet layout-hint">{t('console.drag')}</p>
      {choosing.value && (
        <Dialog title={t('view.layout')} onClose={() => (choosing.value = false)} testId="layout-dialog">
          <LayoutChoice
            layouts={layouts}
            value={view.layout}
            onChange={layout => void change({ ...view, layout })}
          />
        </Dialog>
      )}
    </section>
  );
}

/** The answer is shown until the event says the same, so that nothing jumps back. */
async function send({ conferenceId, views }: BoardConference, wish: ViewWish): Promise<void> {
  const answer = await call('setView', { params: { conferenceId }, body: wish });
  const now = views.peek();
  if (now) views.value = { ...now, conference: answer };
}

function BoardTile(props: {
  place: number;
  at: LayoutPicture['tiles'][number];
  choice: TileChoice;
  conference: BoardConference;
  onChoose: (choice: TileChoice) => void;
}) {
  const { place, at, choice, conference, onChoose } = props;
  const over = useSignal(false);
  const sites = conference.sites.value;
  const siteId = choice.startsWith('site:') ? choice.slice(5) : null;
  const name = sites.find(site => site.siteId === siteId)?.name;
  const percent = (fraction: number) => `${(fraction * 100).toFixed(3)}%`;
  return (
    <div
      class={`board-tile${over.value ? ' over' : ''}${siteId === null ? '' : ' taken'}`}
      style={{
        left: percent(at.x),
        top: percent(at.y),
        width: percent(at.width),
        height: percent(at.height),
      }}
      data-testid="tile"
      data-place={place}
      data-choice={choice}
      draggable={siteId !== null}
      onDragStart={() => (draggedSite.value = siteId)}
      onDragEnd={() => (draggedSite.value = null)}
      onDragOver={event => {
        if (draggedSite.peek() === null) return;
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={event => {
        event.preventDefault();
        over.value = false;
        const dropped = draggedSite.peek();
        draggedSite.value = null;
        if (dropped !== null) onChoose(`site:${dropped}`);
      }}
    >
      <span class="board-name" aria-hidden="true">
        {choice === 'round-robin' && <Icon name="speed" size={14} />}
        {name ??
          t(`tile.${siteId === null ? (choice as Exclude<TileChoice, `site:${string}`>) : 'automatic'}`)}
      </span>
      <select
        class="board-choice"
        aria-label={t('console.tile', { place: place + 1 })}
        value={choice}
        onChange={event => onChoose(event.currentTarget.value as TileChoice)}
        data-testid="tile-choice"
      >
        {(['automatic', 'speech', 'round-robin', 'chair', 'content', 'empty'] as const).map(kind => (
          <option key={kind} value={kind}>
            {t(`tile.${kind}`)}
          </option>
        ))}
        <optgroup label={t('room.people')}>
          {sites.map(site => (
            <option key={site.siteId} value={`site:${site.siteId}`}>
              {site.name}
            </option>
          ))}
        </optgroup>
      </select>
    </div>
  );
}
