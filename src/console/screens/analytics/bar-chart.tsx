/** Bars by day, stacked. The picture is for eyes and pointers; the table under it says the same to everybody. */
import { Link, screenUrl } from '../../parts/link.tsx';
import { axisTop, stackedHeights } from './chart-scale.ts';

export interface BarPart {
  /** What it counts: a class of the style sheet too. */
  readonly name: string;
  readonly value: number;
}

export interface Bar {
  /** `2026-12-07`. */
  readonly date: string;
  /** From the bottom up. */
  readonly parts: readonly BarPart[];
  /** The screen that shows what it is made of. */
  readonly to: string;
}

export interface BarChartProps {
  readonly title: string;
  /** Oldest first. */
  readonly bars: readonly Bar[];
  readonly show: (value: number) => string;
  /** Where the axis ends, of the highest bar. */
  readonly topOf?: (most: number) => number;
}

/** On a narrow page the letters are to stay as large. */
const isNarrow = matchMedia('(max-width: 40rem)').matches;
const WIDTH = isNarrow ? 300 : 720;
const HEIGHT = 160;
const LEFT = 44;
const BOTTOM = 18;
/** Dates under the axis: more than that run into each other. */
const MOST_DATES = isNarrow ? 4 : 8;

export function BarChart({ title, bars, show, topOf = axisTop }: BarChartProps) {
  const totals = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const top = topOf(Math.max(...totals, 0));
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const labelled = Math.ceil(bars.length / MOST_DATES);
  return (
    <figure class="chart panel padded">
      <figcaption>
        <h2>{title}</h2>
        <Legend bars={bars} />
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + BOTTOM}`} aria-hidden="true">
        {[0, 0.5, 1].map((share) => (
          <g key={share} class="grid">
            <line x1={LEFT} x2={WIDTH} y1={HEIGHT * (1 - share)} y2={HEIGHT * (1 - share)} />
            <text x={LEFT - 6} y={Math.max(10, HEIGHT * (1 - share) - 2)} text-anchor="end">
              {show(top * share)}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <a key={bar.date} href={screenUrl(bar.to)} tabindex={-1}>
            <title>{`${bar.date}: ${partsText(bar, show)}`}</title>
            <rect class="hit" x={LEFT + index * step} y={0} width={step} height={HEIGHT} />
            {stackedHeights(
              bar.parts.map(({ value }) => value),
              top,
              HEIGHT,
            ).map(({ y, height }, part) => (
              <rect
                key={bar.parts[part]?.name}
                class={`bar ${bar.parts[part]?.name}`}
                x={LEFT + index * step + step * 0.15}
                y={y}
                width={step * 0.7}
                height={height}
              />
            ))}
            {index % labelled === 0 ? (
              <text x={LEFT + (index + 0.5) * step} y={HEIGHT + BOTTOM - 4} text-anchor="middle">
                {bar.date.slice(5)}
              </text>
            ) : null}
          </a>
        ))}
      </svg>
      <details>
        <summary>As a table</summary>
        <ChartTable title={title} bars={bars} show={show} />
      </details>
    </figure>
  );
}

function Legend({ bars }: { readonly bars: readonly Bar[] }) {
  const names = bars[0]?.parts.map(({ name }) => name) ?? [];
  if (names.length < 2) return null;
  return (
    <ul class="legend">
      {names.map((name) => (
        <li key={name} class="legend-item">
          <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
            <rect class={`bar ${name}`} width="10" height="10" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function ChartTable({ title, bars, show }: BarChartProps) {
  const names = bars[0]?.parts.map(({ name }) => name) ?? [];
  return (
    <table>
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.toReversed().map((bar) => (
          <tr key={bar.date}>
            <th scope="row">
              <Link to={bar.to}>{bar.date}</Link>
            </th>
            {bar.parts.map(({ name, value }) => (
              <td key={name} class="number">
                {show(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function partsText({ parts }: Bar, show: (value: number) => string): string {
  return parts.map(({ name, value }) => `${show(value)} ${name}`).join(', ');
}
