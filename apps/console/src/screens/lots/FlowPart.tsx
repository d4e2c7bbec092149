import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { operationKinds } from '#trace/contract';
import type { LotFlow } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Chart } from '../../parts/Chart.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import type { ChartOptions } from '../../parts/echarts.ts';
import { WeightCell } from '../../parts/money.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';
import { colour } from '../../theme.ts';

const tones: Record<LotFlow['nodes'][number]['kind'], string> = {
  village: colour.gold,
  raw: colour.pine,
  packed: colour.pine,
  operation: colour.mute,
  stock: colour.pineDeep,
  loss: colour.persimmon,
  'on-hand': colour.moss,
};

/** Where a lot's grams came from and went to, drawn and as a table. */
export function FlowPart({ id }: { id: string }) {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(ask('trace', 'lotFlow', { params: { county, id } }));
  return (
    <Part title={t('flow.title')} question={t('flow.question')}>
      <Answer query={query} rows={4}>
        {(flow) => <Flow flow={flow} />}
      </Answer>
    </Part>
  );
}

function Flow({ flow }: { flow: LotFlow }) {
  const { t, locale, say } = useWords();
  const names = useMemo(() => {
    const ends = { stock: t('flow.stock'), loss: t('flow.loss'), 'on-hand': t('flow.onHand') };
    return new Map(
      flow.nodes.map((node) => [
        node.id,
        node.operation
          ? say(operationKinds[node.operation].words)
          : node.kind === 'stock' || node.kind === 'loss' || node.kind === 'on-hand'
            ? ends[node.kind]
            : node.name,
      ]),
    );
  }, [flow, t, say]);
  const options = useMemo(
    (): ChartOptions => ({
      tooltip: {
        trigger: 'item',
        formatter: (one) => {
          const { data, dataType, name, value } = one as unknown as {
            data: { source: string; target: string };
            dataType: 'node' | 'edge';
            name: string;
            value: number;
          };
          const shown = (node: string) => names.get(node) ?? '';
          const what = dataType === 'edge' ? `${shown(data.source)} → ${shown(data.target)}` : shown(name);
          return `${what}<br><b>${weight(value, locale)}</b>`;
        },
      },
      series: [
        {
          type: 'sankey',
          left: 4,
          right: 96,
          top: 24,
          bottom: 8,
          nodeGap: 12,
          nodeWidth: 12,
          draggable: false,
          label: { formatter: ({ name }) => names.get(name) ?? '', fontSize: 12, color: colour.ink },
          nodeAlign: 'left',
          lineStyle: { color: 'source', opacity: 0.28 },
          data: flow.nodes.map((node) => ({
            name: node.id,
            // The words of a step stand above it, so that they do not run into the lot beside it.
            ...(node.kind === 'operation' && { label: { position: 'top' as const } }),
            itemStyle: {
              color: tones[node.kind],
              ...(node.id === flow.lot && { borderColor: colour.ink, borderWidth: 2 }),
            },
          })),
          links: flow.links.map((link) => ({ source: link.from, target: link.to, value: link.grams })),
        },
      ],
    }),
    [flow, names, locale],
  );
  const columns = Math.max(3, Math.ceil(flow.nodes.length / 2));
  return (
    <>
      <Chart
        options={options}
        words={t('flow.words', { n: flow.links.length })}
        height={Math.min(520, 120 + columns * 24)}
      />
      {flow.cut ? <p className="mute">{t('flow.cut')}</p> : null}
      <details>
        <summary>{t('flow.table')}</summary>
        <ShortTable
          caption={t('flow.title')}
          rows={flow.links.map((link, i) => ({ ...link, i }))}
          rowKey={(link) => String(link.i)}
          empty=""
          columns={[
            { key: 'from', title: t('flow.from'), card: 'title', render: (link) => names.get(link.from) },
            { key: 'to', title: t('flow.to'), render: (link) => names.get(link.to) },
            {
              key: 'grams',
              title: t('flow.grams'),
              align: 'right',
              card: 'corner',
              render: (link) => <WeightCell grams={link.grams} />,
            },
          ]}
        />
      </details>
    </>
  );
}
