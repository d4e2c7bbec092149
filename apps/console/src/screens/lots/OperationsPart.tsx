import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { operationKinds, processes, trace } from '#trace/contract';
import type { LotOperation } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { LossPhotos } from './LossPhotos.tsx';

/** All that was done with a lot, and what of it can be undone. */
export function OperationsPart({ operations }: { operations: readonly LotOperation[] }) {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const [undoing, setUndoing] = useState<LotOperation>();
  const act = useAct(api.trace.undoOperation, { onDone: () => setUndoing(undefined) });
  const lots = (side: LotOperation['inputs']) =>
    side.length === 0
      ? '—'
      : side.map((lot) => (
          <div key={lot.id}>
            <Link className="num" to={paths.lot(county, lot.id)}>
              {lot.number}
            </Link>{' '}
            <span className="mute num">{weight(lot.grams, locale)}</span>
          </div>
        ));
  return (
    <Part title={t('op.history')} question={t('op.historyWords')}>
      <ShortTable
        caption={t('op.history')}
        rows={operations}
        rowKey={(one) => one.id}
        empty={t('op.none')}
        columns={[
          {
            key: 'kind',
            title: t('op.what'),
            card: 'title',
            render: (one) => (
              <>
                {say(one.process ? processes[one.process].words : operationKinds[one.kind].words)}{' '}
                {one.undone ? <StatusTag tone="quiet">{t('op.undone')}</StatusTag> : null}
                {one.note ? <div className="mute">{one.note}</div> : null}
                {one.lossGrams > 0 ? <LossPhotos of={one} /> : null}
              </>
            ),
          },
          { key: 'in', title: t('op.in'), card: 'wide', render: (one) => lots(one.inputs) },
          { key: 'out', title: t('op.out'), card: 'wide', render: (one) => lots(one.outputs) },
          {
            key: 'loss',
            title: t('op.loss'),
            align: 'right',
            card: 'corner',
            render: (one) => (one.lossGrams === 0 ? '—' : weight(one.lossGrams, locale)),
          },
          {
            key: 'by',
            title: t('op.by'),
            card: 'wide',
            render: (one) => (
              <>
                {one.byName} · {one.place}
                <div className="mute num">{dayTime(one.at)}</div>
              </>
            ),
          },
          {
            key: 'do',
            title: '',
            card: 'wide',
            render: (one) =>
              one.mayUndo && may(trace.undoOperation) ? (
                <Button size="small" onClick={() => setUndoing(one)}>
                  {t('op.undo')}
                </Button>
              ) : null,
          },
        ]}
      />
      <ConfirmWithReason
        open={undoing !== undefined}
        title={t('op.undo')}
        label={t('op.undoReason')}
        confirm={t('op.undo')}
        danger
        busy={act.busy}
        error={act.error}
        onConfirm={(reason) => undoing && act.run({ params: { county, id: undoing.id }, body: { reason } })}
        onCancel={() => setUndoing(undefined)}
      >
        {t('op.undoWords')}
      </ConfirmWithReason>
    </Part>
  );
}
