import { type Boundary, metres } from '#trace/contract';
import { useWords } from '../../i18n/index.tsx';

/** A plot's outline, north up, with a bar that says how long ten, twenty, fifty … metres are. */
export function Sketch({ boundary }: { boundary: Boundary }) {
  const { t } = useWords();
  const points = metres(boundary.coordinates[0]);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => -y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1);
  const pad = side * 0.14;
  const bar = [10, 20, 50, 100, 200, 500, 1000].findLast((n) => n <= side * 0.6) ?? 5;
  const size = side + 2 * pad;
  const outline = points.map(([x, y]) => `${(x - left + pad).toFixed(2)},${(-y - top + pad).toFixed(2)}`).join(' ');
  return (
    <svg className="plot-sketch" viewBox={`0 0 ${size} ${size + pad}`} role="img" aria-label={t('plot.boundary')}>
      <polygon points={outline} fill="var(--mint, #dfeade)" stroke="var(--pine)" strokeWidth={size / 90} />
      <path
        d={`M${pad} ${size + pad * 0.1}v${pad * 0.3}h${bar}v${-pad * 0.3}`}
        fill="none"
        stroke="var(--mute)"
        strokeWidth={size / 160}
      />
      <text x={pad + bar + pad * 0.2} y={size + pad * 0.5} fontSize={size / 16} fill="var(--mute)">
        {bar} m
      </text>
    </svg>
  );
}
