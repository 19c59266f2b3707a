interface SignalChartProps {
  title: string;
  /** Oldest first; null: not known. */
  values: readonly (number | null)[];
  text: (value: number) => string;
  /** The scale reaches at least to here, so that small noise looks small. */
  atLeast: number;
  /** From here on it is too much: drawn as a line, and in red. */
  limit?: number;
}

const width = 160;
const height = 40;
/** Samples that fill the width: three minutes. */
const capacity = 90;

/** A figure over the last minutes, small, with its newest value in words. */
export function SignalChart({ title, values, text, atLeast, limit }: SignalChartProps) {
  const known = values.filter(value => value !== null);
  const top = Math.max(atLeast, ...known) * 1.1;
  const newest = known.at(-1);
  const y = (value: number) => height - (value / top) * height;
  const offset = capacity - values.length;
  const points = values.flatMap((value, n) =>
    value === null ? [] : [`${(((offset + n) / (capacity - 1)) * width).toFixed(1)},${y(value).toFixed(1)}`],
  );
  const isBad = newest !== undefined && limit !== undefined && newest > limit;
  return (
    <figure class={`signal-chart${isBad ? ' bad' : ''}`}>
      <figcaption>
        {title} <strong class="figures">{newest === undefined ? '–' : text(newest)}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {limit !== undefined && limit < top && (
          <line class="limit" x1="0" x2={width} y1={y(limit)} y2={y(limit)} />
        )}
        {points.length > 1 && <polyline points={points.join(' ')} />}
      </svg>
    </figure>
  );
}
