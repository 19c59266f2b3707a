import { useId } from 'preact/hooks';
import type { LayoutPicture } from '../../server/api/views.js';
import { t } from './i18n/language.js';
import type { PlainKey } from './i18n/translate.js';
import './layout-choice.css';

const named: Partial<Record<LayoutPicture['layout'], PlainKey>> = {
  auto: 'layout.auto',
  'side-by-side': 'layout.side-by-side',
  'pip-top-left': 'layout.pip-top-left',
  'pip-top-right': 'layout.pip-top-right',
  'pip-bottom-left': 'layout.pip-bottom-left',
  'pip-bottom-right': 'layout.pip-bottom-right',
  pop: 'layout.pop',
  lecture: 'layout.lecture',
  'content-strip': 'layout.content-strip',
};
/** Layouts by picture, as a group of radio buttons with pictures: arrows move, as everywhere. */
export function LayoutChoice(props: {
  layouts: LayoutPicture[];
  value: string;
  onChange: (layout: LayoutPicture['layout']) => void;
}) {
  const group = useId();
  return (
    <fieldset class="layout-choice" data-testid="layouts">
      <legend>{t('view.layout')}</legend>
      {props.layouts.map(({ layout, tiles }) => (
        <label key={layout} class="layout-option">
          <input
            type="radio"
            name={group}
            checked={layout === props.value}
            data-testid={`layout-${layout}`}
            onChange={() => props.onChange(layout)}
          />
          <svg viewBox="0 0 160 90" aria-hidden="true">
            {tiles.map(({ x, y, width, height }, n) => (
              <rect
                key={n}
                x={x * 160 + 1}
                y={y * 90 + 1}
                width={width * 160 - 2}
                height={height * 90 - 2}
                rx="2"
              />
            ))}
          </svg>
          <span>{layoutName(layout)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** In the page's language; the numbers speak for themselves. */
export function layoutName(layout: LayoutPicture['layout']): string {
  const key = named[layout];
  return key ? t(key) : layout;
}
