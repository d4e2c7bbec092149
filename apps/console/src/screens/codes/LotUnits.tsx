import { useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { type LabelContent, labelSizes, trace } from '#trace/contract';
import type { Lot, Unit } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { CountCell } from '../../parts/money.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { SmallNumber } from '../../parts/SmallNumber.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { Label } from '../../print/Label.tsx';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';

const SIZE = '80x50';

/** What a case's label says; it goes to warehouses here and stays Chinese. */
const contentOf = (unit: Unit): LabelContent => ({
  title: unit.orgName,
  lines: [
    `箱号 SSCC：(00)${unit.sscc}`,
    `共 ${unit.packs} 件`,
    ...unit.content.map((part) => `${part.lotNumber}：第 ${part.from}–${part.to} 袋`),
  ],
});

/** Cases that hold packs of a lot: packing, labels, taking apart. */
export function LotUnits({ lot }: { lot: Lot }) {
  const { t, listed } = useWords();
  const { county, may } = useCounty();
  const { message } = App.useApp();
  const packs = lot.packs ?? 1;
  const [from, setFrom] = useState(1);
  const [to, setTo] = useState(Math.min(24, packs));
  const [opened, setOpened] = useState<Unit>();
  const [labelled, setLabelled] = useState<Unit>();
  const [print, printing] = usePrint(`${labelSizes[SIZE].width}mm ${labelSizes[SIZE].height}mm`);
  const query = useQuery(ask('trace', 'units', { params: { county }, query: { lot: lot.id, size: 200 } }));
  const make = useAct(api.trace.makeUnit, {
    onDone: ({ sscc }) => {
      void message.success(t('unit.made', { sscc }));
      // The next case most likely holds as many packs, those after it.
      const each = to - from + 1;
      setFrom(Math.min(to + 1, packs));
      setTo(Math.min(to + each, packs));
    },
  });
  const unpack = useAct(api.trace.unpackUnit, { onDone: () => setOpened(undefined) });
  return (
    <Part title={t('unit.title')} question={t('unit.words')}>
      {may(trace.makeUnit) ? (
        <div className="label-tools">
          <SmallNumber label={t('print.from')} max={packs} value={from} onChange={setFrom} />
          <SmallNumber label={t('print.to')} max={packs} value={to} onChange={setTo} />
          <Button
            type="primary"
            loading={make.busy}
            disabled={to < from}
            onClick={() =>
              make.run({
                params: { county },
                body: { kind: 'case', ranges: [{ lot: lot.id, from, to }], children: [] },
              })
            }
          >
            {t('unit.make')}
          </Button>
        </div>
      ) : null}
      {make.error ? <ErrorState error={make.error} compact /> : null}
      <Answer query={query} rows={2}>
        {({ rows }) => (
          <ShortTable
            caption={t('unit.title')}
            rows={rows}
            rowKey={(unit) => unit.id}
            empty={t('unit.none')}
            columns={[
              {
                key: 'sscc',
                title: t('unit.sscc'),
                card: 'title',
                render: (unit) => (
                  <a className="num" href={`/00/${unit.sscc}`} target="_blank" rel="noreferrer">
                    {unit.sscc}
                  </a>
                ),
              },
              {
                key: 'content',
                title: t('unit.content'),
                render: (unit) =>
                  unit.packs === 0
                    ? t('unit.empty')
                    : listed(
                        unit.content.map(
                          (part) => `${part.lotNumber} ${t('unit.range', { from: part.from, to: part.to })}`,
                        ),
                      ) + (unit.parent ? ` · ${t('unit.onPallet', { sscc: unit.parent.sscc })}` : ''),
              },
              {
                key: 'packs',
                title: t('unit.packs'),
                align: 'right',
                card: 'corner',
                render: (unit) => <CountCell n={unit.packs} />,
              },
              {
                key: 'at',
                title: t('print.at'),
                render: (unit) => <span className="num">{dayTime(unit.createdAt)}</span>,
              },
              {
                key: 'acts',
                title: '',
                card: 'wide',
                render: (unit) =>
                  unit.packs === 0 ? null : (
                    <>
                      <Button
                        type="link"
                        onClick={() => {
                          setLabelled(unit);
                          print();
                        }}
                      >
                        {t('unit.label')}
                      </Button>
                      {may(trace.unpackUnit) ? (
                        <Button type="link" onClick={() => setOpened(unit)}>
                          {t('unit.unpack')}
                        </Button>
                      ) : null}
                    </>
                  ),
              },
            ]}
          />
        )}
      </Answer>
      {printing(
        labelled ? (
          <div className="sheet">
            <Label size={SIZE} content={contentOf(labelled)} code={{ src: `/api/units/${labelled.sscc}/qr.svg` }} />
          </div>
        ) : null,
      )}
      <ConfirmWithReason
        open={opened !== undefined}
        title={t('unit.unpack')}
        confirm={t('unit.unpack')}
        busy={unpack.busy}
        error={unpack.error}
        onCancel={() => setOpened(undefined)}
        onConfirm={(reason) => opened && unpack.run({ params: { county, id: opened.id }, body: { reason } })}
      >
        <p>{t('unit.unpackWords', { sscc: opened?.sscc ?? '' })}</p>
      </ConfirmWithReason>
    </Part>
  );
}
