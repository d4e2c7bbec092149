import { useMemo } from 'react';
import { contour } from '../../../shared/contour.ts';

/** The motif as a background layer; it fills its positioned parent. A place has always the same mountain. */
export function Contours({
  seed = '山货',
  width = 480,
  height = 300,
  levels = 10,
}: {
  seed?: string;
  width?: number;
  height?: number;
  levels?: number;
}) {
  const drawing = useMemo(() => contour({ seed, width, height, levels }), [seed, width, height, levels]);
  return (
    <svg
      aria-hidden="true"
      className="contours"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
    >
      <path d={drawing.minor} fill="none" stroke="currentColor" strokeWidth="1" />
      <path d={drawing.major} fill="none" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  );
}
