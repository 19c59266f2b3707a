import type { QualityLevel } from '../../server/api/signalling.js';
import { t } from './i18n/language.js';
import './quality-badge.css';

const barsLit: Record<QualityLevel, number> = { good: 3, fair: 2, poor: 1, lost: 0, unknown: 0 };

/** The quality of a connection: bars, and the word where `withWord`. */
export function QualityBadge({ level, withWord }: { level: QualityLevel; withWord: boolean }) {
  return (
    <span class={`quality ${level}`} data-quality={level}>
      <svg viewBox="0 0 16 14" width="16" height="14" aria-hidden="true">
        {[0, 1, 2].map(bar => (
          <rect
            key={bar}
            class={bar < barsLit[level] ? 'lit' : 'dim'}
            x={1 + bar * 5}
            y={9 - bar * 4}
            width="3.5"
            height={4 + bar * 4}
            rx="1"
          />
        ))}
      </svg>
      <span class={withWord ? undefined : 'visually-hidden'}>{t(`quality.${level}`)}</span>
    </span>
  );
}
