import { useEffect, useRef } from 'react';
import type { ChartOptions } from './echarts.ts';

/**
 * A picture that answers the question written above it. The drawing library comes only when a screen
 * draws; `words` says the same to those who do not see it.
 */
export function Chart({
  options,
  words,
  height = 260,
  onPick,
}: {
  options: ChartOptions;
  words: string;
  height?: number;
  onPick?: (index: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    let gone = false;
    let clear = () => {};
    void import('./echarts.ts').then(({ draw }) => {
      if (!gone && box.current) clear = draw(box.current, options, (index) => pick.current?.(index));
    });
    return () => {
      gone = true;
      clear();
    };
  }, [options]);
  return <div ref={box} className="chart" style={{ height }} role="img" aria-label={words} />;
}
