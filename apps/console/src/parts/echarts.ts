/** The few parts of ECharts that the console draws with; loaded by `Chart` when one is shown. */
import {
  BarChart,
  type BarSeriesOption,
  LineChart,
  type LineSeriesOption,
  SankeyChart,
  type SankeySeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { colour, sans } from '../theme.ts';

use([BarChart, LineChart, SankeyChart, GridComponent, TooltipComponent, SVGRenderer]);

export type ChartOptions = ComposeOption<
  BarSeriesOption | LineSeriesOption | SankeySeriesOption | GridComponentOption | TooltipComponentOption
>;

/** Draws into a box and follows its size; returns what takes the drawing away. */
export function draw(box: HTMLElement, options: ChartOptions, onPick: (index: number) => void): () => void {
  const chart = init(box, undefined, { renderer: 'svg' });
  chart.setOption({
    animationDuration: 300,
    textStyle: { fontFamily: sans, color: colour.ink },
    grid: { left: 8, right: 12, top: 16, bottom: 4, containLabel: true },
    ...options,
  });
  chart.on('click', (event) => onPick(event.dataIndex));
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(box);
  return () => {
    watch.disconnect();
    chart.dispose();
  };
}
