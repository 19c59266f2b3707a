export interface Curve {
  name: string;
  colour: string;
  points: readonly (readonly [x: number, y: number])[];
}

const width = 900;
const height = 220;
const left = 60;
const top = 24;

/** Curves above each other, as an SVG of charts with their own scale from 0; x in minutes. */
export function chartSvg(charts: readonly { title: string; curves: readonly Curve[] }[]): string {
  const drawn = charts.map(({ title, curves }, n) => drawChart(title, curves, n * (height + 2 * top)));
  const total = charts.length * (height + 2 * top) + top;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width + left + 20}" height="${total}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>${drawn.join('')}</svg>\n`;
}

function drawChart(title: string, curves: readonly Curve[], offset: number): string {
  const all = curves.flatMap(({ points }) => points);
  const mostX = Math.max(1e-6, ...all.map(([x]) => x));
  const mostY = Math.max(1e-6, ...all.map(([, y]) => y)) * 1.1;
  const x = (value: number) => (left + (value / mostX) * width).toFixed(1);
  const y = (value: number) => (offset + top + height - (value / mostY) * height).toFixed(1);
  const lines = [0, 0.25, 0.5, 0.75, 1].map(share => {
    const value = mostY * share;
    return `<path d="M${left} ${y(value)}h${width}" stroke="#ddd"/><text x="4" y="${y(value)}">${value.toPrecision(3)}</text>`;
  });
  const paths = curves.map(({ name, colour, points }, n) => {
    const path = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    const label = `<text x="${left + 200 + n * 110}" y="${offset + top - 6}" fill="${colour}">${name}</text>`;
    return `<path d="${path}" fill="none" stroke="${colour}"/>${label}`;
  });
  const heading = `<text x="${left}" y="${offset + top - 6}" font-weight="bold">${title}</text>`;
  const end = `<text x="${left + width - 40}" y="${offset + top + height + 14}">${mostX.toFixed(1)} min</text>`;
  return [heading, ...lines, ...paths, end].join('');
}
