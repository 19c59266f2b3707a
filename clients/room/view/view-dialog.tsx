import { useEffect, useState } from 'preact/hooks';
import type { LayoutPicture, TileWish, ViewWish } from '../../../server/api/views.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { LayoutChoice } from '../../ui/layout-choice.js';
import { tell } from '../../ui/notice.js';
import type { Session } from '../session.js';
import './view-dialog.css';

const roundRobinS = 10;

/** What rooms and the recording see: for all, or for one site. Each choice holds at once. */
export function ViewDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const [layouts, setLayouts] = useState<LayoutPicture[]>([]);
  const [chosenSite, setSite] = useState('');
  useEffect(() => {
    call('listLayouts').then(setLayouts, (error: unknown) => tell('problem', errorText(error)));
  }, []);
  const conference = session.conference.value;
  if (!conference) return null;
  const { views, sites } = conference;
  // Who has left while the dialog was open is nobody's choice any more.
  const siteId = sites.some(site => site.siteId === chosenSite) ? chosenSite : '';
  const view = views.sites[siteId] ?? views.conference;
  const has = (action: Promise<unknown>) =>
    void action.catch((error: unknown) => tell('problem', errorText(error)));
  const change = (wish: Partial<ViewWish>) =>
    has(session.setView(siteId === '' ? undefined : siteId, { ...view, ...wish }));
  const options = sites
    .filter(site => site.siteId !== siteId)
    .map(site => ({ value: site.siteId, text: site.name }));

  return (
    <Dialog title={t('view.title')} onClose={onClose} testId="view-dialog">
      <div class="stack">
        <SelectField
          label={t('view.for')}
          value={siteId}
          options={[
            { value: '', text: t('view.for.all') },
            // A browser lays its pictures out itself: only rooms have a view.
            ...sites
              .filter(site => site.kind === 'sip')
              .map(site => ({ value: site.siteId, text: site.name })),
          ]}
          onChange={setSite}
          testId="view-for"
        />
        <LayoutChoice layouts={layouts} value={view.layout} onChange={layout => change({ layout })} />
        <SelectField
          label={t('view.first')}
          value={valueOf(view.tiles[0])}
          options={[
            { value: 'automatic', text: t('view.first.automatic') },
            { value: 'round-robin', text: t('view.first.round-robin', { seconds: roundRobinS }) },
            ...options,
          ]}
          onChange={value => change({ tiles: tilesFor(value, view.tiles.slice(1)) })}
          testId="view-first"
        />
        <SelectField
          label={t('view.fit')}
          value={view.fit}
          options={[
            { value: 'letterbox', text: t('view.fit.letterbox') },
            { value: 'crop', text: t('view.fit.crop') },
          ]}
          onChange={fit => change({ fit: fit === 'crop' ? 'crop' : 'letterbox' })}
        />
        <fieldset class="view-checks">
          <legend>{t('view.shows')}</legend>
          {(['content', 'labels', 'border', 'ownPicture'] as const).map(name => (
            <label key={name} class="view-check">
              <input
                type="checkbox"
                checked={view[name]}
                data-testid={`view-${name}`}
                onChange={event => change({ [name]: event.currentTarget.checked })}
              />
              {t(`view.${name}`)}
            </label>
          ))}
        </fieldset>
        {siteId === '' ? (
          <SelectField
            label={t('view.broadcast')}
            hint={t('view.broadcast.hint')}
            value={views.broadcast ?? ''}
            options={[{ value: '', text: t('view.nobody') }, ...options]}
            onChange={value => has(session.broadcast(value === '' ? null : value))}
            testId="view-broadcast"
          />
        ) : (
          <SelectField
            label={t('view.watch')}
            value={views.watching[siteId] ?? ''}
            options={[{ value: '', text: t('view.nobody') }, ...options]}
            onChange={value => has(session.watch(siteId, value === '' ? null : value))}
            testId="view-watch"
          />
        )}
        {views.sites[siteId] && (
          <Button onClick={() => has(session.setView(siteId, null))}>{t('view.asAll')}</Button>
        )}
      </div>
    </Dialog>
  );
}

function valueOf(tile: TileWish | undefined): string {
  if (tile?.kind === 'site') return tile.siteId;
  return tile?.kind === 'round-robin' ? 'round-robin' : 'automatic';
}

/** The further tiles keep their places; without any, automatic is no wish at all. */
function tilesFor(value: string, further: TileWish[]): TileWish[] {
  if (value === 'automatic') return further.length === 0 ? [] : [{ kind: 'speech' }, ...further];
  if (value === 'round-robin') return [{ kind: 'round-robin', everyS: roundRobinS }, ...further];
  return [{ kind: 'site', siteId: value }, ...further];
}
