import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { benefit, mechanismWords, subsidyMoves } from '#benefit/contract';
import type { Subsidy } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { StandingMoney } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { subsidyTones } from './subsidy-tones.ts';

const question = (county: number, id: string) => ask('benefit', 'subsidy', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id)]);

/** One list of subsidies: its households, who wrote it, who approved it. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(question(county, id));
  const [asking, setAsking] = useState<'approve' | 'withdraw'>();
  const done = { onDone: () => setAsking(undefined) };
  const approve = useAct(api.benefit.approveSubsidy, done);
  const withdraw = useAct(api.benefit.withdrawSubsidy, done);
  return (
    <Answer query={query}>
      {(list) => (
        <>
          <PageHeader
            title={list.programme}
            tags={<StatusTag tone={subsidyTones[list.state]}>{say(subsidyMoves.states[list.state])}</StatusTag>}
            about={`${list.number} · ${list.document}`}
            back={{ to: paths.section(county, 'subsidies'), label: t('menu.subsidies') }}
            actions={
              list.state === 'prepared' ? (
                <>
                  {may(benefit.withdrawSubsidy) ? (
                    <MoveButton label={t('sub.withdraw')} onClick={() => setAsking('withdraw')} />
                  ) : null}
                  {may(benefit.approveSubsidy) ? (
                    <MoveButton
                      label={t('sub.approve')}
                      primary
                      why={list.mine ? t('sub.samePerson') : undefined}
                      onClick={() => setAsking('approve')}
                    />
                  ) : null}
                </>
              ) : null
            }
          />
          <div className="columns">
            <div className="stack">
              <Lines list={list} />
            </div>
            <div className="stack">
              <Part title={t('sub.file')}>
                <Facts
                  items={[
                    [t('sub.mechanism'), say(mechanismWords[list.mechanism])],
                    [t('sub.day'), list.day],
                    [t('agr.org'), list.orgName],
                    [
                      t('sub.paper'),
                      <a key="paper" href={`/api/counties/${county}/subsidies/${id}/paper`}>
                        {t('ins.seePaper')}
                      </a>,
                    ],
                  ]}
                />
              </Part>
              <Part title={t('agr.history')}>
                <Facts
                  items={list.moves.map((move) => [
                    `${say(subsidyMoves.states[move.to])} ${dayTime(move.at)}`,
                    [move.byName, move.words].filter(Boolean).join('：') || '—',
                  ])}
                />
              </Part>
            </div>
          </div>
          <Modal
            open={asking === 'approve'}
            title={t('sub.approve')}
            okText={t('sub.approve')}
            cancelText={t('action.cancel')}
            okButtonProps={{ loading: approve.busy }}
            onOk={() => approve.run({ params: { county, id }, body: { fen: list.fen } })}
            onCancel={() => setAsking(undefined)}
          >
            <p>{t('sub.approveWords', { n: list.households, money: yuan(list.fen) })}</p>
            {approve.error ? <ErrorState error={approve.error} compact /> : null}
          </Modal>
          <ConfirmWithReason
            open={asking === 'withdraw'}
            title={t('sub.withdraw')}
            confirm={t('sub.withdraw')}
            busy={withdraw.busy}
            error={withdraw.error}
            onConfirm={(reason) => withdraw.run({ params: { county, id }, body: { reason } })}
            onCancel={() => setAsking(undefined)}
          />
        </>
      )}
    </Answer>
  );
}

function Lines({ list }: { list: Subsidy }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const [wrong, setWrong] = useState<Subsidy['lines'][number]>();
  const reverse = useAct(api.benefit.reverseSubsidy, { onDone: () => setWrong(undefined) });
  const sum = t('sub.listSum', { n: list.households, money: yuan(list.fen) });
  const back = list.takenBackFen > 0 ? t('sub.takenBackSum', { money: yuan(list.takenBackFen) }) : '';
  return (
    <Part title={t('agr.households')} question={[sum, back].filter(Boolean).join(' · ')}>
      <ShortTable
        caption={t('agr.households')}
        rows={list.lines}
        rowKey={(one) => one.id}
        empty="—"
        columns={[
          {
            key: 'who',
            title: t('agr.with'),
            card: 'title',
            render: (one) => (
              <>
                <Link to={paths.household(county, one.household, { tab: 'statement' })}>{one.householdCode}</Link>{' '}
                {one.headMasked}
              </>
            ),
          },
          {
            key: 'village',
            title: t('note.village'),
            render: (one) => (
              <>
                {one.villageName}
                {one.takenBack === null ? null : (
                  <div className="bad">{t('help.takenBack', { why: one.takenBack })}</div>
                )}
              </>
            ),
          },
          {
            key: 'fen',
            title: t('benefit.money'),
            align: 'right',
            card: 'corner',
            render: (one) => <StandingMoney fen={one.fen} takenBack={one.takenBack} />,
          },
          {
            key: 'do',
            title: '',
            render: (one) =>
              list.state === 'booked' && one.takenBack === null && may(benefit.reverseSubsidy) ? (
                <button type="button" className="text-button" onClick={() => setWrong(one)}>
                  {t('help.takeBack')}
                </button>
              ) : null,
          },
        ]}
      />
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
        {wrong ? `${wrong.householdCode} ${wrong.headMasked} ${yuan(wrong.fen)}` : null}
      </ConfirmWithReason>
    </Part>
  );
}
