import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { benefit, helpGivenWords } from '#benefit/contract';
import type { HelpGiven } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { StandingMoney } from '../../parts/money.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { PaperLink } from './PaperLink.tsx';

/** What was given to start up, with its evidence; under one agreement or to one household. */
export function HelpGivenPart({
  of,
  record,
}: {
  of: { agreement: string } | { household: string };
  /** the button to write some down, for whoever may */
  record?: ReactNode;
}) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [wrong, setWrong] = useState<HelpGiven>();
  const reverse = useAct(api.benefit.reverseHelp, { onDone: () => setWrong(undefined) });
  const query = useQuery(ask('benefit', 'startupHelp', { params: { county }, query: { ...of, size: 200 } }));
  const sum = query.data?.worthFen ? t('help.sum', { money: yuan(query.data.worthFen) }) : t('help.question');
  return (
    <Part title={t('help.title')} question={sum} more={record}>
      <Answer query={query} rows={2}>
        {({ rows }) => (
          <ShortTable
            caption={t('help.title')}
            rows={rows}
            rowKey={(one) => one.id}
            empty={t('help.none')}
            columns={[
              {
                key: 'what',
                title: t('help.what'),
                card: 'title',
                render: (one) => (
                  <>
                    {say(helpGivenWords[one.help])} <span className="mute num">{one.day}</span>
                  </>
                ),
              },
              'household' in of
                ? {
                    key: 'under',
                    title: t('help.under'),
                    card: 'wide',
                    render: (one) => (
                      <>
                        <Link to={paths.agreement(county, one.agreement)}>{one.agreementNumber}</Link> {one.orgName}
                      </>
                    ),
                  }
                : {
                    key: 'who',
                    title: t('agr.households'),
                    render: (one) => (
                      <span className="nowrap">
                        {one.householdCode} {one.headMasked}
                      </span>
                    ),
                  },
              {
                key: 'words',
                title: t('help.words'),
                card: 'wide',
                render: (one) => (
                  <>
                    {one.words || '—'} {one.paper ? <PaperLink agreement={one.agreement} paper={one.paper} /> : null}
                    {one.takenBack === null ? null : (
                      <div className="bad">{t('help.takenBack', { why: one.takenBack })}</div>
                    )}
                  </>
                ),
              },
              {
                key: 'by',
                title: t('help.by'),
                render: (one) => (
                  <>
                    {one.byName}{' '}
                    {one.ours && one.takenBack === null && may(benefit.reverseHelp) ? (
                      <button type="button" className="text-button" onClick={() => setWrong(one)}>
                        {t('help.takeBack')}
                      </button>
                    ) : null}
                  </>
                ),
              },
              {
                key: 'worth',
                title: t('help.worth'),
                align: 'right',
                card: 'corner',
                render: (one) => <StandingMoney fen={one.worthFen} takenBack={one.takenBack} />,
              },
            ]}
          />
        )}
      </Answer>
      <ConfirmWithReason
        open={wrong !== undefined}
        title={t('help.takeBack')}
        confirm={t('help.takeBack')}
        danger
        busy={reverse.busy}
        error={reverse.error}
        onConfirm={(reason) => wrong && reverse.run({ params: { county, id: wrong.id }, body: { reason } })}
        onCancel={() => setWrong(undefined)}
      >
        {wrong ? `${say(helpGivenWords[wrong.help])} ${wrong.day} ${yuan(wrong.worthFen)}` : null}
      </ConfirmWithReason>
    </Part>
  );
}
