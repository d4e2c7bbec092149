import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { reportKinds } from '#trace/contract';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

/** Whether the lot must bear a certificate and why, and how it was tested. */
export function DutyPart({ id }: { id: string }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const duty = useQuery(ask('trace', 'certificateDuty', { params: { county, id } }));
  const reports = useQuery(ask('trace', 'reports', { params: { county }, query: { lot: id, size: 5 } }));
  return (
    <Part title={t('duty.title')} more={<Link to={paths.reports(county, { lot: id })}>{t('menu.reports')}</Link>}>
      <Answer query={duty} rows={2}>
        {({ must, why, article, rule }) => (
          <p>
            <StatusTag tone={must === 'must' ? 'gold' : 'quiet'}>{t(`duty.${must}`)}</StatusTag> {say(why)}
            <span className="hint" title={rule}>
              {' '}
              {t('duty.rule', { article })}
            </span>
          </p>
        )}
      </Answer>
      {reports.data?.rows.map((report) => (
        <p key={report.id}>
          <StatusTag tone={report.withdrawn !== null ? 'quiet' : report.passed ? 'good' : 'stop'}>
            {t(report.withdrawn !== null ? 'reports.withdrawn' : report.passed ? 'reports.passed' : 'reports.failed')}
          </StatusTag>{' '}
          {say(reportKinds[report.kind].words)} <span className="num">{report.number}</span>
        </p>
      ))}
    </Part>
  );
}
