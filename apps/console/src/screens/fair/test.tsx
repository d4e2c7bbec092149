import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { aidTests, aidTestWords, appealMoves, benefit, standingMoves, verdictWords } from '#benefit/contract';
import type { AidRecord } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { standingTones } from './fair-tones.ts';
import { RunGrounds } from './RunGrounds.tsx';

const question = (county: number, id: string) => ask('benefit', 'aidTest', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id)]);

/** One product's tests: what each verdict rests on, what followed, and what its seller says. */
export function Component() {
  const { t, say, locale, listed } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(question(county, id));
  const [appealing, setAppealing] = useState(false);
  const appeal = useAct(api.benefit.appealTests, { onDone: () => setAppealing(false) });
  return (
    <Answer query={query}>
      {(record) => (
        <>
          <PageHeader
            title={locale === 'en' ? record.nameEn || record.nameZh : record.nameZh}
            tags={<StatusTag tone={standingTones[record.state]}>{say(standingMoves.states[record.state])}</StatusTag>}
            about={
              <>
                {record.orgName}
                {record.dueOn ? ` · ${t('aid.due')} ${record.dueOn}` : ''}{' '}
                <Link to={paths.product(county, id)}>{t('aid.product')}</Link>
              </>
            }
            back={{ to: paths.section(county, 'aid-tests'), label: t('menu.aidTests') }}
            actions={
              record.ours && may(benefit.appealTests) && record.state !== 'clear' && !record.appeal ? (
                <MoveButton label={t('aid.doAppeal')} primary onClick={() => setAppealing(true)} />
              ) : null
            }
          />
          <div className="columns">
            <div className="stack">
              <LastRun record={record} />
              {record.overrides.length > 0 ? <Overrides record={record} /> : null}
              {record.appeals.length > 0 ? <Appeals record={record} /> : null}
            </div>
            <div className="stack">
              <Part title={t('aid.moves')}>
                {record.moves.length === 0 ? (
                  <p className="mute">{t('aid.noMoves')}</p>
                ) : (
                  <Facts
                    items={record.moves.map((move) => [
                      `${say(standingMoves.states[move.to])} ${dayTime(move.at)}`,
                      [
                        move.appeal ? t('aid.moveAppeal') : listed(move.failed.map((test) => say(aidTestWords[test]))),
                        move.dueOn ? t('aid.until', { day: move.dueOn }) : '',
                      ]
                        .filter(Boolean)
                        .join(' · ') || '—',
                    ])}
                  />
                )}
              </Part>
              <Part title={t('aid.rule')}>
                <p>
                  {t('aid.ruleWords', {
                    over: record.rule.mostBp / 100,
                    least: record.rule.fewestPeers,
                    warned: record.rule.warnedDays,
                    hidden: record.rule.hiddenDays,
                  })}
                </p>
              </Part>
              <Part title={t('aid.runs')}>
                <ShortTable
                  caption={t('aid.runs')}
                  rows={record.tests}
                  rowKey={(run) => run.id}
                  empty="—"
                  columns={[
                    { key: 'at', title: t('aid.tested'), card: 'title', render: (run) => dayTime(run.at) },
                    { key: 'why', title: '', render: (run) => t(`aid.occasion.${run.occasion}`) },
                    ...aidTests.map((test) => ({
                      key: test,
                      title: say(aidTestWords[test]),
                      render: (run: AidRecord['tests'][number]) => say(verdictWords[run[test]]),
                    })),
                  ]}
                />
              </Part>
            </div>
          </div>
          <ConfirmWithReason
            open={appealing}
            title={t('aid.doAppeal')}
            label={t('aid.whyAppeal')}
            confirm={t('aid.doAppeal')}
            busy={appeal.busy}
            error={appeal.error}
            onConfirm={(words) => appeal.run({ params: { county, id }, body: { words } })}
            onCancel={() => setAppealing(false)}
          >
            {t('aid.appealWords')}
          </ConfirmWithReason>
        </>
      )}
    </Answer>
  );
}

function LastRun({ record }: { record: AidRecord }) {
  const { t } = useWords();
  const [run] = record.tests;
  if (!run) return null;
  return (
    <Part title={t('aid.last')} question={`${t('aid.lastQuestion')} ${dayTime(run.at)}`}>
      <RunGrounds run={run} fewestPeers={record.rule.fewestPeers} />
    </Part>
  );
}

/** Why the county put it on sale though a test failed it. */
function Overrides({ record }: { record: AidRecord }) {
  const { t, say, listed } = useWords();
  return (
    <Part title={t('aid.overrides')}>
      <Facts
        items={record.overrides.map((one) => [
          `${listed(one.failed.map((test) => say(aidTestWords[test])))} ${dayTime(one.at)}`,
          `${one.byName}：${one.reason}`,
        ])}
      />
    </Part>
  );
}

function Appeals({ record }: { record: AidRecord }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [asked, setAsked] = useState<{ id: string; decision: 'upheld' | 'rejected' }>();
  const decide = useAct(api.benefit.decideAppeal, { onDone: () => setAsked(undefined) });
  return (
    <Part title={t('aid.appeal')}>
      {record.appeals.map((one) => (
        <section key={one.id} className="agreement-version">
          <h3>
            {one.byName} <span className="mute num">{dayTime(one.at)}</span>{' '}
            <StatusTag tone={one.state === 'open' ? 'wait' : one.state === 'upheld' ? 'good' : 'stop'}>
              {say(appealMoves.states[one.state])}
            </StatusTag>
          </h3>
          <p>{one.words}</p>
          {one.answer ? <p className="mute">{one.answer}</p> : null}
          {one.excusedUntil ? <p className="mute">{t('aid.excused', { day: one.excusedUntil })}</p> : null}
          {one.state === 'open' ? (
            <p className="mute">{one.overdue ? t('aid.overdue') : t('aid.decideBy', { day: day(one.dueAt) })}</p>
          ) : null}
          {one.state === 'open' && record.decides && may(benefit.decideAppeal) ? (
            <p>
              <Button onClick={() => setAsked({ id: one.id, decision: 'upheld' })}>{t('aid.uphold')}</Button>{' '}
              <Button onClick={() => setAsked({ id: one.id, decision: 'rejected' })}>{t('aid.reject')}</Button>
            </p>
          ) : null}
        </section>
      ))}
      <ConfirmWithReason
        open={Boolean(asked)}
        title={t(asked?.decision === 'upheld' ? 'aid.uphold' : 'aid.reject')}
        label={t('aid.answer')}
        confirm={t(asked?.decision === 'upheld' ? 'aid.uphold' : 'aid.reject')}
        busy={decide.busy}
        error={decide.error}
        onConfirm={(answer) =>
          asked && decide.run({ params: { county, id: asked.id }, body: { decision: asked.decision, answer } })
        }
        onCancel={() => setAsked(undefined)}
      >
        {asked?.decision === 'upheld' ? t('aid.upholdWords', { days: record.rule.excusedDays }) : t('aid.rejectWords')}
      </ConfirmWithReason>
    </Part>
  );
}
