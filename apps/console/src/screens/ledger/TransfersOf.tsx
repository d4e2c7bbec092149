import { useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useTransferColumns } from './transfer-columns.tsx';

/**
 * All transfers that rest on one piece of evidence: what this note, order or line moved. Holds that have ended are
 * told by what ended them; they show on demand.
 */
export function TransfersOf({
  county,
  evidenceKind,
  evidence,
}: {
  county: number;
  evidenceKind: string;
  evidence: string;
}) {
  const { t } = useWords();
  const [everything, setEverything] = useState(false);
  const columns = useTransferColumns(county).filter((c) => c.key !== 'evidence');
  const query = useQuery(
    ask('ledger', 'transfers', { params: { county }, query: { evidenceKind, evidence, size: 200 } }),
  );
  const ended = query.data?.rows.filter((x) => x.kind === 'pending' && x.pendingState !== 'pending') ?? [];
  return (
    <Part
      title={t('ledger.moved')}
      question={t('ledger.movedWords')}
      more={
        ended.length > 0 ? (
          <Checkbox checked={everything} onChange={(event) => setEverything(event.target.checked)}>
            {t('ledger.withHolds', { n: ended.length })}
          </Checkbox>
        ) : null
      }
    >
      <Answer query={query} rows={2}>
        {({ rows }) => (
          <ShortTable
            caption={t('ledger.moved')}
            columns={columns}
            rows={everything ? rows : rows.filter((x) => !ended.includes(x))}
            rowKey={(x) => x.id}
            rowHref={(x) => paths.transfer(county, x.id)}
            empty={t('ledger.nothingMoved')}
          />
        )}
      </Answer>
    </Part>
  );
}
