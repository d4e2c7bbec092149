import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useTransferColumns } from './transfer-columns.tsx';

/** All transfers that rest on one piece of evidence: what this note, order or line moved. */
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
  const columns = useTransferColumns(county).filter((c) => c.key !== 'evidence');
  const query = useQuery(
    ask('ledger', 'transfers', { params: { county }, query: { evidenceKind, evidence, size: 100 } }),
  );
  return (
    <Part title={t('ledger.moved')} question={t('ledger.movedWords')}>
      <Answer query={query} rows={2}>
        {({ rows }) => (
          <ShortTable
            caption={t('ledger.moved')}
            columns={columns}
            rows={rows}
            rowKey={(x) => x.id}
            rowHref={(x) => paths.transfer(county, x.id)}
            empty={t('ledger.nothingMoved')}
          />
        )}
      </Answer>
    </Part>
  );
}
