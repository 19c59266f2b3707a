interface BarChartProps {
  title: string;
  /** Beside the title. */
  newest: string;
  /** Oldest first, with what is read of each. */
  bars: readonly { value: number; text: string }[];
}

const width = 160;
const height = 48;

/** A figure over days, weeks or months, small; a table beside it says the same in figures. */
export function BarChart({ title, newest, bars }: BarChartProps) {
  const top = Math.max(1, ...bars.map(({ value }) => value));
  const step = width / Math.max(1, bars.length);
  return (
    <figure class="bar-chart">
      <figcaption>
        {title} <strong class="figures">{newest}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ value, text }, n) => (
          <rect
            key={text}
            x={n * step + step * 0.15}
            width={step * 0.7}
            y={height - (value / top) * (height - 2)}
            height={(value / top) * (height - 2)}
          >
            <title>{text}</title>
          </rect>
        ))}
      </svg>
    </figure>
  );
}
